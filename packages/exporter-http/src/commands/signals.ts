export interface Signals {
  readonly stop: ReadonlyArray<NodeJS.Signals>
  readonly reload: ReadonlyArray<NodeJS.Signals>
}

/**
 * What the system's signals mean to the exporter. On Windows SIGHUP says that the window of the console was closed, and the
 * process has ten seconds left: nobody asks for a reload by it.
 *
 * @see https://nodejs.org/api/process.html#signal-events
 * @example
 * signalsOf('linux') // { stop: ['SIGTERM', 'SIGINT'], reload: ['SIGHUP'] }
 */
export const signalsOf = (platform: NodeJS.Platform): Signals =>
  platform === 'win32'
    ? { stop: ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK'], reload: [] }
    : { stop: ['SIGTERM', 'SIGINT'], reload: ['SIGHUP'] }

export interface Signals {
  readonly stop: ReadonlyArray<NodeJS.Signals>
  readonly reload: ReadonlyArray<NodeJS.Signals>
}

/**
 * What the system's signals mean to the exporter. On Windows SIGHUP says that the window of the console was closed, and the
 * process has ten seconds left: it does not request a reload.
 *
 * @see https://nodejs.org/api/process.html#signal-events
 * @example
 * signalsOf('linux') // { stop: ['SIGTERM', 'SIGINT'], reload: ['SIGHUP'] }
 */
export const signalsOf = (platform: NodeJS.Platform): Signals =>
  platform === 'win32'
    ? { stop: ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK'], reload: [] }
    : { stop: ['SIGTERM', 'SIGINT'], reload: ['SIGHUP'] }

export interface SignalListeners {
  /** Resolves with the first signal to stop. */
  readonly stopped: Promise<NodeJS.Signals>
  /** Takes the listeners away again: from then on a signal does what it does without them. */
  readonly ignore: () => void
}

/** Listens for the signals. A second one to stop ends the process immediately, as without a listener. */
export const listenToSignals = (
  process: Pick<NodeJS.Process, 'on' | 'off'>,
  { stop, reload }: Signals,
  onReload: () => void,
): SignalListeners => {
  let resolveStopped: (signal: NodeJS.Signals) => void
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    resolveStopped = resolve
  })
  const onStop = (signal: NodeJS.Signals) => {
    for (const one of stop) process.off(one, onStop)
    resolveStopped(signal)
  }
  for (const signal of stop) process.on(signal, onStop)
  for (const signal of reload) process.on(signal, onReload)
  return {
    stopped,
    ignore: () => {
      for (const signal of stop) process.off(signal, onStop)
      for (const signal of reload) process.off(signal, onReload)
    },
  }
}

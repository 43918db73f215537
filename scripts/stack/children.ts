import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Child {
  /** The first group of the next line of standard output that matches; never, when there is none. */
  readonly line: (pattern: RegExp) => Promise<string>
}

export interface Children {
  /** Starts a program. What it writes to standard error is written with its name before it. */
  readonly start: (name: string, command: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv) => Child
  /** Resolves with the child that ended unexpectedly, and the reason; pending while all run. */
  readonly death: Promise<string>
  /** Asks the children to end, the last first, and waits for each. Who takes too long is ended. */
  readonly stop: () => Promise<void>
}

// Prometheus writes what it has to disk before it ends.
const graceMs = 15_000

/** Programs that live as long as this one. */
export const createChildren = (stderr: (line: string) => void): Children => {
  const stops: Array<() => Promise<void>> = []
  let isStopping = false
  let died: (why: string) => void = () => {}
  const death = new Promise<string>((resolve) => {
    died = resolve
  })
  return {
    start: (name, command, args, env) => {
      // Otherwise it would keep running.
      if (isStopping) throw new Error(`${name} is not started any more`)
      // In a group of its own: Ctrl-C reaches this process alone, which then ends the children in order.
      const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
      const closed = new Promise<void>((resolve) => {
        child.once('close', () => resolve())
      })
      let lastWords = ''
      createInterface({ input: child.stderr }).on('line', (line) => {
        lastWords = line
        if (!isStopping) stderr(`${name}: ${line}`)
      })
      const lines = createInterface({ input: child.stdout })
      child.once('error', ({ message }) => died(`${name} cannot be started: ${message}`))
      child.once('close', (status, signal) => {
        const how = signal === null ? `with status ${status}` : `by ${signal}`
        if (!isStopping) died(`${name} ended ${how}${lastWords && `: ${lastWords}`}`)
      })
      stops.push(async () => {
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
        await closed
        clearTimeout(timer)
      })
      return {
        line: (pattern) =>
          new Promise((resolve) => {
            lines.on('line', (line) => {
              const group = pattern.exec(line)?.[1]
              if (group !== undefined) resolve(group)
            })
          }),
      }
    },
    death,
    stop: async () => {
      isStopping = true
      for (const stop of stops.toReversed()) await stop()
    },
  }
}

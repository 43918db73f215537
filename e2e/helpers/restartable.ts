import type { ExecutionContext } from 'ava'
import { startProcess } from '../../testing/start-process.js'

export interface Restartable {
  /** Ends it at once, as a crash or a lost machine does: it has no time to say or save anything. */
  readonly kill: () => Promise<void>
  /** Asks it to end, and waits until it has. */
  readonly stop: () => Promise<void>
  /** Starts it again with the same arguments, and waits until it is ready. */
  readonly start: () => Promise<void>
}

/** Starts a program that can be ended and started again, and waits until it has written `ready`. It ends with the test. */
export const startRestartable = async (
  t: Pick<ExecutionContext, 'teardown'>,
  command: string,
  args: ReadonlyArray<string>,
  ready: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<Restartable> => {
  const startOnce = async () => {
    // The shell prints its own process id, and then executes the program.
    const { match, stop } = startProcess(t, 'sh', ['-c', 'echo "pid $$"; exec "$@"', 'sh', command, ...args], { env })
    const pid = Number(await match(/^pid (\d+)$/m))
    let hasEnded = false
    const end = async (signal: NodeJS.Signals) => {
      if (!hasEnded) process.kill(pid, signal)
      hasEnded = true
      await stop()
    }
    // Prometheus would wait a minute for a storage that has ended before it.
    t.teardown(() => end('SIGKILL'))
    await match(new RegExp(`(${ready.source})`, ready.flags))
    return end
  }
  let end = await startOnce()
  return {
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    start: async () => {
      end = await startOnce()
    },
  }
}

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A program of the bench. */
export interface Program {
  /** What it said first. */
  readonly said: string
  /** Asks it, and gives what it says. */
  readonly ask: () => Promise<string>
  readonly stop: () => Promise<void>
}

const messageOf = async (child: ChildProcess): Promise<string> => {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('a program of the benchmark has ended')
    }),
  ])
  return String(message)
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

/** Starts programs, and ends all of them. */
export const createPrograms = () => {
  const children: ChildProcess[] = []
  return {
    start: async (name: string, ...args: ReadonlyArray<string>): Promise<Program> => {
      const child = fork(fileURLToPath(import.meta.resolve(`../${name}.js`)), args, { execArgv: [] })
      children.push(child)
      const said = await messageOf(child)
      return {
        said,
        ask: () => {
          child.send('?')
          return messageOf(child)
        },
        stop: () => stop(child),
      }
    },
    stop: async (): Promise<void> => {
      await Promise.all(children.map(stop))
    },
  }
}

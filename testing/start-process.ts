import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'

/** The repository's root folder. */
export const root = resolve(import.meta.dirname, '..')

/** What `node` is given to run a module of the repository, like `examples/plain-http/server.ts`: its compiled form. */
export const programOf = (source: string): string =>
  fileURLToPath(import.meta.resolve(`../${source.replace(/\.ts$/, '.js')}`))

/** What `node` needs to run TypeScript that is not compiled before: what stands in the documentation. */
export const sourceNode = ['--import=tsx', '--conditions=source']

export interface StartedProcess {
  /** All that it has written, to standard output and standard error. */
  readonly output: () => string
  /** The first group of the first match in what it writes; fails when it ends without one. */
  readonly match: (pattern: RegExp) => Promise<string>
  /** Asks it to end, and waits until it has. */
  readonly stop: () => Promise<void>
}

/** Starts a program that ends with the test, at the latest. */
export const startProcess = (
  t: Pick<ExecutionContext, 'teardown'>,
  command: string,
  args: ReadonlyArray<string>,
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): StartedProcess => {
  const { PATH, HOME } = process.env
  const child = spawn(command, args, { cwd: resolve(root, options.cwd ?? ''), env: { PATH, HOME, ...options.env } })
  const exited = once(child, 'exit')
  let output = ''
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of waiting) look()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      wake()
    })
  }
  child.on('exit', wake)
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  t.teardown(stop)
  return {
    output: () => output,
    stop,
    match: (pattern) =>
      new Promise((found, failed) => {
        const look = () => {
          const group = pattern.exec(output)?.[1]
          if (group === undefined && child.exitCode === null) return
          waiting.delete(look)
          if (group === undefined) failed(new Error(`${command} ended without ${pattern}; it wrote:\n${output}`))
          else found(group)
        }
        waiting.add(look)
        look()
      }),
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { root } from './start-process.js'

export interface StackCommand {
  readonly output: () => string
  /** Resolves when it has written what matches, or has ended. */
  readonly written: (pattern: RegExp) => Promise<string>
  readonly interrupt: () => void
  /** Closes its standard output. */
  readonly stopReading: () => void
  readonly status: Promise<number | null>
  /** What is left in the folder for temporary files, but for the cache of what runs TypeScript. */
  readonly leftOver: () => Promise<ReadonlyArray<string>>
}

/** What `npm run stack` starts, with a folder for temporary files of its own. */
export const startStackCommand = async (
  t: Pick<ExecutionContext, 'teardown'>,
  environment: NodeJS.ProcessEnv = {},
): Promise<StackCommand> => {
  const temporary = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
  t.teardown(() => rm(temporary, { recursive: true }))
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const [program, ...args] = String(scripts.stack).split(' ')
  const child = spawn(program === 'node' ? process.execPath : '', args, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporary, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  t.teardown(async () => {
    child.kill('SIGTERM')
    await closed
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return {
    output: () => output,
    written: async (pattern) => {
      let isClosed = false
      void closed.then(() => {
        isClosed = true
      })
      while (!pattern.test(output) && !isClosed)
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), closed])
      return output
    },
    interrupt: () => child.kill('SIGINT'),
    stopReading: () => {
      child.stdout.destroy()
      child.stderr.destroy()
    },
    status: closed.then(() => child.exitCode),
    leftOver: async () => (await readdir(temporary)).filter((name) => !name.startsWith('tsx-')),
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** The command's program: `node PROGRAM ARGUMENTS…`. */
export const program = fileURLToPath(import.meta.resolve('../../src/bin.js'))

export interface Exit {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningCommand {
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves when what was written to both outputs matches; rejects when the command ends without it. */
  readonly until: (pattern: RegExp) => Promise<void>
  readonly kill: (signal: NodeJS.Signals) => void
  readonly exit: Promise<Exit>
}

/** Starts the command `exporter-http` as a process of its own, with this environment and no other. It ends with the test. */
export const startCommand = (
  t: ExecutionContext,
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
): RunningCommand => {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      output[stream] += text
    })
  }
  const exit = new Promise<Exit>((resolve) => {
    child.once('close', (status) => resolve({ status, ...output }))
  })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exit
  })
  let isEnded = false
  void exit.then(() => {
    isEnded = true
  })
  const until = async (pattern: RegExp) => {
    while (!pattern.test(output.stdout + output.stderr)) {
      if (isEnded) throw new Error(`ended without ${pattern}:\n${output.stdout}${output.stderr}`)
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), exit])
    }
  }
  return {
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    until,
    kill: (signal) => child.kill(signal),
    exit,
  }
}

/** Runs the command to its end. */
export const runCommand = (...command: Parameters<typeof startCommand>): Promise<Exit> => startCommand(...command).exit

export interface ServingCommand extends RunningCommand {
  readonly url: string
  /** A page of the exporter. */
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>
  readonly page: (path?: string) => Promise<string>
}

/** Starts `exporter-http serve` on a free port of the loopback, and waits until it serves. */
export const startServing = async (
  t: ExecutionContext,
  environment: Readonly<Record<string, string>>,
  ...args: ReadonlyArray<string>
): Promise<ServingCommand> => {
  const command = startCommand(t, ['serve', '--web.listen-address=127.0.0.1:0', ...args], environment)
  await command.until(/^Open (\S+) or scrape/m)
  const url = /^Open (\S+) or scrape/m.exec(command.stdout())?.[1] ?? ''
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, url), { headers: { connection: 'close', ...headers } })
  return { ...command, url, get, page: async (path = '/metrics') => (await get(path)).text() }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { get } from 'node:http'
import ava, { type ExecutionContext } from 'ava'
import { program } from '../helpers/command.js'

// A device that is always full.
const test = process.platform === 'linux' ? ava : ava.skip

const onLoopback = ['--demo', '--web.listen-address=127.0.0.1:0']

// However busy the machine is.
const atLeisure = ['--demo', '--collect.interval=5m', '--alauda.timeout=5m']

const run = (t: ExecutionContext, args: ReadonlyArray<string>, stdout: number | 'pipe', stderr: number | 'pipe') => {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', stdout, stderr] })
  const exit = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const textOf = async (stream: NodeJS.ReadableStream | null) => {
    let text = ''
    for await (const chunk of stream ?? []) text += chunk
    return text
  }
  return { child, exit, stderr: () => textOf(child.stderr), stdout: () => textOf(child.stdout) }
}

/** Waits for this in what comes, then reads no more and closes the pipe. */
const readUntil = async (stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<string> => {
  let text = ''
  for await (const chunk of stream ?? []) {
    text += chunk
    const found = pattern.exec(text)?.[1]
    if (found !== undefined) return found
  }
  throw new Error(`it ended without ${pattern}: ${text}`)
}

const full = () => openSync('/dev/full', 'w')

/** Asks on a connection of its own: one that is kept may time out while a busy machine does something else. */
const statusOf = (url: URL) =>
  new Promise<number | undefined>((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })

/** Serves until it is asked to end, though it logs something in between. */
const servesOn = async (t: ExecutionContext, { child, exit }: ReturnType<typeof run>, url: string) => {
  for (let logged = 0; logged < 3; logged += 1) {
    child.kill('SIGHUP')
    t.is(await statusOf(new URL('/-/healthy', url)), 200)
  }
  child.kill('SIGTERM')
  t.deepEqual(await exit, [0, null])
}

test('a log on a full disk is lost, and it serves on', async (t) => {
  const command = run(t, onLoopback, 'pipe', full())
  await servesOn(t, command, await readUntil(command.child.stdout, /Open (\S+) or/))
})

test('so it does when the reader of its log has gone', async (t) => {
  const command = run(t, onLoopback, full(), 'pipe')
  await servesOn(t, command, await readUntil(command.child.stderr, /urls=(\S+)/))
})

test('or that of its welcome', async (t) => {
  const command = run(t, onLoopback, 'pipe', 'pipe')
  command.child.stdout?.destroy()
  const url = await readUntil(command.child.stderr, /urls=(\S+)/)
  await servesOn(t, command, url)
})

test('a page that cannot be written is a failure, whose reason is reported', async (t) => {
  for (const args of [['once', ...atLeisure], ['plan', ...atLeisure], ['--help'], ['--version']]) {
    const command = run(t, args, full(), 'pipe')
    const [stderr, [status]] = await Promise.all([command.stderr(), command.exit])
    t.is(stderr, 'exporter-http: standard output: cannot be written (ENOSPC)\n', args.join(' '))
    t.is(status, 1)
  }
})

test('the reason cannot be written either: the exit status reports the failure', async (t) => {
  const [status] = await run(t, ['once', ...atLeisure], full(), full()).exit
  t.is(status, 1)
})

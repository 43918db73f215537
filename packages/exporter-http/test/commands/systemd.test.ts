import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import ava, { type ExecutionContext } from 'ava'
import { createServiceManager } from '../../src/commands/systemd.js'
import { createLog } from '../../src/log.js'

// A shell script stands in for systemd's program.
const test = process.platform === 'win32' ? ava.skip : ava

/** A `systemd-notify` that does this; what it writes to `$NOTIFY_SOCKET` is what systemd has received. */
const start = async (t: ExecutionContext, script: string | undefined, environment: NodeJS.Dict<string> = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'systemd-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const [program, told] = [join(folder, 'systemd-notify'), join(folder, 'told')]
  if (script !== undefined) {
    await writeFile(program, `#!/bin/sh\n${script}\n`)
    await chmod(program, 0o755)
  }
  const lines: string[] = []
  const log = createLog(
    () => ({ level: 'debug', format: 'logfmt' }),
    (line) => lines.push(line),
    () => 0,
  )
  const manager = createServiceManager({
    environment: { PATH: folder, NOTIFY_SOCKET: told, ...environment },
    log,
    monotonicNanoseconds: () => 1_234_567_890n,
  })
  return { ...manager, lines, folder, told: () => readFile(told, 'utf8').catch(() => '') }
}

const writeArguments = `printf '%s\\n' "$@" -- >> "$NOTIFY_SOCKET"`

test('notifies systemd of the start, a reload and the stop, each in one message', async (t) => {
  const { ready, reloading, stopping, told, lines } = await start(t, writeArguments)
  await ready('Serving on http://localhost:10104/')
  await reloading()
  await ready('Serving again')
  await stopping()
  t.is(
    await told(),
    `READY=1
STATUS=Serving on http://localhost:10104/
--
RELOADING=1
MONOTONIC_USEC=1234567
--
READY=1
STATUS=Serving again
--
STOPPING=1
STATUS=Stopping
--
`,
  )
  t.deepEqual(lines, [])
})

test('notifies in order, even if no caller waits', async (t) => {
  const { ready, reloading, stopping, told } = await start(t, `printf '%s\\n' "$1" >> "$NOTIFY_SOCKET"`)
  reloading()
  ready('a')
  reloading()
  ready('b')
  await stopping()
  t.is(await told(), 'RELOADING=1\nREADY=1\nRELOADING=1\nREADY=1\nSTOPPING=1\n')
})

test('a status is one line, whatever is in it, and no shell reads it', async (t) => {
  const { ready, told } = await start(t, writeArguments)
  await ready('two\nlines; $(id) "quoted" `id`\r\nREADY=0')
  t.is(await told(), 'READY=1\nSTATUS=two lines; $(id) "quoted" `id` READY=0\n--\n')
})

test('a status is cut to what systemd shows, and without control characters', async (t) => {
  const { ready, told } = await start(t, writeArguments)
  await ready(`a\u001b[31mb${'c'.repeat(1000)}`)
  t.is(await told(), `READY=1\nSTATUS=a [31mb${'c'.repeat(493)}\n--\n`)
})

test('hands on no environment but where systemd listens', async (t) => {
  const script = `printf '%s\\n' "\${ALAUDA_PASSWORD-none} \${HOME-none}" >> "$NOTIFY_SOCKET"`
  const { ready, told } = await start(t, script, { ALAUDA_PASSWORD: 'secret', HOME: '/home/demo' })
  await ready('Serving')
  t.is(await told(), 'none none\n')
})

test('says nothing to anybody where systemd does not ask', async (t) => {
  for (const socket of [undefined, '']) {
    const { ready, reloading, stopping, told, lines } = await start(t, 'exit 1', { NOTIFY_SOCKET: socket })
    await ready('Serving')
    await reloading()
    await stopping()
    t.is(await told(), '')
    t.deepEqual(lines, [])
  }
})

const warning = (error: string) => `ts=1970-01-01T00:00:00.000Z level=warn msg="cannot notify systemd" error=${error}`

test('without the program it warns once and continues', async (t) => {
  const { ready, stopping, lines } = await start(t, undefined)
  await ready('Serving')
  await stopping()
  t.deepEqual(lines, [warning('"there is no systemd-notify in the directories of PATH"')])
})

test('without a PATH there is no program', async (t) => {
  const { ready, lines } = await start(t, writeArguments, { PATH: undefined })
  await ready('Serving')
  t.is(lines.length, 1)
})

test('a program that fails is warned of once, and tried again', async (t) => {
  const script = `printf '%s\\n' "$1" >> "$NOTIFY_SOCKET"; echo 'no such socket' >&2; exit 1`
  const { ready, stopping, told, lines, folder } = await start(t, script)
  await ready('Serving')
  await stopping()
  t.is(await told(), 'READY=1\nSTOPPING=1\n')
  const error = `Command failed: ${join(folder, 'systemd-notify')} READY=1 STATUS=Serving\nno such socket\n`
  t.deepEqual(lines, [warning(JSON.stringify(error))])
})

test('takes the first in PATH that may be run, and never one of the working directory', async (t) => {
  const empty = await mkdtemp(join(tmpdir(), 'systemd-'))
  t.teardown(() => rm(empty, { recursive: true }))
  await writeFile(join(empty, 'systemd-notify'), 'not a program')
  const { folder } = await start(t, undefined)
  const path = ['', '.', 'test', join(folder, 'nothing'), empty]
  const without = await start(t, undefined, { PATH: path.join(delimiter) })
  await without.ready('Serving')
  t.is(without.lines.length, 1)
  const { folder: found } = await start(t, writeArguments)
  const last = await start(t, undefined, { PATH: [...path, found].join(delimiter) })
  await last.ready('Serving')
  t.is(await last.told(), 'READY=1\nSTATUS=Serving\n--\n')
})

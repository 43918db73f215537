import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import { parseCommandLine } from '../src/command-line.js'
import { field } from './open-cloud.js'

const program = fileURLToPath(import.meta.resolve('../src/bin.js'))

/** The command as its own process; it is killed when the test ends. */
const start = (t: ExecutionContext, ...args: string[]) => {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ALAUDA_SIMULATOR_PASSWORD: 'not to be shown' },
  })
  t.teardown(() => child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => {
    output.stdout += text
  })
  child.stderr.on('data', (text) => {
    output.stderr += text
  })
  const closed = once(child, 'close').then(([code, signal]: unknown[]) => ({ code, signal }))
  const firstLine = once(createInterface(child.stdout), 'line').then(([line]: unknown[]) => String(line))
  return { child, output, closed, firstLine }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`the command prints its base URL, serves, and ends on ${signal}`, async (t) => {
    const { child, output, closed, firstLine } = start(t, '--world', 'large', '--services', '30', '--instances', '2')
    const url = await firstLine
    t.regex(url, /^http:\/\/127\.0\.0\.1:\d+\/v1\/$/)
    const body = new URLSearchParams({ username: 'demo', password: 'not to be shown' })
    const login = await (await fetch(`${url}generate-api-token/`, { method: 'POST', body })).json()
    const headers = { Authorization: `Token ${field(login, 'token')}` }
    const page = await (await fetch(`${url}services/demo/`, { headers })).json()
    t.is(field(page, 'count'), 30)
    child.kill(signal)
    t.deepEqual(await closed, { code: 0, signal: null })
    t.deepEqual(output, { stdout: `${url}\n`, stderr: '' })
  })
}

test('the command starts with the faults of a file, which can be changed over the wire', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'alauda-simulator-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'faults.json')
  writeFileSync(file, '[{ "kind": "html-page", "endpoint": "profile", "status": 503 }]')
  const url = await start(t, '--faults', file).firstLine
  t.is((await fetch(`${url}auth/profile`)).status, 503)
  t.is((await fetch(new URL('/__faults', url), { method: 'DELETE' })).status, 204)
  t.is((await fetch(`${url}auth/profile`)).status, 401)
})

test('every wrong argument is a problem on standard error, with status 2', async (t) => {
  const { output, closed } = start(t, '--port', 'x', '--bogus')
  t.deepEqual(await closed, { code: 2, signal: null })
  t.is(output.stdout, '')
  t.is(
    output.stderr,
    'alauda-simulator: --bogus: unknown flag, expected one of those in --help\nalauda-simulator: --port: "x" given, expected a whole number from 0 to 65535\n',
  )
})

test('--help describes every flag, with status 0', async (t) => {
  const { output, closed } = start(t, '--help')
  t.deepEqual(await closed, { code: 0, signal: null })
  for (const flag of [
    'port',
    'world',
    'services',
    'instances',
    'latency',
    'seed',
    'username',
    'password-file',
    'faults',
  ]) {
    t.true(output.stdout.includes(`--${flag} `))
  }
})

test('a port in use is one clear line, with status 1', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { output, closed } = start(t, '--port', String(port))
  t.deepEqual(await closed, { code: 1, signal: null })
  t.is(output.stderr, `alauda-simulator: cannot listen on port ${port}: it is in use.\n`)
})

test('without arguments it is the article’s world on a free port, with the account demo', (t) => {
  t.deepEqual(parseCommandLine([], {}), {
    kind: 'run',
    settings: {
      port: 0,
      world: 'article',
      services: 200,
      instances: 5,
      seed: 1,
      cpuUtilization: 'mean',
      latencyMs: 0,
      username: 'demo',
      password: 'demo',
      namespace: 'demo',
      faults: [],
    },
  })
})

test('flags are taken with a space or an equals sign', (t) => {
  const parsed = parseCommandLine(
    [
      '--port',
      '8080',
      '--world=large',
      '--services',
      '3',
      '--instances=2',
      '--latency',
      '2s',
      '--seed=7',
      '--cpu-utilization=momentary',
      '--namespace=team',
    ],
    { ALAUDA_SIMULATOR_PASSWORD: 'from the environment' },
  )
  t.like(parsed, {
    kind: 'run',
    settings: {
      port: 8080,
      world: 'large',
      services: 3,
      instances: 2,
      latencyMs: 2000,
      seed: 7,
      cpuUtilization: 'momentary',
      namespace: 'team',
      password: 'from the environment',
    },
  })
})

test('the password comes from a file, without the line’s end, before the environment', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'alauda-simulator-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'password')
  writeFileSync(file, 'from the file\n')
  const parsed = parseCommandLine(['--password-file', file], { ALAUDA_SIMULATOR_PASSWORD: 'x' })
  t.like(parsed, { kind: 'run', settings: { password: 'from the file' } })
})

test('every problem is reported at once', (t) => {
  const parsed = parseCommandLine(
    [
      '--port=http',
      '--wrong',
      'stray',
      '--world=small',
      '--latency=5',
      '--cpu-utilization=now',
      '--password-file=/no/such/file',
      '--username=',
    ],
    {},
  )
  t.deepEqual(parsed, {
    kind: 'problems',
    problems: [
      '--wrong: unknown flag, expected one of those in --help',
      '"stray": unexpected argument, expected flags',
      '--port: "http" given, expected a whole number from 0 to 65535',
      '--world: "small" given, expected article or large',
      '--cpu-utilization: "now" given, expected mean or momentary',
      '--latency: "5" given, expected a duration such as 20ms or 1s',
      '--username: "" given, expected a name',
      '--password-file: cannot read /no/such/file',
    ],
  })
})

test('a flag without its value, and a flag of the other world, are problems', (t) => {
  t.deepEqual(parseCommandLine(['--services=3', '--port'], {}), {
    kind: 'problems',
    problems: ['--port: no value given', '--services: requires --world large'],
  })
})

/** A file for one test. */
const fileOf = (t: ExecutionContext, text: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'alauda-simulator-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'faults.json')
  writeFileSync(file, text)
  return file
}

test('the cloud’s faults come from a file', (t) => {
  const file = fileOf(t, '[{"kind":"hang","endpoint":"login"}]')
  t.like(parseCommandLine(['--faults', file], {}), {
    kind: 'run',
    settings: { faults: [{ kind: 'hang', endpoint: 'login' }] },
  })
})

test('every problem of the cloud’s faults is reported, with their file', (t) => {
  const wrong = (file: string) => {
    const parsed = parseCommandLine(['--faults', file, '--port=x'], {})
    return parsed.kind === 'problems' ? parsed.problems : []
  }
  const port = '--port: "x" given, expected a whole number from 0 to 65535'
  t.deepEqual(wrong('/no/such/file'), [port, '--faults: cannot read /no/such/file'])
  const text = fileOf(t, 'hang')
  t.deepEqual(wrong(text), [port, `--faults: ${text}: invalid JSON`])
  const faults = fileOf(t, '[{"kind":"hang","times":0},{"kind":"delay"}]')
  t.deepEqual(wrong(faults), [
    port,
    `--faults: ${faults}: faults[0].times must be a whole number from 1.`,
    `--faults: ${faults}: faults[1].ms must be a number from 0 to 3600000.`,
  ])
})

test('a password is never taken from a flag', (t) => {
  t.is(parseCommandLine(['--password=secret'], {}).kind, 'problems')
})

test('--help wins over everything', (t) => {
  t.deepEqual(parseCommandLine(['--wrong', '--help'], {}), { kind: 'help' })
})

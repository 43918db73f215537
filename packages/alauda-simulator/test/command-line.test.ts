import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { parseCommandLine } from '../src/command-line.js'

test('without arguments it is the article’s world on a free port, with the account demo', (t) => {
  t.deepEqual(parseCommandLine([], {}), {
    kind: 'run',
    settings: {
      port: 0,
      world: 'article',
      services: 200,
      instances: 5,
      seed: 1,
      latencyMs: 0,
      username: 'demo',
      password: 'demo',
      namespace: 'demo',
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

test('all faults are named at once', (t) => {
  const parsed = parseCommandLine(
    ['--port=http', '--wrong', 'stray', '--world=small', '--latency=5', '--password-file=/no/such/file', '--username='],
    {},
  )
  t.deepEqual(parsed, {
    kind: 'faults',
    faults: [
      '--wrong: there is no such flag.',
      'stray: there are no arguments but flags.',
      '--port must be a whole number from 0 to 65535.',
      '--world must be article or large.',
      '--latency must be a duration such as 20ms or 1s.',
      '--username must not be empty.',
      '--password-file: /no/such/file cannot be read.',
    ],
  })
})

test('a flag without its value, and a flag of the other world, are faults', (t) => {
  t.deepEqual(parseCommandLine(['--services=3', '--port'], {}), {
    kind: 'faults',
    faults: ['--port needs a value.', '--services needs --world large.'],
  })
})

test('a password is never taken from a flag', (t) => {
  t.is(parseCommandLine(['--password=secret'], {}).kind, 'faults')
})

test('--help wins over everything', (t) => {
  t.deepEqual(parseCommandLine(['--wrong', '--help'], {}), { kind: 'help' })
})

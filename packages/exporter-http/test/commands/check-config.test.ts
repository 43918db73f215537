import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { checkConfig } from '../../src/commands/check-config.js'
import { runCommand, startServing } from '../helpers/command.js'

const fileOf = async (t: ExecutionContext, text: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'check-config-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'exporter.yml')
  await writeFile(file, text)
  return file
}

const check = async (file: string) => {
  const output = { stdout: '', stderr: '' }
  const status = await checkConfig(file, {
    stdout: (text) => {
      output.stdout += text
    },
    stderr: (text) => {
      output.stderr += text
    },
  })
  return { status, ...output }
}

const wrong = 'collect: { interval: soon }\nalauda: { password: hunter2, usrname: a }\n'
const faultsIn = (file: string) =>
  `${file}:1:22: collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m
${file}:2:30: alauda.usrname: unknown setting, did you mean username?
`

test('a right file: exit status 0, and how many accounts and namespaces it names', async (t) => {
  for (const [text, summary] of [
    ['', 'no account, expected from flags or environment'],
    ['collect: { interval: 30s }\nalauda: { cloud: io }', 'no account, expected from flags or environment'],
    ['alauda: { username: a, password: b }', '1 account, 1 namespace'],
    ['accounts: [{ name: a, token: t, namespace: [a, b] }]', '1 account, 2 namespaces'],
    [
      'accounts: [{ name: a, token: t, namespace: [a, b] }, { name: b, username: c, password: d }]',
      '2 accounts, 3 namespaces',
    ],
  ] as const) {
    const file = await fileOf(t, text)
    t.deepEqual(await check(file), { status: 0, stdout: `${file}: valid: ${summary}\n`, stderr: '' })
  }
})

test('a wrong file: exit status 2, and a line for each fault that begins with its place', async (t) => {
  const file = await fileOf(t, wrong)
  t.deepEqual(await check(file), { status: 2, stdout: '', stderr: faultsIn(file) })
})

test('a certificate that is missing is a fault of its setting', async (t) => {
  const file = await fileOf(t, 'alauda:\n  ca_file: /missing/ca.pem\n')
  const stderr = `${file}:2:12: alauda.ca_file: /missing/ca.pem: cannot be used (ENOENT)\n`
  t.deepEqual(await check(file), { status: 2, stdout: '', stderr })
})

test('of the example only the files with secrets are missing, as it says where it says to try it', async (t) => {
  const example = fileURLToPath(new URL('../../../../docs/config.example.yml', import.meta.url))
  const { status, stderr } = await check(example)
  t.is(status, 2)
  t.deepEqual(
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(example.length).replace(/^:\d+:\d+: /, '')),
    [
      ['accounts[0].password_file', 'shop'],
      ['accounts[1].password_file', 'search'],
      ['accounts[2].token_file', 'ads'],
    ].map(([path, name]) => `${path}: the file "/run/secrets/${name}" cannot be read (ENOENT)`),
  )
  const comment = readFileSync(example, 'utf8').split('\n\n')[0] ?? ''
  t.regex(comment, /Once the files with secrets that it names are there, try it: exporter-http check-config /)
})

test('the web configuration that it names is sought beside it, and must be right as well', async (t) => {
  const file = await fileOf(t, 'web: { config_file: web.yml }')
  const web = join(dirname(file), 'web.yml')
  t.deepEqual(await check(file), { status: 2, stdout: '', stderr: `${web}: cannot be read (ENOENT)\n` })
  await writeFile(web, 'http_server_config: { http2: maybe }\nrate_limit: 5')
  t.deepEqual(await check(file), {
    status: 2,
    stdout: '',
    stderr: `${web}:1:30: http_server_config.http2: "maybe" given, expected true or false
${web}:2:13: rate_limit: a single value given, expected a map of settings
`,
  })
  await writeFile(web, '')
  t.is((await check(file)).status, 0)
})

test('reports the problems of the settings and of the web configuration together', async (t) => {
  const file = await fileOf(t, 'web: { config_file: web.yml, max_requests: many }\naccounts: []')
  const web = join(dirname(file), 'web.yml')
  await writeFile(web, 'http_server_config: { http2: maybe }')
  const { status, stderr } = await check(file)
  t.is(status, 2)
  t.deepEqual(
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^(.*:\d+:\d+: [a-z_.0-9]+): .*$/, '$1')),
    [`${file}:1:44: web.max_requests`, `${file}:2:11: accounts`, `${web}:1:30: http_server_config.http2`],
  )
})

test('a file that is not there', async (t) => {
  t.deepEqual(await check('missing.yml'), { status: 2, stdout: '', stderr: 'missing.yml: cannot be read (ENOENT)\n' })
})

test('as a command it looks at no environment', async (t) => {
  const file = await fileOf(t, wrong)
  const environment = { ALAUDA_CLOUD: 'mars', ALAUDA_EXPORTER_CONFIG: 'missing.yml' }
  t.deepEqual(await runCommand(t, ['check-config', file], environment), {
    status: 2,
    stdout: '',
    stderr: faultsIn(file),
  })
})

test('as a command it wants one file and no flags', async (t) => {
  t.deepEqual(await runCommand(t, ['check-config', '--log.level=debug']), {
    status: 2,
    stdout: '',
    stderr: `exporter-http: check-config: no file given, expected check-config FILE
exporter-http: check-config: flags given, expected a file only
`,
  })
})

test('serving starts with neither: faults of the settings file and of the web file are reported in one round', async (t) => {
  const file = await fileOf(t, 'collect: { interval: soon }\n')
  const web = await fileOf(t, 'basic_auth_users: hunter2\n')
  const environment = { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
  const { status, stdout, stderr } = await runCommand(
    t,
    [`--config.file=${file}`, `--web.config.file=${web}`],
    environment,
  )
  t.deepEqual([status, stdout], [2, ''])
  t.deepEqual(stderr.trimEnd().split('\n'), [
    `exporter-http: ${file}:1:22: collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m`,
    `exporter-http: ${web}:1:19: basic_auth_users: a single value given, expected a map of names and bcrypt hashes`,
  ])
})

test('a reload refuses both in one round as well', async (t) => {
  const file = await fileOf(t, '')
  const web = await fileOf(t, '')
  const flags = ['--demo', '--web.enable-lifecycle', `--config.file=${file}`, `--web.config.file=${web}`]
  const command = await startServing(t, {}, ...flags)
  await writeFile(file, 'log: { colour: red }\n')
  await writeFile(web, 'rate_limit: { burst: many }\n')
  const response = await fetch(new URL('/-/reload', command.url), { method: 'POST' })
  t.is(response.status, 400)
  t.deepEqual((await response.text()).trimEnd().split('\n').slice(1), [
    `${file}:1:8: log.colour: unknown setting, expected one of level, format`,
    `${web}:1:22: rate_limit.burst: "many" given, expected a whole number from 0 on`,
  ])
})

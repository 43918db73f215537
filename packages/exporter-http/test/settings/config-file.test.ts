import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Settings } from '../../src/settings/settings.js'
import { inOrder } from '../../src/toolkit/config/problem.js'
import { defaults, smallest, sources, withFile } from '../helpers/sources.js'
import { readFileSettings, readSettings } from '../helpers/texts.js'

const every = `
alauda:
  username: shop
  password: hunter2
  organization: acme
  cloud: io
  endpoint: http://cloud.example.com/v1
  namespace: [a, b]
  timeout: 5s
  max_concurrency: 4
  max_requests_per_second: 2.5
  max_retries: 0
collect:
  interval: 0
  timeout: 90s
  window: 1h
  period: 5m
  max_age: 10m
  max_instances: 7
  include_services: web|api
  exclude_services: .*-old
metrics: { article_names: true, timestamps: true, service_labels: tier }
web: { listen_address: [":1", "[::1]:2"], telemetry_path: /m, enable_lifecycle: true }
log: { level: debug, format: json }
`

test('every key of the file has its place', (t) => {
  const client = { ...defaults.client, timeoutMs: 5000, maxConcurrency: 4, maxRequestsPerSecond: 2.5, maxRetries: 0 }
  t.deepEqual(
    readSettings(withFile(every)),
    E.right<never, Settings>({
      accounts: [
        {
          endpoint: 'http://cloud.example.com/v1',
          credentials: { username: 'shop', organization: 'acme', password: 'hunter2' },
          namespaces: ['a', 'b'],
          labels: {},
          connection: { proxies: { none: '' } },
          client,
        },
      ],
      client,
      collect: {
        ...defaults.collect,
        intervalMs: 0,
        timeoutMs: 90_000,
        windowMs: 3_600_000,
        period: '5m',
        maxAgeMs: 600_000,
        maxInstances: 7,
        includeServices: /^(?:web|api)$/u,
        excludeServices: /^(?:.*-old)$/u,
      },
      metrics: { ...defaults.metrics, articleNames: true, timestamps: true, serviceLabels: ['tier'] },
      web: {
        ...defaults.web,
        listenAddresses: [{ port: 1 }, { host: '::1', port: 2 }],
        telemetryPath: '/m',
        enableLifecycle: true,
      },
      log: { ...defaults.log, level: 'debug', format: 'json' },
    }),
  )
})

test('the flag names the file, else the variable does', (t) => {
  const files = { 'a.yml': 'log: { level: debug }', 'b.yml': 'log: { level: warn }' }
  const levelOf = (environment: Record<string, string>, flags: Record<string, string[]>) =>
    pipe(
      readSettings(sources({ ...smallest, ...environment }, flags, files)),
      E.map(({ log }) => log.level),
    )
  t.deepEqual(levelOf({ ALAUDA_EXPORTER_CONFIG: 'a.yml' }, {}), E.right('debug' as const))
  t.deepEqual(levelOf({ ALAUDA_EXPORTER_CONFIG: 'a.yml' }, { 'config.file': ['b.yml'] }), E.right('warn' as const))
  t.deepEqual(levelOf({ ALAUDA_EXPORTER_CONFIG: '' }, {}), E.right('info' as const))
})

const faults = (...told: ReadonlyArray<string>) => E.left(told)

test('an unreadable file is reported with the flag or variable that names it, without the settings that it may have', (t) => {
  t.deepEqual(
    readSettings(sources({}, { 'config.file': ['a.yml'] })),
    faults('--config.file: "a.yml" cannot be read (ENOENT)'),
  )
  t.deepEqual(
    readSettings(sources({ ALAUDA_EXPORTER_CONFIG: 'a.yml' })),
    faults('ALAUDA_EXPORTER_CONFIG: "a.yml" cannot be read (ENOENT)'),
  )
  t.deepEqual(readSettings(sources({}, { 'config.file': [''] })), faults('--config.file: empty, expected a value'))
})

test('an empty file says nothing', (t) => {
  t.deepEqual(readSettings(withFile('', smallest)), readSettings(sources(smallest)))
})

test('a flag wins over the environment, and that over the file', (t) => {
  const file = 'alauda: { username: c, password: z, namespace: [c1, c2] }'
  const accountOf = (environment: Record<string, string>, flags: Record<string, string[]>) =>
    pipe(
      readSettings(withFile(file, environment, flags)),
      E.map(({ accounts: [account] }) => [account?.credentials, account?.namespaces]),
    )
  t.deepEqual(accountOf({}, {}), E.right([{ username: 'c', password: 'z' }, ['c1', 'c2']]))
  t.deepEqual(
    accountOf({ ALAUDA_USERNAME: 'b', ALAUDA_PASSWORD: 'y', ALAUDA_NAMESPACE: 'b1' }, {}),
    E.right([{ username: 'b', password: 'y' }, ['b1']]),
  )
  t.deepEqual(
    accountOf({ ALAUDA_USERNAME: 'b' }, { 'alauda.username': ['a'], 'alauda.namespace': ['a1', 'a2'] }),
    E.right([{ username: 'a', password: 'z' }, ['a1', 'a2']]),
  )
})

test('a wrong value in the file does no harm where something wins over it', (t) => {
  t.true(E.isRight(readSettings(withFile('log: { level: trace }', smallest, { 'log.level': ['warn'] }))))
})

test('an endpoint does not override a cloud from a more specific source', (t) => {
  const endpointOf = (file: string, environment: Record<string, string>) =>
    pipe(
      readSettings(withFile(file, { ...smallest, ...environment })),
      E.map(({ accounts }) => accounts[0]?.endpoint),
    )
  const endpoint = 'alauda: { endpoint: http://x/, cloud: cn }'
  t.deepEqual(endpointOf(endpoint, {}), E.right('http://x/'))
  t.deepEqual(endpointOf(endpoint, { ALAUDA_CLOUD: 'io' }), E.right('https://api.alauda.io/v1/'))
  t.deepEqual(endpointOf('alauda: { cloud: io }', { ALAUDA_ENDPOINT: 'http://y/' }), E.right('http://y/'))
})

test('a secret from a more specific source wins over one from the file, whichever of the two is a file of its own', (t) => {
  const credentialsOf = (file: string, environment: Record<string, string>) =>
    pipe(
      readSettings(
        withFile(file, { ALAUDA_USERNAME: 'demo', ...environment }, {}, { '/run/a': 'a\n', '/run/b': 'b\n' }),
      ),
      E.map(({ accounts }) => accounts[0]?.credentials),
    )
  const username = 'demo'
  t.deepEqual(credentialsOf('alauda: { password_file: /run/a }', {}), E.right({ username, passwordFile: '/run/a' }))
  t.deepEqual(
    credentialsOf('alauda: { password_file: /missing }', { ALAUDA_PASSWORD: 'x' }),
    E.right({ username, password: 'x' }),
  )
  t.deepEqual(
    credentialsOf('alauda: { password: x }', { ALAUDA_PASSWORD_FILE: '/run/b' }),
    E.right({ username, passwordFile: '/run/b' }),
  )
  t.deepEqual(credentialsOf('alauda: { token: abc }', {}), E.right({ token: 'abc' }))
})

test('problems of the file’s secrets are reported with their place', (t) => {
  t.deepEqual(
    readSettings(withFile('alauda:\n  username: a\n  password: x\n  password_file: /missing\n')),
    faults('exporter.yml:3:13: alauda.password: set together with alauda.password_file, expected one of them'),
  )
  t.deepEqual(
    readSettings(withFile('alauda:\n  username: a\n  password_file: /missing\n')),
    faults('exporter.yml:3:18: alauda.password_file: the file "/missing" cannot be read (ENOENT)'),
  )
  t.deepEqual(
    readSettings(withFile('alauda:\n  username: a\n  password_file: /run/a\n', {}, {}, { '/run/a': '\n' })),
    faults('exporter.yml:3:18: alauda.password_file: it is empty'),
  )
  t.deepEqual(
    readSettings(withFile('alauda:\n  token: a b\n  namespace: x\n')),
    faults('exporter.yml:2:10: alauda.token: the token must be visible ASCII characters without spaces'),
  )
  t.deepEqual(
    readSettings(withFile('alauda:\n  token: abc\n  password: x\n  namespace: x\n')),
    faults('exporter.yml:2:10: alauda.token: set together with alauda.password, expected one of them'),
  )
})

test('service labels that are the same for Prometheus are reported where they were given', (t) => {
  t.deepEqual(
    readSettings(withFile('metrics:\n  service_labels: [app.tier, app-tier]\n', smallest)),
    faults(
      'exporter.yml:2:19: metrics.service_labels: "app.tier, app-tier" given, expected labels that Prometheus does not write the same',
    ),
  )
})

test('problems of flags, environment and file are reported together, the file’s in its order', (t) => {
  t.deepEqual(
    readSettings(
      withFile(
        'web: { telemetry_path: m }\ncolect: {}\nalauda: { timeout: x }\n',
        { ALAUDA_CLOUD: 'mars' },
        { 'log.level': ['trace'] },
      ),
    ),
    faults(
      'ALAUDA_CLOUD: "mars" given, expected one of cn, io',
      'ALAUDA_USERNAME or --alauda.username: not set, expected your user name; --demo needs none',
      'ALAUDA_PASSWORD or --alauda.password-file: not set, expected your password; --demo needs none',
      '--log.level: "trace" given, expected one of debug, info, warn, error',
      'exporter.yml:1:24: web.telemetry_path: "m" given, expected a path like /metrics',
      'exporter.yml:2:1: colect: unknown setting, did you mean collect?',
      'exporter.yml:3:20: alauda.timeout: "x" given, expected a duration like 30s, 5m or 1h30m',
    ),
  )
})

test('with an unreadable file no setting is missing, but invalid flags are reported', (t) => {
  t.deepEqual(
    readSettings(withFile('a: [', { ALAUDA_CLOUD: 'mars' })),
    faults(
      'ALAUDA_CLOUD: "mars" given, expected one of cn, io',
      'exporter.yml:1:5: wrong indentation; is a bracket not closed above?',
    ),
  )
})

test('the demo uses no account of the file, but the rest of it', (t) => {
  const file = 'accounts: [{ name: "?" }]\nalauda: { username: x, max_retries: 9 }\ncollect: { interval: 7s }\n'
  const read = readSettings(withFile(file, {}, { demo: ['true'] }))
  t.deepEqual(
    pipe(
      read,
      E.map(({ accounts, client, collect }) => [accounts, client.maxRetries, collect.intervalMs, collect.period]),
    ),
    E.right([[], 9, 7000, '1s']),
  )
})

test('of a file alone nothing is missed that flags or environment may give', (t) => {
  for (const text of ['', 'collect: { interval: 30s }', 'alauda: { username: shop }', 'alauda: { token: abc }']) {
    t.deepEqual(
      pipe(
        readFileSettings('exporter.yml', () => text),
        E.map(({ accounts }) => accounts),
      ),
      E.right([]),
      text,
    )
  }
  t.deepEqual(
    readFileSettings('exporter.yml', () => 'alauda: { cloud: mars }'),
    faults('exporter.yml:1:18: alauda.cloud: "mars" given, expected one of cn, io'),
  )
})

test('settings are plain data: read twice they are the same', (t) => {
  const read = () => readSettings(withFile(every))
  t.deepEqual(read(), read())
  t.notThrows(() => structuredClone(read()))
})

test('places are numbers: line 10 comes after line 9; a problem is reported once', (t) => {
  const what = 'wrong'
  const flag = { origin: 'command line', setting: '--z', what } as const
  const at = (file: string, line: number, column: number) => ({ origin: { file }, line, column, setting: 'a', what })
  t.deepEqual(inOrder([at('a', 10, 1), at('a', 9, 10), at('b', 1, 1), flag, at('a', 9, 9), at('a', 9, 10), flag]), [
    flag,
    at('a', 9, 9),
    at('a', 9, 10),
    at('a', 10, 1),
    at('b', 1, 1),
  ])
})

import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Rows, Setting } from '../../src/settings/setting.js'
import type { Sources } from '../../src/settings/sources.js'
import { groups, isFlag, flags as rows, table } from '../../src/settings/table.js'
import { read, valuesOf } from '../helpers/settings-file.js'
import { defaults, rightOf, smallest, sources, withFile } from '../helpers/sources.js'
import { readSettings } from '../helpers/texts.js'

const faultsIn = (given: Sources): ReadonlyArray<string> => {
  const read = readSettings(given)
  return E.isLeft(read) ? read.left : []
}

const faults = (given: Sources) => E.swap(readSettings(given))

test('a user name and a password are enough: everything else has a default', (t) => {
  const { client } = defaults
  t.deepEqual(defaults.accounts, [
    {
      endpoint: 'https://api.alauda.cn/v1/',
      credentials: { username: 'demo', password: 'hunter2' },
      namespaces: ['demo'],
      labels: {},
      connection: { proxies: { none: '' } },
      client,
    },
  ])
  t.like(client, { timeoutMs: 10_000, maxConcurrency: 32, maxRequestsPerSecond: 0, maxRetries: 2 })
  t.like(defaults.collect, {
    intervalMs: 60_000,
    timeoutMs: 60_000,
    windowMs: 300_000,
    period: '1m',
    maxAgeMs: 300_000,
  })
  t.like(defaults.web, { listenAddresses: [{ port: 10104 }], telemetryPath: '/metrics', maxRequests: 40 })
  t.like(defaults.log, { level: 'info', format: 'logfmt' })
})

test('each flag of the table sets the value of its row', (t) => {
  const { client, collect, metrics, web, log } = table
  const given = fc
    .constantFrom(...Object.entries<Rows>({ client, collect, metrics, web, log }))
    .chain(([part, rows]) => fc.constantFrom(...Object.entries(rows)).map(([name, row]) => ({ part, name, row })))
    .chain((setting) => valuesOf(setting.row).map((value) => ({ ...setting, texts: [value].flat().map(String) })))
  // What the default of another setting would make wrong.
  const beside = { 'collect.interval': ['1ms'], 'collect.period': ['1s'], 'collect.window': ['30d'] }
  fc.assert(
    fc.property(given, ({ part, name, row, texts }) => {
      const settings = rightOf(readSettings(sources(smallest, { ...beside, [row.flag]: texts })))
      const values = texts.map((text) => read(row, text))
      const found: unknown = Reflect.get(Object(Reflect.get(settings, part)), name)
      t.deepEqual(found, row.isList === true ? values : values[0], row.flag)
    }),
    { numRuns: 300 },
  )
})

test('flags of the account set the account', (t) => {
  const flags = {
    'alauda.organization': ['acme'],
    'alauda.endpoint': ['http://cloud.example.com/v1'],
    'alauda.namespace': ['a', 'b'],
    'alauda.max-answer-size': ['64KB'],
    demo: ['false'],
  }
  const { accounts, client } = rightOf(readSettings(sources(smallest, flags)))
  t.deepEqual(accounts, [
    {
      endpoint: 'http://cloud.example.com/v1',
      credentials: { username: 'demo', password: 'hunter2', organization: 'acme' },
      namespaces: ['a', 'b'],
      labels: {},
      connection: { proxies: { none: '' } },
      client,
    },
  ])
  t.is(client.maxAnswerBytes, 65_536)
})

test('a collection may take as long as the interval, unless set otherwise', (t) => {
  t.deepEqual(
    readSettings(sources(smallest, { 'collect.interval': ['15s'] })),
    E.right({ ...defaults, collect: { ...defaults.collect, intervalMs: 15_000, timeoutMs: 15_000 } }),
  )
})

test('an interval of 0 means at each scrape; a collection then has a minute', (t) => {
  for (const interval of ['0', '0s']) {
    t.deepEqual(
      readSettings(sources(smallest, { 'collect.interval': [interval] })),
      E.right({ ...defaults, collect: { ...defaults.collect, intervalMs: 0, timeoutMs: 60_000 } }),
    )
  }
})

test('the demo needs no account, and shows newer points at a shorter interval', (t) => {
  const demo = {
    ...defaults,
    accounts: [],
    collect: { ...defaults.collect, intervalMs: 5000, timeoutMs: 5000, windowMs: 60_000, period: '1s' as const },
  }
  t.deepEqual(readSettings(sources({}, { demo: ['true'] })), E.right(demo))
  t.deepEqual(
    readSettings(sources({}, { demo: ['true'], 'collect.interval': ['1s'], 'collect.period': ['1m'] })),
    E.right({ ...demo, collect: { ...demo.collect, intervalMs: 1000, timeoutMs: 1000, period: '1m' as const } }),
  )
})

test('the demo looks at no account setting, not even at a wrong one', (t) => {
  const environment = { ALAUDA_ENDPOINT: 'nonsense', ALAUDA_PASSWORD: 'a', ALAUDA_PASSWORD_FILE: '/missing' }
  t.true(E.isRight(readSettings(sources(environment, { demo: ['true'] }))))
})

test('service labels that Prometheus would write the same are refused', (t) => {
  for (const keys of [
    ['app.tier', 'app-tier'],
    ['a', 'b', 'a'],
    ['组', '群'],
  ]) {
    const fault = `--metrics.service-labels: "${keys.join(', ')}" given, expected labels that Prometheus does not write the same`
    t.deepEqual(faults(sources(smallest, { 'metrics.service-labels': keys })), E.right([fault]))
  }
  t.true(E.isRight(readSettings(sources(smallest, { 'metrics.service-labels': ['app.tier', 'App.tier'] }))))
})

test('all problems are reported together, each with its flag or variable', (t) => {
  const environment = {
    ALAUDA_CLOUD: 'mars',
    ALAUDA_ENDPOINT: 'cloud',
    ALAUDA_NAMESPACE: 'a,,b,',
    ALAUDA_TOKEN: 'hunter2',
  }
  const flags = {
    'alauda.password-file': ['/missing'],
    'alauda.timeout': ['soon'],
    'alauda.max-concurrency': ['0'],
    'collect.interval': ['0m'],
    'collect.timeout': ['1y'],
    'collect.window': [''],
    'collect.period': ['2m'],
    'collect.max-age': ['never'],
    'collect.max-instances': ['0'],
    'collect.include-services': ['('],
    'metrics.article-names': ['yes'],
    'metrics.service-labels': [''],
    'web.listen-address': ['10104', ':70000'],
    'web.telemetry-path': ['/-/ready'],
    'log.level': ['trace'],
    'log.format': ['xml'],
    demo: ['perhaps'],
  }
  const result = faults(sources(environment, flags))
  const told = E.getOrElse((): ReadonlyArray<string> => [])(result)
  t.deepEqual([...told].sort(), [
    '--alauda.max-concurrency: "0" given, expected a whole number from 1 on',
    '--alauda.password-file: the file "/missing" cannot be read (ENOENT)',
    '--alauda.timeout: "soon" given, expected a duration like 30s, 5m or 1h30m',
    '--collect.include-services: "(" given, expected a regular expression like kibana|log.*',
    '--collect.interval: "0m" given, expected a duration like 30s, 5m or 1h30m',
    '--collect.max-age: "never" given, expected a duration like 30s, 5m or 1h30m',
    '--collect.max-instances: "0" given, expected a whole number from 1 on',
    '--collect.period: "2m" given, expected one of 1s, 1m, 5m, 15m, 30m, 1h, 4h, 12h, 1d, 7d, 30d',
    '--collect.timeout: "1y" given, expected at most 24d',
    '--collect.window: empty, expected a duration like 30s, 5m or 1h30m',
    '--demo: "perhaps" given, expected true or false',
    '--log.format: "xml" given, expected one of logfmt, json',
    '--log.level: "trace" given, expected one of debug, info, warn, error',
    '--metrics.article-names: "yes" given, expected true or false',
    '--metrics.service-labels: empty, expected 1 to 1024 characters',
    '--web.listen-address: "10104" given, expected an address like :10104, 127.0.0.1:10104 or [::1]:10104',
    '--web.listen-address: ":70000" given, expected an address like :10104, 127.0.0.1:10104 or [::1]:10104',
    '--web.telemetry-path: "/-/ready" given, expected none of /, /api/v1/services, /assets/page.js, /assets/page.css, /sd, /probe, /-/healthy, /-/ready, /-/reload',
    'ALAUDA_CLOUD: "mars" given, expected one of cn, io',
    'ALAUDA_ENDPOINT: "cloud" given, expected a URL like https://api.alauda.cn/v1/',
    'ALAUDA_NAMESPACE: empty, expected 1 to 1024 characters, no line breaks or other control characters, no spaces around them',
    'ALAUDA_USERNAME or --alauda.username: not set, expected your user name; --demo needs none',
  ])
})

test('a fault of a time does not hide the window that is too short', (t) => {
  t.deepEqual(
    readSettings(sources(smallest, { 'collect.interval': ['soon'], 'collect.window': ['1s'] })),
    E.left([
      '--collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m',
      '--collect.window: "1s" given, expected at least --collect.period, or it may hold no point',
    ]),
  )
})

test('a fault quotes the value that it is about, unless it is a secret', (t) => {
  const secrets = fc.constantFrom('ALAUDA_PASSWORD', 'ALAUDA_TOKEN')
  const text = fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}s3cr3t${after}`)
  fc.assert(
    fc.property(fc.dictionary(secrets, text, { minKeys: 1 }), (environment) => {
      const told = faultsIn(sources({ ...environment, ALAUDA_USERNAME: 'demo', ALAUDA_CLOUD: 'mars' }))
      t.true(told.includes('ALAUDA_CLOUD: "mars" given, expected one of cn, io'))
      t.false(told.some((fault) => fault.includes('s3cr3t')))
    }),
  )
  for (const url of ['https://demo:s3cr3t@x', 'demo:s3cr3t@x/v1/', 'http://x/?token=s3cr3t', 'http://x/#s3cr3t']) {
    for (const flag of ['alauda.endpoint', 'web.external-url']) {
      const told = faultsIn(sources(smallest, { [flag]: [url] }))
      t.is(told.length, 1)
      t.false(told[0]?.includes('s3cr3t'))
    }
  }
})

test('any value of any flag makes faults of one bounded line, in which everything is seen', (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u001b[2J', 'a\u202eb', 'a\u2028b', 'a\nb', '\u0000', 'x'.repeat(10_000)),
  )
  const flags = fc.dictionary(
    fc.constantFrom(...rows.map(({ flag }) => flag)),
    fc.array(text, { minLength: 1, maxLength: 3 }),
  )
  fc.assert(
    fc.property(flags, (given) => {
      for (const fault of faultsIn(sources(smallest, given))) {
        t.regex(fault, /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+$/u)
        t.true(fault.length < 1000, fault)
      }
    }),
    { numRuns: 30 },
  )
})

const all: ReadonlyArray<Setting<unknown>> = Object.values<Rows>(table).flatMap((part) => Object.values(part))

test('every row stands in exactly one group', (t) => {
  const grouped = groups.flatMap(([, settings]) => settings)
  t.deepEqual(new Set(grouped), new Set(all))
  t.is(grouped.length, all.length)
})

test('no two rows share a flag or a variable', (t) => {
  const flags = rows.map(({ flag }) => flag)
  const variables = rows.flatMap(({ environment }) => environment ?? [])
  t.deepEqual([...new Set(flags)], flags)
  t.deepEqual([...new Set(variables)], variables)
})

test('a flag is small letters with dots and hyphens; its variable has the same words, save the file’s', (t) => {
  for (const { flag, environment } of rows) {
    t.regex(flag, /^[a-z]+(?:[.-][a-z]+)*$/)
    if (flag === table.file.configFile.flag) continue
    t.is(environment ?? '', environment === undefined ? '' : flag.toUpperCase().replaceAll(/[.-]/g, '_'))
  }
})

test('every default is one that its own row accepts', (t) => {
  for (const { flag, default: usual, demoDefault, format } of rows) {
    for (const text of [usual, demoDefault])
      t.true(text === undefined || E.isRight(format.parse(text)), `${flag} ${text}`)
  }
})

test('every help text is a sentence', (t) => {
  for (const { flag, help } of rows) t.regex(help, /^[A-Z].+\.$/, flag)
})

test('no flag takes a secret itself', (t) => {
  t.deepEqual(
    all.filter((row) => !isFlag(row)).map(({ flag }) => flag),
    ['alauda.password', 'alauda.token'],
  )
  t.true(rows.every(isFlag))
  for (const { flag } of rows.filter(({ flag }) => /password|token|secret/.test(flag))) t.regex(flag, /-file$/)
})

const sizesOf = (text: string) =>
  pipe(
    readSettings(withFile(text, smallest)),
    E.map(({ metrics }) => metrics.sizes),
  )

test('the file says what the cloud’s named sizes stand for, in cores and bytes', (t) => {
  t.deepEqual(
    sizesOf('sizes:\n  XS: { cpu: 0.25, memory: 512MB }\n  S: { cpu: 1 }\n  8c-16g: { memory: 16GB }\n'),
    E.right({ XS: { cpu: 0.25, memory: 536_870_912 }, S: { cpu: 1 }, '8c-16g': { memory: 17_179_869_184 } }),
  )
  t.deepEqual(sizesOf('sizes: { XS: { cpu: "0.5" } }'), E.right({ XS: { cpu: 0.5 } }))
})

test('without sizes there are none', (t) => {
  for (const text of ['', 'sizes:', 'sizes: {}']) t.deepEqual(sizesOf(text), E.right(undefined), text)
})

test('all problems of sizes are reported at their place', (t) => {
  const faults = sizesOf(
    [
      'sizes:',
      '  XS: { cpu: 0 }',
      '  S: { memory: 512 }',
      '  M: {}',
      '  L: { cpus: 1 }',
      '  XL: 2',
      '  XS: { cpu: 1 }',
    ].join('\n'),
  )
  if (E.isRight(faults)) return t.fail()
  t.deepEqual(
    faults.left.map((fault) => fault.replace(/: (?!.*: ).*$/, '')),
    [
      'exporter.yml:2:14: sizes.XS.cpu',
      'exporter.yml:3:16: sizes.S.memory',
      'exporter.yml:4:3: sizes.M',
      'exporter.yml:5:3: sizes.L',
      'exporter.yml:5:8: sizes.L.cpus',
      'exporter.yml:6:3: sizes.XL',
      'exporter.yml:6:7: sizes.XL',
      'exporter.yml:7:3: sizes.XS',
    ],
  )
})

const told = (...faults: ReadonlyArray<string>) => E.left(faults)

test('a window must be able to hold a point', (t) => {
  const fault = (what: string) =>
    `--collect.window: ${what}, expected at least --collect.period, or it may hold no point`
  t.deepEqual(faults(sources(smallest, { 'collect.window': ['59s'] })), E.right([fault('"59s" given')]))
  t.deepEqual(faults(sources(smallest, { 'collect.period': ['15m'] })), E.right([fault('not set')]))
  t.true(E.isRight(readSettings(sources(smallest, { 'collect.window': ['60s'] }))))
  for (const period of ['1d', '7d']) {
    const flags = { 'collect.window': [period], 'collect.period': [period] }
    t.true(E.isRight(readSettings(sources(smallest, flags))), period)
  }
})

test('every period that may be chosen fits into a window that may be chosen', (t) => {
  for (const period of ['1s', '1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '7d', '30d']) {
    const flags = { 'collect.period': [period], 'collect.window': ['30d'] }
    t.true(E.isRight(readSettings(sources(smallest, flags))), period)
  }
})

test('a window that is too short is reported where it was given, or where the period was', (t) => {
  t.deepEqual(
    readSettings(withFile('collect:\n  window: 59s\n', smallest)),
    told('exporter.yml:2:11: collect.window: "59s" given, expected at least --collect.period, or it may hold no point'),
  )
  t.deepEqual(
    readSettings(withFile('collect:\n  window: 5m\n  period: 15m\n', smallest)),
    told('exporter.yml:2:11: collect.window: "5m" given, expected at least collect.period, or it may hold no point'),
  )
  t.deepEqual(
    readSettings(withFile('collect:\n  period: 15m\n', smallest)),
    told(
      'exporter.yml:2:11: collect.period: "15m" given, expected at most --collect.window, which may otherwise hold no point',
    ),
  )
  t.deepEqual(
    readSettings(withFile('collect:\n  period: 15m\n', smallest, { 'collect.window': ['5m'] })),
    told('--collect.window: "5m" given, expected at least collect.period, or it may hold no point'),
  )
})

test('what is shown is shown at least until the next collection', (t) => {
  const fault = (age: string) =>
    `--collect.max-age: "${age}" given, expected at least --collect.interval, or values come and go`
  const ages = { 'collect.max-age': ['59s'] }
  t.deepEqual(faults(sources(smallest, ages)), E.right([fault('59s')]))
  t.deepEqual(
    faults(sources(smallest, { 'collect.max-age': ['10m'], 'collect.interval': ['11m'] })),
    E.right([fault('10m')]),
  )
  for (const interval of ['0', '59s', '1s']) {
    t.true(E.isRight(readSettings(sources(smallest, { ...ages, 'collect.interval': [interval] }))), interval)
  }
  t.true(E.isRight(readSettings(sources({}, { demo: ['true'], 'collect.max-age': ['5s'] }))))
})

test('an empty pattern matches no service: it is refused', (t) => {
  for (const flag of ['collect.include-services', 'collect.exclude-services']) {
    t.deepEqual(
      faults(sources(smallest, { [flag]: [''] })),
      E.right([`--${flag}: empty, expected a regular expression like kibana|log.*`]),
    )
  }
})

test('values that would come and go are reported where their age was given, with the interval’s name there', (t) => {
  const rest = 'or values come and go'
  t.deepEqual(
    readSettings(withFile('collect:\n  interval: 10m\n  max_age: 5m\n', smallest)),
    told(`exporter.yml:3:12: collect.max_age: "5m" given, expected at least collect.interval, ${rest}`),
  )
  t.deepEqual(
    readSettings(withFile('collect: { interval: 10m }', smallest, { 'collect.max-age': ['5m'] })),
    told(`--collect.max-age: "5m" given, expected at least collect.interval, ${rest}`),
  )
  t.deepEqual(
    readSettings(withFile('collect: { max_age: 30s }', smallest)),
    told(`exporter.yml:1:21: collect.max_age: "30s" given, expected at least --collect.interval, ${rest}`),
  )
})

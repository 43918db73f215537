import { Ajv } from 'ajv'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { parse } from 'yaml'
import { accountSettings, sizeRows } from '../../src/settings/account-table.js'
import { fileSchema } from '../../src/settings/file-schema.js'
import { keyOf, type Setting } from '../../src/settings/setting.js'
import { sections, table } from '../../src/settings/table.js'
import * as formats from '../../src/toolkit/config/format.js'
import { isFullSize } from '../helpers/full-size.js'
import { readFileSettings } from '../helpers/texts.js'

// An editor goes by the schema, the exporter by its own reading: for one value they must say the same. What they cannot agree
// on is listed in file-schema.ts.

const isValid = new Ajv({ allowUnionTypes: true }).compile(fileSchema())
// Every file of a secret is there. A schema does not know what others hold.
const faultsOf = (text: string): ReadonlyArray<string> => {
  const read = readFileSettings('exporter.yml', (path) => (path === 'exporter.yml' ? text : 'secret'))
  return E.isLeft(read) ? read.left.filter((fault) => !/ cannot be used \([^)]+\)$/.test(fault)) : []
}
const isRight = (text: string): boolean => faultsOf(text).length === 0

const beside = new Map<Setting<unknown>, string>([
  // What another setting's default would make wrong.
  [table.collect.period, 'window: 30d'],
  [table.collect.maxAgeMs, 'interval: 1ms'],
  [table.collect.windowMs, 'period: 1s'],
])

/** A file that is right but perhaps for this value. */
const inSection = (name: string, setting: Setting<unknown>, value: string): string =>
  `${name}:\n  ${beside.get(setting) ?? ''}\n  ${keyOf(setting)}: ${value}`

const usual = new Map<string, string>([
  ['name', 'a'],
  ['username', 'a'],
  ['password', 'a'],
])
const ofToken = new Map<string, string>([
  ['name', 'a'],
  ['namespace', 'a'],
])

const inAccount = (setting: Setting<unknown>, value: string): string => {
  const base = new Map(setting === table.identity.token || setting === table.identity.tokenFile ? ofToken : usual)
  if (setting === table.identity.passwordFile) base.delete('password')
  const entries = [...base.set(keyOf(setting), value)].map(([key, text]) => `\n    ${key}: ${text}`)
  return `accounts:\n  -${entries.join('')}`
}

const places: ReadonlyArray<readonly [Setting<unknown>, (value: string) => string]> = [
  ...sections.flatMap(({ name, settings }) =>
    settings.map((setting) => [setting, (value: string) => inSection(name, setting, value)] as const),
  ),
  ...Object.values(sizeRows).map(
    (setting) => [setting, (value: string) => `sizes:\n  XS:\n    ${keyOf(setting)}: ${value}`] as const,
  ),
  ...accountSettings.map((setting) => [setting, (value: string) => inAccount(setting, value)] as const),
]

const switches = ['true', 'True', 'TRUE', 'tRUE', 'false', 'False', 'FALSE', 'yes', 'no', 'on', 'off', 'y', 'null', '~']
const numbers = [
  ...[
    '0',
    '00',
    '-0',
    '0.0',
    '0.',
    '.0',
    '0x0',
    '0e5',
    '1',
    '+2',
    '-1',
    '032',
    '1e2',
    '1E+2',
    '100e-2',
    '0x10',
    '0o17',
  ],
  ...['2.0', '2.', '.5', '5.', '1.5', '1_000', '0b1', '999999999', '999999999.0', '1000000000', '1e9', '1e20', '1e400'],
  ...['0.001', '0.0009', '1e-3', '1e-4', '1e-9', '0.12345678901', '123456789.123', '-0.5'],
]
const durations = [
  ...[
    '0s',
    '0m',
    '00s',
    '2s',
    '5m',
    '1h30m',
    '007s',
    '1m1h',
    '5M',
    '24d',
    '25d',
    '024d',
    '3w',
    '4w',
    '5w',
    '30d',
    '31d',
  ],
  ...['1y', '0y1w', '576h', '577h', '720h', '721h', '1000h', '1.5h', '-5m'],
]
const texts = [
  ...['""', 'a', 'a b', '.', '..', '...', 'a.b-c_D', '/', '/m', '/-/ready', '/-/metrics', '/sd', '/m?a', '灵雀云'],
  ...[':99999', ':65535', ':65536', ':0', ':00080', '80', 'localhost:80', '[::1]:80', ':-1', ':1e3'],
  ...['http://x/', 'HTTPS://x/', 'ftp://x/', 'cn', 'io', 'eu', 'CN', 'info', 'INFO', 'json', '1s', '1m', '30d'],
]
const others = ['', '[]', '{}', '[[]]', '[a]', '[a, ""]', '["."]', '[true, 5]', '{ a: 1 }', '[~]']

const spelled = (value: string): ReadonlyArray<string> => {
  if (value.startsWith('[') || value === '""') return [`'${value}'`]
  return [value, `"${value}"`, `'${value}'`]
}

/** The only differences that these values can show; a comment in file-schema.ts describes them. */
const mayDiffer = (setting: Setting<unknown>, value: string): boolean =>
  // Too great for JSON, but a text all the same.
  /^[+-]?1e400$/.test(value) ||
  // The schema sees the number, and the exporter the sign.
  (setting.flag === 'accounts.name' && /^[^"']*\+/.test(value)) ||
  // A number or a switch of YAML is not a text in the schema.
  (setting === table.web.routePrefix && !/^["'/]/.test(value)) ||
  // No regular expression.
  (setting.format === formats.wholeNamePattern && /^["']?\+/.test(value))

test('each value of each setting is right to both the schema and the exporter, or to neither', (t) => {
  const values = [...[...switches, ...numbers, ...durations, ...texts].flatMap(spelled), ...others]
  const share = isFullSize ? 1 : 12
  for (const [index, [setting, fileWith]] of places.entries()) {
    const mine = values.filter((each, position) => (position + index) % share === 0 && !mayDiffer(setting, each))
    for (const value of mine) {
      const text = fileWith(value)
      t.is(isValid(parse(text)), isRight(text), `${text}\n${faultsOf(text).join('\n')}`)
    }
  }
})

test('any number, however it is written, is right to both or to neither', (t) => {
  const amounts = fc.oneof(
    fc.integer({ min: -3, max: 2000 }),
    fc.integer({ min: 0, max: 2 ** 31 }),
    fc.double({ min: -1, max: 2e9, noNaN: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  const spelled = fc
    .tuple(
      amounts,
      fc.constantFrom(
        (amount: number) => String(amount),
        (amount: number) => amount.toExponential(),
        (amount: number) => amount.toFixed(3),
        (amount: number) => `${Math.trunc(amount)}.`,
        (amount: number) => `+${Math.abs(amount)}`,
        (amount: number) => `00${Math.abs(amount)}`,
        (amount: number) => `0x${Math.abs(Math.trunc(amount)).toString(16)}`,
        (amount: number) => `0o${Math.abs(Math.trunc(amount)).toString(8)}`,
      ),
      fc.constantFrom('', '"', "'"),
    )
    .map(([amount, spell, quote]) => quote + spell(amount) + quote)
  fc.assert(
    fc.property(fc.constantFrom(...places), spelled, ([setting, fileWith], value) => {
      if (mayDiffer(setting, value)) return
      const text = fileWith(value)
      t.is(isValid(parse(text)), isRight(text), text)
    }),
    { numRuns: isFullSize ? 3000 : 300 },
  )
})

test('any duration of one unit down to hours is within the limit for both or for neither', (t) => {
  const rows = [
    table.client.timeoutMs,
    ...[table.collect.intervalMs, table.collect.timeoutMs, table.collect.windowMs, table.collect.maxAgeMs],
  ]
  const spelled = fc
    .tuple(fc.nat({ max: 1000 }), fc.constantFrom('y', 'w', 'd', 'h'), fc.constantFrom('', '0', '00'))
    .map(([amount, unit, zeros]) => `${zeros}${amount}${unit}`)
  fc.assert(
    fc.property(
      fc.constantFrom(...places.filter(([setting]) => rows.some((row) => row === setting))),
      spelled,
      (place, value) => {
        const text = place[1](value)
        t.is(isValid(parse(text)), isRight(text), text)
      },
    ),
    { numRuns: isFullSize ? 1000 : 200 },
  )
})

test('numbers and switches are what YAML reads them as', (t) => {
  const read = readFileSettings(
    'exporter.yml',
    () => `
alauda: { max_concurrency: 1e2, max_retries: 0x10, max_requests_per_second: .5, username: 0x10, password: 1e2 }
collect: { interval: 0.0, max_instances: 032 }
metrics: { timestamps: TRUE, article_names: "true" }
web: { enable_lifecycle: True, max_requests: "5" }
`,
  )
  if (E.isLeft(read)) return t.fail(read.left.join('\n'))
  const { client, collect, metrics, web, accounts } = read.right
  t.deepEqual([client.maxConcurrency, client.maxRetries, client.maxRequestsPerSecond], [100, 16, 0.5])
  t.deepEqual([collect.intervalMs, collect.maxInstances], [0, 32])
  t.deepEqual([metrics.timestamps, metrics.articleNames, web.enableLifecycle, web.maxRequests], [true, true, true, 5])
  // What is a text stays as it is written.
  t.deepEqual(accounts[0]?.credentials, { username: '0x10', password: '1e2' })
})

const secretKeys = ['password', 'password_file', 'token', 'token_file']
const identityKeys = ['username', 'organization', 'namespace', ...secretKeys]

test('an account has credentials, and one of them: any choice of keys is right to both or to neither', (t) => {
  fc.assert(
    fc.property(fc.subarray(identityKeys), fc.constantFrom('accounts', 'alauda', 'both'), (keys, where) => {
      const given = keys.map((key) => `${key}: a`)
      const account = `accounts: [{ ${['name: a', ...(where === 'both' ? ['token: a', 'namespace: a'] : given)].join(', ')} }]`
      const text = [
        ...(where === 'alauda' ? [] : [account]),
        ...(where === 'accounts' ? [] : [`alauda: { ${given.join(', ')} }`]),
      ].join('\n')
      t.is(isValid(parse(text)), isRight(text), `${text}\n${faultsOf(text).join('\n')}`)
    }),
    { numRuns: isFullSize ? 600 : 200 },
  )
})

test('a section that says nothing says no credentials either', (t) => {
  for (const text of ['alauda:', 'alauda:\naccounts: [{ name: a, token: t, namespace: n }]', 'alauda: {}']) {
    t.true(isValid(parse(text)), text)
    t.true(isRight(text), text)
  }
})

test('editors know a setting of one type as such', (t) => {
  for (const [setting] of places) {
    const { format } = setting
    if (format === formats.onOff) t.deepEqual(format.schema.type, ['boolean', 'string'], setting.flag)
  }
})

import { namePattern } from '@alauda-exporter/alauda-client/options'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { accountLabels, accountName, accountSettings } from '../../src/settings/account-table.js'
import { urlName } from '../../src/settings/formats.js'
import { keyOf, type Setting } from '../../src/settings/setting.js'
import { sections, table } from '../../src/settings/table.js'
import * as formats from '../../src/toolkit/config/format.js'
import { createAuthority } from './certificates.js'

// Right settings files, written from the table, with the places of all that stands in them.

export type Value = string | number | boolean
export type Values = Readonly<Record<string, Value | ReadonlyArray<Value>>>
export type AccountValues = Readonly<Record<string, Values[string] | Readonly<Record<string, string>>>>

export interface File {
  readonly accounts?: ReadonlyArray<AccountValues>
  readonly sections: Readonly<Record<string, Values>>
}

const { cert, key } = await (await createAuthority('an authority')).issue('exporter')

/** The files that the settings name. */
export const secretFiles = {
  '/run/secret': 'from-file\n',
  '/run/proxy-credentials': 'exporter:hunter2\n',
  'some.pem': cert + key,
}

const { identity, place, connection, collect, metrics, web } = table
const ownSettings: ReadonlyArray<Setting<unknown>> = [accountName, accountLabels, ...Object.values(identity)]

const words = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/)
const anyText: fc.Arbitrary<Value> = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom(
    '007',
    '1e3',
    'yes',
    'null',
    '~',
    'true',
    '*a',
    '&a',
    '!a',
    '- a',
    'a: b',
    'a #b',
    '"',
    "'",
    '灵雀云',
  ),
  fc.integer(),
  fc.boolean(),
)
const durations = fc
  .tuple(fc.integer({ min: 1, max: 23 }), fc.constantFrom('h', 'm', 's', 'ms'))
  .map((parts) => parts.join(''))

const sizes = fc
  .tuple(fc.integer({ min: 1, max: 256 }), fc.constantFrom('B', 'KB', 'KiB', 'MB'))
  .map((parts) => parts.join(''))

const special = new Map<Setting<unknown>, fc.Arbitrary<Value>>([
  [accountName, fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/)],
  [identity.passwordFile, fc.constant('/run/secret')],
  [identity.tokenFile, fc.constant('/run/secret')],
  [identity.token, fc.stringMatching(/^[!-~]{1,20}$/)],
  [place.endpoint, fc.webUrl({ validSchemes: ['http', 'https'] })],
  [connection.proxyUrl, fc.constantFrom('http://proxy.example.com:3128', 'HTTPS://proxy/')],
  [connection.proxyCredentialsFile, fc.constant('/run/proxy-credentials')],
  [connection.caFile, fc.constant('some.pem')],
  [connection.clientCertFile, fc.constant('some.pem')],
  [connection.clientKeyFile, fc.constant('some.pem')],
  [collect.intervalMs, fc.oneof(durations, fc.constantFrom<Value>(0, '0s'))],
  // Long enough for the periods.
  [collect.windowMs, fc.integer({ min: 1, max: 30 }).map((days) => `${days}d`)],
  [collect.period, fc.constantFrom('1s', '1m', '5m')],
  [collect.includeServices, fc.constantFrom('web|api', '.*-old', '[a-z]+', '7')],
  [collect.excludeServices, fc.constantFrom('web|api', '.*-old')],
  // Longer than the intervals.
  [collect.maxAgeMs, fc.integer({ min: 1, max: 30 }).map((days) => `${days}d`)],
  [metrics.serviceLabels, words],
  [web.listenAddresses, fc.constantFrom(':1', '127.0.0.1:80', '[::1]:65535', 'localhost:0')],
  [web.configFile, fc.constant('web.yml')],
  [web.externalUrl, fc.constantFrom('http://x', 'https://example.com/exporter/', 'HTTP://X:1/a.b/c')],
  [web.routePrefix, fc.constantFrom('/', '/exporter', 'a/b/')],
  [web.prometheusUrl, fc.webUrl({ validSchemes: ['http', 'https'] })],
  [web.telemetryPath, fc.constantFrom('/m', '/metrics/a.b~c')],
])

const arbitraryOf = (setting: Setting<unknown>): fc.Arbitrary<Value> => {
  const { format } = setting
  const own = special.get(setting)
  if (own !== undefined) return own
  if (format === formats.text) return anyText
  if (format === urlName) return anyText.filter((value) => namePattern.test(String(value)))
  if (format === formats.onOff) return fc.boolean()
  if (format === formats.positiveInteger) return fc.integer({ min: 1, max: 999_999_999 })
  if (format === formats.wholeNumber) return fc.nat({ max: 999_999_999 })
  if (format === formats.rate) return fc.nat({ max: 100_000 }).map((hundredths) => hundredths / 100)
  const { enum: choices } = format.schema
  if (Array.isArray(choices)) return fc.constantFrom(...choices.map(String))
  const values = format.placeholder === 'SIZE' ? sizes : durations
  return values.filter((text) => E.isRight(format.parse(text)))
}

/** Right values of a setting, as a file may have them. */
export const valuesOf = (setting: Setting<unknown>): fc.Arbitrary<Value | ReadonlyArray<Value>> =>
  setting.isList === true
    ? fc.oneof(
        arbitraryOf(setting),
        fc.uniqueArray(arbitraryOf(setting), { minLength: 1, maxLength: 3, selector: String }),
      )
    : arbitraryOf(setting)

const recordOf = (settings: ReadonlyArray<Setting<unknown>>, requiredKeys: ReadonlyArray<Setting<unknown>> = []) =>
  fc.record<Values>(Object.fromEntries(settings.map((setting) => [keyOf(setting), valuesOf(setting)])), {
    requiredKeys: requiredKeys.map(keyOf),
  })

const shared = accountSettings.filter((setting) => !ownSettings.includes(setting))

const identities = fc.oneof(
  ...[identity.password, identity.passwordFile].map((secret) =>
    recordOf([identity.username, identity.organization, identity.namespaces, secret], [identity.username, secret]),
  ),
  ...[identity.token, identity.tokenFile].map((secret) =>
    recordOf([identity.namespaces, secret], [identity.namespaces, secret]),
  ),
)

const others = fc.record<Record<string, Values>>(
  Object.fromEntries(
    sections.filter(({ name }) => name !== 'alauda').map(({ name, settings }) => [name, recordOf(settings)]),
  ),
  { requiredKeys: [] },
)

const labels = fc.dictionary(fc.stringMatching(/^my_[a-z]{1,4}$/), fc.string({ minLength: 1 }), {
  maxKeys: 3,
  noNullPrototype: true,
})

const account = fc
  .tuple(recordOf([accountName], [accountName]), identities, recordOf(shared), labels)
  .map(([name, own, calls, labels]) => ({ values: { ...name, ...own, ...calls }, name: String(name.name), labels }))

/** A file with the one account of the section `alauda`. */
const withSection: fc.Arbitrary<File> = fc
  .tuple(others, identities, recordOf(shared))
  .map(([rest, own, calls]) => ({ sections: { ...rest, alauda: { ...own, ...calls } } }))

/** A file with several accounts, none of which gets in another's way. */
const withAccounts: fc.Arbitrary<File> = fc
  .tuple(
    others,
    recordOf(shared),
    fc.uniqueArray(account, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
  )
  .map(([rest, calls, accounts]) => ({
    sections: { ...rest, alauda: calls },
    accounts: accounts.map(({ values, labels }, index) => ({
      ...values,
      labels: { ...labels, my_number: String(index) },
    })),
  }))

export const files: fc.Arbitrary<File> = fc.oneof(withSection, withAccounts)

/** As an object, as YAML would have it. */
export const objectOf = ({ accounts, sections: rest }: File) => ({
  ...(accounts === undefined ? {} : { accounts }),
  ...rest,
})

export interface Written {
  readonly text: string
  /** Where the value of each path stands, as `line:column`. */
  readonly places: ReadonlyMap<string, string>
  /** Where another key could stand in each map: before this line, from this column on. */
  readonly gaps: ReadonlyArray<{ readonly path: string; readonly line: number; readonly indent: number }>
}

const byValueKeys = new Set(
  [...accountSettings, ...sections.flatMap(({ settings }) => settings)]
    .filter(({ format }) => format.isReadByYaml === true)
    .map(keyOf),
)

/** The ways to write a number or a switch beside the usual one. */
const spellingsOf = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === 'boolean') {
    const word = String(value)
    return [word.toUpperCase(), (word[0] ?? '').toUpperCase() + word.slice(1), `"${word}"`, `'${word}'`]
  }
  if (typeof value !== 'number') return []
  const text = String(value)
  const whole = Number.isInteger(value)
    ? [`0x${value.toString(16)}`, `0o${value.toString(8)}`, `${text}.`, `${text}.0`, `00${text}`]
    : [text.replace(/^0/, ''), `${text}00`]
  return [
    ...whole,
    `+${text}`,
    value.toExponential(),
    value.toExponential().replace('e', 'E'),
    `"${text}"`,
    `'${text}'`,
  ]
}

/**
 * A number or a switch in one of its ways to be written, which `choice` says; anything else as JSON has it.
 *
 * @example
 * spelledBy(2)('max_retries', 16) // '16.'
 */
export const spelledBy =
  (choice: number): Spell =>
  (key, value) => {
    const spellings = byValueKeys.has(key) ? spellingsOf(value) : []
    return spellings[choice % Math.max(spellings.length, 1)] ?? JSON.stringify(value)
  }

export type Spell = (key: string, value: unknown) => string

/** Writes a file, one key a line. */
export const write = (file: File, spell: Spell = (_, value) => JSON.stringify(value)): Written => {
  const lines: string[] = []
  const places = new Map<string, string>()
  const gaps: { path: string; line: number; indent: number }[] = []
  const writeMap = (values: object, path: string, indent: number) => {
    for (const [key, value] of Object.entries(values)) {
      const before = `${' '.repeat(indent)}${key}: `
      places.set(`${path}.${key}`, `${lines.length + 1}:${before.length + 1}`)
      lines.push(before + spell(key, value))
    }
    gaps.push({ path, line: lines.length, indent })
  }
  for (const [name, values] of Object.entries(file.sections)) {
    lines.push(`${name}:`)
    writeMap(values, name, 2)
  }
  if (file.accounts !== undefined) lines.push('accounts:')
  for (const [index, values] of (file.accounts ?? []).entries()) {
    lines.push('  -')
    writeMap(values, `accounts[${index}]`, 4)
  }
  return { text: lines.join('\n'), places, gaps }
}

/** The value that a text stands for, or a mistake in the test. */
export const read = <A>({ format }: Setting<A>, text: string): A =>
  E.getOrElse((): A => {
    throw new Error('this text should be right')
  })(format.parse(text))

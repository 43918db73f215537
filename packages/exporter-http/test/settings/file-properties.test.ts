import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parse, stringify } from 'yaml'
import { keyOf, type Rows } from '../../src/settings/setting.js'
import { sections, table } from '../../src/settings/table.js'
import { isFullSize } from '../helpers/full-size.js'
import { type File, files, objectOf, read, secretFiles, spelledBy, write } from '../helpers/settings-file.js'
import { withFile } from '../helpers/sources.js'
import { readSettings } from '../helpers/texts.js'

const schema = JSON.parse(readFileSync(new URL('../../../../docs/config.schema.json', import.meta.url), 'utf8'))
const isValid = new Ajv({ allowUnionTypes: true }).compile(schema)
const settingsOf = (text: string) => readSettings(withFile(text, {}, {}, secretFiles))

const textsOf = (value: unknown): ReadonlyArray<string> =>
  value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)]

type Section = Readonly<Record<string, unknown>> | undefined

/** What a part of the table should be read as: what the nearest section says, else the defaults, each as its row reads it. */
const partOf = (rows: Rows, ...from: ReadonlyArray<Section>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(rows).flatMap(([name, row]) => {
      const given = from.map((section) => section?.[keyOf(row)]).find((found) => found !== undefined)
      const values = textsOf(given ?? row.default).map((text) => read(row, text))
      if (row.isList === true) return [[name, values]]
      return values.length === 0 ? [] : [[name, values[0]]]
    }),
  )

/** What a file should be read as. */
const expectedOf = ({ sections: { alauda, ...given }, accounts }: File) => {
  const endpointIn = (section: Section) => {
    if (section?.endpoint !== undefined) return String(section.endpoint)
    return section?.cloud === undefined ? undefined : `https://api.alauda.${section.cloud}/v1/`
  }
  const connectionOf = (own: Section) => {
    const { proxyUrl: url, ...files } = partOf(table.connection, own, alauda)
    const proxy = { name: '--alauda.proxy-url', url }
    return { ...files, proxies: url === undefined ? { none: '' } : { none: '', http: proxy, https: proxy } }
  }
  const accountOf = (own: Readonly<Record<string, unknown>>) => {
    const organization = own.organization === undefined ? {} : { organization: String(own.organization) }
    const token = own.token_file === undefined ? own.token : 'from-file'
    const user = { username: String(own.username), ...organization }
    const secret =
      own.password_file === undefined ? { password: String(own.password) } : { passwordFile: '/run/secret' }
    const namespaces = textsOf(own.namespace)
    return {
      ...(own.name === undefined ? {} : { name: String(own.name) }),
      endpoint: endpointIn(own) ?? endpointIn(alauda) ?? 'https://api.alauda.cn/v1/',
      credentials: token === undefined ? { ...user, ...secret } : { token: String(token) },
      namespaces: namespaces.length > 0 ? namespaces : [String(own.organization ?? own.username)],
      labels: { ...(typeof own.labels === 'object' ? own.labels : {}) },
      client: partOf(table.client, own, alauda),
      connection: connectionOf(own),
    }
  }
  const collect = partOf(table.collect, given.collect)
  const [intervalMs, windowMs] = [Number(collect.intervalMs), Number(collect.windowMs)]
  return E.right<ReadonlyArray<string>, unknown>({
    accounts: (accounts ?? [alauda ?? {}]).map(accountOf),
    client: partOf(table.client, alauda),
    collect: {
      timeoutMs: intervalMs === 0 ? 60_000 : intervalMs,
      maxAgeMs: Math.max(300_000, 2 * intervalMs, windowMs),
      ...collect,
    },
    metrics: partOf(table.metrics, given.metrics),
    web: partOf(table.web, given.web),
    log: partOf(table.log, given.log),
  })
}

test('any right file is right to the schema too, and is read as what it says', (t) => {
  const spellings = fc.constantFrom(
    (object: unknown) => stringify(object),
    (object: unknown) => JSON.stringify(object, null, 2),
    (object: unknown) => stringify(object, { collectionStyle: 'flow' }),
    (object: unknown) => stringify(object, { defaultStringType: 'QUOTE_SINGLE', lineWidth: 20 }),
  )
  fc.assert(
    fc.property(files, spellings, (file, spell) => {
      const text = spell(objectOf(file))
      t.true(isValid(parse(text)), text)
      t.deepEqual(settingsOf(text), expectedOf(file), text)
    }),
    { numRuns: isFullSize ? 200 : 50 },
  )
})

test('any number and switch of any right file may be written in any way that YAML has', (t) => {
  fc.assert(
    fc.property(files, fc.nat(), (file, choice) => {
      const { text } = write(file, spelledBy(choice))
      t.true(isValid(parse(text)), text)
      t.deepEqual(settingsOf(text), expectedOf(file), text)
    }),
    { numRuns: isFullSize ? 300 : 75 },
  )
})

const told = (text: string): ReadonlyArray<string> =>
  pipe(
    settingsOf(text),
    E.match(
      (faults) => faults,
      () => [],
    ),
  )

test('any unknown key in any right file is refused at its place', (t) => {
  fc.assert(
    fc.property(files, fc.nat(), (file, choice) => {
      const { text, gaps } = write(file)
      const gap = gaps[choice % gaps.length]
      if (gap === undefined) return
      const lines = text.split('\n')
      lines.splice(gap.line, 0, `${' '.repeat(gap.indent)}hunter2: 1`)
      const place = `${gap.line + 1}:${gap.indent + 1}`
      const faults = told(lines.join('\n'))
      t.is(faults.length, 1)
      t.true(
        faults[0]?.startsWith(`exporter.yml:${place}: ${gap.path}.…: unknown setting, expected one of `),
        `${lines.join('\n')}\n${faults}`,
      )
      t.false(isValid(parse(lines.join('\n'))))
    }),
    { numRuns: isFullSize ? 200 : 50 },
  )
})

test('any wrong value in any right file is refused at its place', (t) => {
  const wrong = fc.constantFrom('', [], [[]], { a: 1 })
  fc.assert(
    fc.property(files, wrong, fc.nat(), (file, value, choice) => {
      const { text, places } = write(file)
      const paths = [...places.keys()].filter((path) => !path.endsWith('.labels'))
      const path = paths[choice % paths.length]
      if (path === undefined) return
      const [line = 0, column = 0] = (places.get(path) ?? '').split(':').map(Number)
      const lines = text.split('\n')
      lines[line - 1] = (lines[line - 1] ?? '').slice(0, column - 1) + JSON.stringify(value)
      const faults = told(lines.join('\n'))
      t.true(
        faults.some(
          (fault) =>
            fault.startsWith(`exporter.yml:${places.get(path)}: ${path}`) ||
            fault.startsWith(`exporter.yml:${line}:${column + 1}: ${path}[0]: `),
        ),
        `${lines.join('\n')}\n${faults.join('\n')}`,
      )
    }),
    { numRuns: isFullSize ? 300 : 75 },
  )
})

test('no fault repeats a password or token of the file, however broken the YAML around it is', (t) => {
  const secret = 's3cr3t'
  const mark = fc.constantFrom(
    '',
    '"',
    "'",
    '*',
    '&',
    '!',
    '@',
    '%',
    '|',
    '>',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ': ',
    ' #',
    '- ',
    '? ',
    '\\',
    '\n',
    '\n ',
    '\n    ',
    '\t',
    '---\n',
    '\u0000',
  )
  const noise = fc.record({ at: fc.nat(), removed: fc.integer({ min: 0, max: 2 }), added: mark })
  const frames = fc.constantFrom(
    (text: string) => `alauda:\n  username: a\n  password: ${text}\n  timeout: 5s\n`,
    (text: string) => `alauda:\n  token: ${text}\n  namespace: a\ncollect: { interval: x }\n`,
    (text: string) => `accounts:\n  - { name: a, username: a, password: ${text}, labels: { a: b } }\n`,
    (text: string) => `accounts:\n  - name: a\n    labels: { a: b }\n    token: ${text}\n    namespace: a\n`,
    (text: string) =>
      `accounts:\n  - name: a\n    token: &t ${text}\n    namespace: a\n  - { name: b, token: *t, namespace: b }\n`,
    (text: string) => `password: ${text}\n`,
    (text: string) => `- ${text}\n`,
  )
  fc.assert(
    fc.property(
      frames,
      fc.array(mark, { maxLength: 4 }),
      fc.array(mark, { maxLength: 4 }),
      fc.array(noise, { maxLength: 3 }),
      (frame, before, after, changes) => {
        const right = frame(`${before.join('')}${secret}${after.join('')}${secret}`)
        const text = changes.reduce((current, { at, removed, added }) => {
          const place = at % (current.length + 1)
          return current.slice(0, place) + added + current.slice(place + removed)
        }, right)
        for (const fault of told(text)) t.false(fault.includes(secret), `${text}\n${fault}`)
      },
    ),
    { numRuns: isFullSize ? 3000 : 500 },
  )
})

test('every section of the table is in the schema, and every default is right to it', (t) => {
  t.deepEqual(Object.keys(schema.properties), ['accounts', 'sizes', ...sections.map(({ name }) => name)])
  for (const { name } of sections) {
    const properties: Record<string, { default?: unknown }> = schema.properties[name].properties
    const usual = Object.entries(properties).flatMap(([key, { default: value }]) =>
      value === undefined ? [] : [[key, value] as const],
    )
    t.true(isValid({ [name]: Object.fromEntries(usual) }), name)
  }
})

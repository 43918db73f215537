import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takenLabelNames } from '@alauda-exporter/collector'
import { Ajv } from 'ajv'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parse } from 'yaml'
import { fileSchema } from '../../src/settings/file-schema.js'
import { codeOf, readTextFile, withFiles } from '../../src/toolkit/config/files.js'
import { smallest, withFile } from '../helpers/sources.js'
import { readFileSettings, readSettings } from '../helpers/texts.js'

const faultsOf = (text: string) => E.swap(readFileSettings('exporter.yml', () => text))
const faults = (...told: ReadonlyArray<string>) => E.right(told.map((fault) => `exporter.yml:${fault}`))

test('an invalid value is reported with its place and its path', (t) => {
  t.deepEqual(
    faultsOf('# comment\ncollect:\n  interval: soon\nlog: { level: trace }\nweb:\n  listen_address: [":1", "1"]\n'),
    faults(
      '3:13: collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m',
      '4:15: log.level: "trace" given, expected one of debug, info, warn, error',
      '6:26: web.listen_address[1]: "1" given, expected an address like :10104, 127.0.0.1:10104 or [::1]:10104',
    ),
  )
})

test('a key that is close to a known one is reported with it', (t) => {
  t.deepEqual(
    faultsOf(
      'colect: {}\ncollect:\n  max-age: 5m\naccounts:\n  - { name: x, token: t, namespaces: a, namespace: b }\n',
    ),
    faults(
      '1:1: colect: unknown setting, did you mean collect?',
      '3:3: collect.max-age: unknown setting, did you mean max_age?',
      '5:26: accounts[0].namespaces: unknown setting, did you mean namespace?',
    ),
  )
})

test('a key that is close to no known one is reported with all known ones', (t) => {
  t.deepEqual(
    faultsOf('hunter2: 1\nlog: { hunter2: 1 }\n'),
    faults(
      '1:1: …: unknown setting, expected one of accounts, sizes, alauda, collect, metrics, web, log',
      '2:8: log.…: unknown setting, expected one of level, format',
    ),
  )
})

test('what only a flag can say is no key of the file', (t) => {
  t.deepEqual(
    faultsOf('demo: true\nconfig: { file: a.yml }\n'),
    faults(
      '1:1: demo: unknown setting, expected one of accounts, sizes, alauda, collect, metrics, web, log',
      '2:1: config: unknown setting, expected one of accounts, sizes, alauda, collect, metrics, web, log',
    ),
  )
})

test('a key that is not a word is reported too', (t) => {
  t.deepEqual(
    faultsOf('log:\n  ? [level]\n  : info\n'),
    faults('2:5: log.…: unknown setting, expected one of level, format'),
  )
})

test('a key that is given twice is a fault', (t) => {
  t.deepEqual(
    faultsOf('log: { level: info, level: info }\ncollect: {}\ncollect: {}\n'),
    faults('1:21: log.level: given twice', '3:1: collect: given twice'),
  )
})

test('a value of another kind is reported with the expected kind', (t) => {
  t.deepEqual(
    faultsOf('collect: soon\nweb:\n  listen_address: { port: 1 }\n  telemetry_path: [/m]\nlog: []\n'),
    faults(
      '1:10: collect: a single value given, expected a map of settings',
      '3:19: web.listen_address: a map given, expected a value or a list of values',
      '4:19: web.telemetry_path: a list given, expected a single value',
      '5:6: log: a list given, expected a map of settings',
    ),
  )
  t.deepEqual(
    faultsOf('alauda:\n  timeout: { a: 1 }\n  namespace: [a, [b], {c: d}]\n'),
    faults(
      '2:12: alauda.timeout: a map given, expected a single value',
      '3:18: alauda.namespace[1]: a list given, expected a single value',
      '3:23: alauda.namespace[2]: a map given, expected a single value',
    ),
  )
})

test('a file that is no map is a fault', (t) => {
  for (const [text, kind] of [
    ['hunter2', 'single value'],
    ['- a', 'list'],
    ['"hunter2"', 'single value'],
  ] as const) {
    t.deepEqual(faultsOf(text), faults(`1:1: a ${kind} given, expected a map of settings`))
  }
})

test('accounts are a list of maps with at least one in it', (t) => {
  const fault = (what: string) => `accounts: ${what}, expected a list of accounts, each with a name`
  t.deepEqual(faultsOf('accounts:\n'), faults(`1:1: ${fault('empty')}`))
  t.deepEqual(faultsOf('accounts: []\n'), faults(`1:11: ${fault('empty')}`))
  t.deepEqual(faultsOf('accounts: { shop: {} }\n'), faults(`1:11: ${fault('a map given')}`))
  t.deepEqual(
    faultsOf('accounts:\n  - hunter2\n  -\n  - []\n'),
    faults(
      '2:5: accounts[0]: a single value given, expected a map of settings like name: shop',
      '3:4: accounts[1]: empty, expected a map of settings like name: shop',
      '4:5: accounts[2]: a list given, expected a map of settings like name: shop',
    ),
  )
})

test('an empty value is a fault at its key, and so is an empty list', (t) => {
  t.deepEqual(
    faultsOf('alauda:\n  username:\n  organization: ""\n  namespace: []\n  timeout: null\n'),
    faults(
      '2:3: alauda.username: empty, expected a value',
      '3:17: alauda.organization: empty, expected 1 to 1024 characters, no line breaks or other control characters, no spaces around them',
      '4:14: alauda.namespace: empty, expected at least one value',
      '5:12: alauda.timeout: empty, expected a value',
    ),
  )
})

test('a file, a section and labels may say nothing', (t) => {
  for (const text of ['', '# nothing\n', 'collect:\n', 'collect: {}\nweb:\nalauda: ~\n']) {
    t.true(E.isRight(readFileSettings('exporter.yml', () => text)), text)
  }
  t.true(E.isRight(readFileSettings('exporter.yml', () => 'accounts: [{ name: a, token: t, namespace: n, labels: }]')))
})

test('invalid syntax is reported with its place', (t) => {
  t.deepEqual(
    faultsOf('alauda:\n  password: @hunter2\n'),
    faults('2:13: a value that begins with @, ` or % needs quotes'),
  )
  t.deepEqual(
    faultsOf('alauda:\n  password: *hunter2\n'),
    faults('2:13: unknown anchor; a value that begins with * needs quotes'),
  )
})

const folderOf = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'files-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

/** The text, or why there is none. */
const readOrCode = (path: string): Promise<string> => readTextFile(path).catch(codeOf)

test('the text of a file, without a byte order mark', async (t) => {
  const path = join(await folderOf(t), 'a')
  for (const [content, text] of [
    ['', ''],
    ['灵雀云\r\n', '灵雀云\r\n'],
    ['\uFEFFa\n', 'a\n'],
    ['x'.repeat(1024 ** 2), 'x'.repeat(1024 ** 2)],
  ] as const) {
    await writeFile(path, content)
    t.is(await readOrCode(path), text)
  }
})

test('what is no file, or has no end, is refused at once with the reason', async (t) => {
  const folder = await folderOf(t)
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const large = join(folder, 'large')
  await writeFile(large, '')
  await truncate(large, 1024 ** 3)
  for (const [path, reason] of [
    [pipe, 'it is a named pipe, expected a file'],
    [folder, 'it is a directory'],
    ['/dev/zero', 'it is a device or a socket, expected a file'],
    ['/dev/null', 'it is a device or a socket, expected a file'],
    [large, 'it is larger than 1 MB'],
    [join(folder, 'missing'), 'ENOENT'],
    [join(large, 'missing'), 'ENOTDIR'],
  ] as const) {
    t.is(await readOrCode(path), reason, path)
  }
})

test('what is not UTF-8 is refused', async (t) => {
  const path = join(await folderOf(t), 'a')
  for (const [bytes, reason] of [
    [Buffer.from('\uFEFFhunter2', 'utf16le'), 'it is UTF-16, expected UTF-8'],
    [Buffer.from('\uFEFFhunter2', 'utf16le').swap16(), 'it is UTF-16, expected UTF-8'],
    [Buffer.from([0x61, 0xff]), 'it is not valid UTF-8 text'],
    [Buffer.from([0xc3]), 'it is not valid UTF-8 text'],
    [Buffer.from([0xed, 0xa0, 0x80]), 'it is not valid UTF-8 text'],
  ] as const) {
    await writeFile(path, bytes)
    t.is(await readOrCode(path), reason)
  }
})

const secretCases: ReadonlyArray<readonly [Buffer, string | undefined]> = [
  [Buffer.from('hunter2\n\n'), undefined],
  [Buffer.from('\uFEFFhunter2\r\n'), undefined],
  [Buffer.from('\r\n'), 'it is empty'],
  [Buffer.from('hunter2', 'utf16le'), 'NUL'],
  [Buffer.from('hunter2', 'utf16le').swap16(), 'NUL'],
  [Buffer.from('\uFEFFhunter2', 'utf16le'), 'UTF-16'],
  [Buffer.from('hun\u0007ter2'), 'control characters'],
  [Buffer.from('hun\nter2'), 'lines'],
]

test('a password or token of any file, variable or YAML block is cleaned or refused in the same way', async (t) => {
  const folder = await folderOf(t)
  const secret = join(folder, 'secret')
  const config = join(folder, 'exporter.yml')
  const faultsOf = async (environment: Record<string, string>, flags: Record<string, string[]> = {}) => {
    const read = await withFiles((readFile) =>
      readSettings({ environment, flags: new Map(Object.entries(flags)), readFile }),
    )
    return E.isLeft(read) ? read.left.join('; ') : undefined
  }
  for (const [bytes, reason] of secretCases) {
    await writeFile(secret, bytes)
    const text = bytes.toString()
    const { ALAUDA_USERNAME } = smallest
    await writeFile(config, JSON.stringify({ alauda: { username: 'demo', password: text } }))
    const fromFiles = [
      await faultsOf({ ALAUDA_USERNAME, ALAUDA_PASSWORD_FILE: secret }),
      await faultsOf({ ALAUDA_NAMESPACE: 'a' }, { 'alauda.token-file': [secret] }),
    ]
    // Variables and YAML are text already.
    const fromTexts =
      reason === 'UTF-16'
        ? []
        : [
            await faultsOf({ ALAUDA_USERNAME, ALAUDA_PASSWORD: text }),
            await faultsOf({ ALAUDA_NAMESPACE: 'a', ALAUDA_TOKEN: text }),
            await faultsOf({ ALAUDA_EXPORTER_CONFIG: config }),
          ]
    for (const faults of [...fromFiles, ...fromTexts]) {
      t.is(faults === undefined, reason === undefined, `${JSON.stringify(text)}: ${faults}`)
      t.true(reason === undefined || faults?.includes(reason), `${JSON.stringify(text)}: ${faults}`)
      t.false(faults?.includes('ter2') ?? false, faults)
    }
  }
})

test('a reading that asks for files one after another gets all of them, whatever becomes of them', async (t) => {
  const folder = await folderOf(t)
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(names, names, async (present, asked) => {
      for (const name of present) await writeFile(join(folder, name), name)
      const read = await withFiles((readFile) => asked.map((name) => readFile(join(folder, name))))
      for (const name of present) await rm(join(folder, name))
      t.deepEqual(
        read,
        asked.map((name) => (present.includes(name) ? E.right(name) : E.left('ENOENT'))),
      )
    }),
    { numRuns: 20 },
  )
})

const docs = (name: string) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8')
const isValid = new Ajv({ allowUnionTypes: true }).compile(fileSchema())

test('the schema in docs is the one of the table', (t) => {
  t.deepEqual(JSON.parse(docs('config.schema.json')), fileSchema())
})

test('the example in docs is right, to the schema and to the exporter', (t) => {
  const example = docs('config.example.yml')
  t.is(example.split('\n')[0], '# yaml-language-server: $schema=config.schema.json')
  t.true(isValid(parse(example)))
  const files = { '/run/secrets/shop': 'a\n', '/run/secrets/search': 'b\n', '/run/secrets/ads': 'c\n' }
  t.deepEqual(
    pipe(
      readSettings(withFile(example, {}, {}, files)),
      E.map(({ accounts }) => accounts.map(({ name, namespaces, labels }) => [name, namespaces, labels])),
    ),
    E.right([
      ['shop', ['shop', 'shop-staging'], { team: 'shop' }],
      ['search', ['acme'], { team: 'search' }],
      ['ads', ['ads'], { team: 'ads' }],
    ]),
  )
})

test('an editor refuses what the exporter would refuse', (t) => {
  for (const text of [
    'colect: {}',
    'demo: true',
    'collect: { interval: soon }',
    'collect: { interval: 1 }',
    'collect: { interval: 0m }',
    'collect: { max_instances: 0 }',
    'metrics: { timestamps: yes }',
    'web: { listen_address: [] }',
    'web: { telemetry_path: metrics }',
    'web: { telemetry_path: / }',
    'web: { listen_address: ":99999" }',
    'collect: { interval: 25d }',
    'collect: { include_services: "" }',
    'log: { level: trace }',
    'alauda: { username: }',
    'alauda: { endpoint: ftp://x }',
    'alauda: { max_requests_per_second: -1 }',
    'accounts: []',
    'accounts: [{ username: a, password: b }]',
    'accounts: [{ name: a }]',
    'accounts: [{ name: a, username: a }]',
    'accounts: [{ name: a, password: a }]',
    'accounts: [{ name: a, token: a }]',
    'accounts: [{ name: a, username: a, password: a, password_file: a }]',
    'accounts: [{ name: a b, username: u, password: p }]',
    'accounts: [{ name: a, labels: { 1a: x }, username: u, password: p }]',
    'accounts: [{ name: a, labels: { __a: x }, username: u, password: p }]',
    'accounts: [{ name: a, labels: { service: x }, username: u, password: p }]',
    'accounts: [{ name: a, labels: { a: "" }, username: u, password: p }]',
    `accounts: [{ name: a, labels: { a: ${'x'.repeat(1025)} }, username: u, password: p }]`,
    `accounts: [{ name: a, labels: { ${'a'.repeat(1025)}: x }, username: u, password: p }]`,
    `accounts: [{ name: ${'a'.repeat(1025)}, username: u, password: p }]`,
    `metrics: { service_labels: ${'a'.repeat(1025)} }`,
    ...['account', ...takenLabelNames()].map(
      (name) => `accounts: [{ name: a, labels: { ${name}: x }, username: u, password: p }]`,
    ),
    ...['" "', '"a "', '"a\\nb"', '"\\0"', '"\\ud800"', 'x'.repeat(1025), '[a, " b"]'].map(
      (namespace) => `alauda: { namespace: ${namespace} }`,
    ),
    'accounts: [{ name: a, interval: 5s, username: u, password: p }]',
    '[]',
  ]) {
    t.false(isValid(parse(text)), text)
    t.true(E.isLeft(readFileSettings('exporter.yml', () => text)), text)
  }
})

test('an editor accepts a file and sections that say nothing', (t) => {
  for (const text of ['', 'collect:', 'accounts: [{ name: a, token: t, namespace: n, labels: }]'])
    t.true(isValid(parse(text)), text)
})

import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parse } from 'yaml'
import { fileSchema } from '../../src/settings/file-schema.js'
import { readFileSettings, readSettings } from '../../src/settings/settings.js'
import { withFile } from '../helpers/sources.js'

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

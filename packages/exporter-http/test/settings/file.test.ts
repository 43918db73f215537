import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { readFileSettings } from '../../src/settings/settings.js'

const faultsOf = (text: string) => E.swap(readFileSettings('exporter.yml', () => text))
const faults = (...told: ReadonlyArray<string>) => E.right(told.map((fault) => `exporter.yml:${fault}`))

test('a wrong value is told with its place and its path', (t) => {
  t.deepEqual(
    faultsOf('# comment\ncollect:\n  interval: soon\nlog: { level: trace }\nweb:\n  listen_address: [":1", "1"]\n'),
    faults(
      '3:13: collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m',
      '4:15: log.level: "trace" given, expected one of debug, info, warn, error',
      '6:26: web.listen_address[1]: "1" given, expected an address like :10104, 127.0.0.1:10104 or [::1]:10104',
    ),
  )
})

test('a key that is near a right one is told with it', (t) => {
  t.deepEqual(
    faultsOf(
      'colect: {}\ncollect:\n  max-age: 5m\naccounts:\n  - { name: x, token: t, namespaces: a, namespace: b }\n',
    ),
    faults(
      '1:1: colect: there is no such setting; did you mean collect?',
      '3:3: collect.max-age: there is no such setting; did you mean max_age?',
      '5:26: accounts[0].namespaces: there is no such setting; did you mean namespace?',
    ),
  )
})

test('a key that is near no right one is told with all that there are', (t) => {
  t.deepEqual(
    faultsOf('hunter2: 1\nlog: { hunter2: 1 }\n'),
    faults(
      '1:1: …: there is no such setting; there are accounts, sizes, alauda, collect, metrics, web, log',
      '2:8: log.…: there is no such setting; there are level, format',
    ),
  )
})

test('what only a flag can say is no key of the file', (t) => {
  t.deepEqual(
    faultsOf('demo: true\nconfig: { file: a.yml }\n'),
    faults(
      '1:1: demo: there is no such setting; there are accounts, sizes, alauda, collect, metrics, web, log',
      '2:1: config: there is no such setting; there are accounts, sizes, alauda, collect, metrics, web, log',
    ),
  )
})

test('a key that is no word is told too', (t) => {
  t.deepEqual(
    faultsOf('log:\n  ? [level]\n  : info\n'),
    faults('2:5: log.…: there is no such setting; there are level, format'),
  )
})

test('a key that is given twice is a fault', (t) => {
  t.deepEqual(
    faultsOf('log: { level: info, level: info }\ncollect: {}\ncollect: {}\n'),
    faults('1:21: log.level: is given twice', '3:1: collect: is given twice'),
  )
})

test('what is of another kind is told with the kind that it should be', (t) => {
  t.deepEqual(
    faultsOf('collect: soon\nweb:\n  listen_address: { port: 1 }\n  telemetry_path: [/m]\nlog: []\n'),
    faults(
      '1:10: collect: must be a map of settings',
      '3:19: web.listen_address: must be a value or a list of values, not a map',
      '4:19: web.telemetry_path: must be a single value, not a list',
      '5:6: log: must be a map of settings',
    ),
  )
  t.deepEqual(
    faultsOf('alauda:\n  timeout: { a: 1 }\n  namespace: [a, [b], {c: d}]\n'),
    faults(
      '2:12: alauda.timeout: must be a single value, not a map',
      '3:18: alauda.namespace[1]: must be a single value, not a list',
      '3:23: alauda.namespace[2]: must be a single value, not a map',
    ),
  )
})

test('a file that is no map is a fault', (t) => {
  for (const text of ['hunter2', '- a', '"hunter2"'])
    t.deepEqual(faultsOf(text), faults('1:1: must be a map of settings'))
})

test('accounts are a list of maps with at least one in it', (t) => {
  const fault = 'accounts: must be a list of accounts, each with a name'
  t.deepEqual(faultsOf('accounts:\n'), faults(`1:1: ${fault}`))
  t.deepEqual(faultsOf('accounts: []\n'), faults(`1:11: ${fault}`))
  t.deepEqual(faultsOf('accounts: { shop: {} }\n'), faults(`1:11: ${fault}`))
  t.deepEqual(
    faultsOf('accounts:\n  - hunter2\n  -\n  - []\n'),
    faults(
      '2:5: accounts[0]: must be a map of settings, like name: shop',
      '3:4: accounts[1]: must be a map of settings, like name: shop',
      '4:5: accounts[2]: must be a map of settings, like name: shop',
    ),
  )
})

test('an empty value is a fault at its key, and so is an empty list', (t) => {
  t.deepEqual(
    faultsOf('alauda:\n  username:\n  organization: ""\n  namespace: []\n  timeout: null\n'),
    faults(
      '2:3: alauda.username: must not be empty',
      '3:17: alauda.organization: must not be empty',
      '4:14: alauda.namespace: must have at least one value',
      '5:12: alauda.timeout: must not be empty',
    ),
  )
})

test('a file, a section and labels may say nothing', (t) => {
  for (const text of ['', '# nothing\n', 'collect:\n', 'collect: {}\nweb:\nalauda: ~\n']) {
    t.true(E.isRight(readFileSettings('exporter.yml', () => text)), text)
  }
  t.true(E.isRight(readFileSettings('exporter.yml', () => 'accounts: [{ name: a, token: t, namespace: n, labels: }]')))
})

test('broken syntax is told with its place', (t) => {
  t.deepEqual(
    faultsOf('alauda:\n  password: @hunter2\n'),
    faults('2:13: a value that begins with @, ` or % must stand in quotes'),
  )
  t.deepEqual(
    faultsOf('alauda:\n  password: *hunter2\n'),
    faults('2:13: there is no such anchor; a value that begins with * must stand in quotes'),
  )
})

import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Account, readSettings } from '../../src/settings/settings.js'
import { accountsOf, faults, faultsOf, type More } from '../helpers/accounts-settings.js'
import { defaults, sources, withFile } from '../helpers/sources.js'

const inFile = (...told: ReadonlyArray<string>) => faults(...told.map((fault) => `exporter.yml:${fault}`))

const { client } = defaults

const two = `
alauda: { max_retries: 1, timeout: 20s, cloud: io }
accounts:
  - name: shop
    username: shop
    password_file: /run/secrets/shop
    namespace: [shop, shop-staging]
    labels: { team: shop, tier: 1 }
    max_requests_per_second: 5
    timeout: 30s
  - name: search
    token: abc
    namespace: search
    cloud: cn
`
const secrets = { '/run/secrets/shop': 'hunter2\n' }

const shop: Account = {
  name: 'shop',
  endpoint: 'https://api.alauda.io/v1/',
  credentials: { username: 'shop', passwordFile: '/run/secrets/shop' },
  namespaces: ['shop', 'shop-staging'],
  labels: { team: 'shop', tier: '1' },
  client: { ...client, maxRetries: 1, timeoutMs: 30_000, maxRequestsPerSecond: 5 },
}
const search: Account = {
  name: 'search',
  endpoint: 'https://api.alauda.cn/v1/',
  credentials: { token: 'abc' },
  namespaces: ['search'],
  labels: {},
  client: { ...client, maxRetries: 1, timeoutMs: 20_000 },
}

test('what an account does not say is said by the section alauda, and then by the default', (t) => {
  t.deepEqual(accountsOf(two, {}, {}, secrets), E.right([shop, search]))
})

test('flags win over what accounts say of calls', (t) => {
  t.deepEqual(
    accountsOf(two, {}, { 'alauda.timeout': ['1s'], 'alauda.max-requests-per-second': ['3'] }, secrets),
    E.right([
      { ...shop, client: { ...shop.client, timeoutMs: 1000, maxRequestsPerSecond: 3 } },
      { ...search, client: { ...search.client, timeoutMs: 1000, maxRequestsPerSecond: 3 } },
    ]),
  )
})

test('a namespace is the organization or the user name, as without a file', (t) => {
  const text =
    'accounts:\n  - { name: a, username: ann, password: x }\n  - { name: b, username: ann, organization: acme, password: x }\n'
  t.deepEqual(
    pipe(
      accountsOf(text),
      E.map((accounts) => accounts.map(({ namespaces }) => namespaces)),
    ),
    E.right([['ann'], ['acme']]),
  )
})

test('anchors and aliases serve for what accounts have in common', (t) => {
  const text =
    'accounts:\n  - { name: a, token: &t abc, namespace: a, labels: &l { team: x } }\n  - { name: b, token: *t, namespace: b, labels: *l }\n'
  t.deepEqual(
    pipe(
      accountsOf(text),
      E.map((accounts) => accounts.map(({ credentials, labels }) => [credentials, labels])),
    ),
    E.right([
      [{ token: 'abc' }, { team: 'x' }],
      [{ token: 'abc' }, { team: 'x' }],
    ]),
  )
})

const account = 'accounts:\n  - { name: a, token: t, namespace: a }\n'

test('whose account it is cannot be said twice: not by variables beside accounts', (t) => {
  const rest = 'is set, and the file has accounts; give one or the other'
  t.deepEqual(
    faultsOf(account, {
      ALAUDA_USERNAME: 'x',
      ALAUDA_PASSWORD: 'x',
      ALAUDA_PASSWORD_FILE: '/x',
      ALAUDA_TOKEN: 'x',
      ALAUDA_TOKEN_FILE: '/x',
      ALAUDA_ORGANIZATION: 'x',
      ALAUDA_NAMESPACE: 'x',
    }),
    faults(
      `ALAUDA_USERNAME: ${rest}`,
      `ALAUDA_PASSWORD: ${rest}`,
      `ALAUDA_PASSWORD_FILE: ${rest}`,
      `ALAUDA_TOKEN: ${rest}`,
      `ALAUDA_TOKEN_FILE: ${rest}`,
      `ALAUDA_ORGANIZATION: ${rest}`,
      `ALAUDA_NAMESPACE: ${rest}`,
    ),
  )
})

test('not by flags, and not by the section alauda', (t) => {
  const rest = 'is set, and the file has accounts; give one or the other'
  t.deepEqual(
    faultsOf(
      `${account}alauda:\n  username: x\n  password: x\n  password_file: x\n  token: x\n  token_file: x\n  organization: x\n  namespace: x\n`,
      {},
      { 'alauda.username': ['x'], 'alauda.namespace': ['x'] },
    ),
    faults(
      `--alauda.username: ${rest}`,
      `--alauda.namespace: ${rest}`,
      `exporter.yml:4:3: alauda.username: ${rest}`,
      `exporter.yml:5:3: alauda.password: ${rest}`,
      `exporter.yml:6:3: alauda.password_file: ${rest}`,
      `exporter.yml:7:3: alauda.token: ${rest}`,
      `exporter.yml:8:3: alauda.token_file: ${rest}`,
      `exporter.yml:9:3: alauda.organization: ${rest}`,
      `exporter.yml:10:3: alauda.namespace: ${rest}`,
    ),
  )
})

test('an empty variable beside accounts says nothing', (t) => {
  t.true(E.isRight(accountsOf(account, { ALAUDA_USERNAME: '', ALAUDA_TOKEN: '' })))
})

test('what an account lacks is told at the account', (t) => {
  t.deepEqual(
    faultsOf(
      'accounts:\n  - cloud: cn\n  - { name: b, username: x }\n  - { name: c, password: x }\n  - { name: d, token: x }\n',
    ),
    inFile(
      '2:5: accounts[0].name: is not set; give each account a name of its own',
      '2:5: accounts[0].username: is not set; give the user name of the account',
      '2:5: accounts[0].password_file: is not set; give the file that holds the password, or a token_file',
      '3:5: accounts[1].password_file: is not set; give the file that holds the password, or a token_file',
      '4:5: accounts[2].username: is not set; give the user name of the account',
      '5:5: accounts[3].namespace: is not set; a token does not tell whose services to watch',
    ),
  )
})

test('a wrong value of an account is told with its place', (t) => {
  t.deepEqual(
    faultsOf(`accounts:
  - name: a b
    username:
    password_file: /missing
    cloud: mars
    endpoint: ftp://x/
    namespace: [x, ""]
    timeout: soon
    max_concurrency: 0
    max_requests_per_second: -1
    max_retries: 1.5
  - name: b
    token: a
    password: x
    namespace: y
  - name: c
    token: t
    token_file: /missing
    namespace: z
`),
    inFile(
      '2:11: accounts[0].name: "a b" given, expected letters, digits, _, . and - only',
      '3:5: accounts[0].username: must not be empty',
      '4:20: accounts[0].password_file: the file "/missing" cannot be read (ENOENT)',
      '5:12: accounts[0].cloud: "mars" given, expected one of cn, io',
      '6:15: accounts[0].endpoint: "ftp://x/" given, expected a URL like https://api.alauda.cn/v1/',
      '7:20: accounts[0].namespace[1]: must not be empty',
      '8:14: accounts[0].timeout: "soon" given, expected a duration like 30s, 5m or 1h30m',
      '9:22: accounts[0].max_concurrency: "0" given, expected a whole number from 1 on',
      '10:30: accounts[0].max_requests_per_second: "-1" given, expected 0, or a number from 0.001 on',
      '11:18: accounts[0].max_retries: "1.5" given, expected a whole number from 0 on',
      '13:12: accounts[1].token: there is a password too; give one or the other',
      '17:12: accounts[2].token: is set, and so is accounts[2].token_file; give one or the other',
    ),
  )
})

test('a wrong value in the section alauda is told once, also where every account says otherwise', (t) => {
  t.deepEqual(
    faultsOf(
      'accounts:\n  - { name: a, token: t, namespace: a, cloud: cn, timeout: 1s }\nalauda: { cloud: mars, timeout: soon }\n',
    ),
    inFile(
      '3:18: alauda.cloud: "mars" given, expected one of cn, io',
      '3:33: alauda.timeout: "soon" given, expected a duration like 30s, 5m or 1h30m',
    ),
  )
})

test('each account has a name of its own', (t) => {
  t.deepEqual(
    faultsOf(
      'accounts:\n  - { name: a, token: t, namespace: a }\n  - { name: b, token: t, namespace: b }\n  - { name: a, token: t, namespace: c }\n',
    ),
    inFile('4:13: accounts[2].name: accounts[0] has this name already; give each account its own'),
  )
})

test('two accounts may watch namespaces of one name, as in two clouds: their series are told apart by the account', (t) => {
  const account = (name: string) => `  - { name: ${name}, username: ${name}, password: x, namespace: [demo] }\n`
  t.deepEqual(
    pipe(
      readSettings(withFile(`accounts:\n${account('north')}${account('south')}`)),
      E.map(({ accounts }) => accounts.map(({ name, namespaces }) => [name, namespaces])),
    ),
    E.right([
      ['north', ['demo']],
      ['south', ['demo']],
    ]),
  )
})

test('a file of a secret that is not absolute is looked for beside the settings file', (t) => {
  const text = 'alauda: { username: a, password_file: secrets/a }'
  const files = { '/etc/exporter/main.yml': text, '/etc/exporter/secrets/a': 'x' }
  t.deepEqual(
    pipe(
      readSettings(sources({}, { 'config.file': ['/etc/exporter/main.yml'] }, files)),
      E.map(({ accounts }) => accounts.map(({ credentials }) => credentials)),
    ),
    E.right([{ username: 'a', passwordFile: '/etc/exporter/secrets/a' }]),
  )
})

const withLabels = (labels: string, ...more: More) =>
  faultsOf(`accounts:\n  - name: a\n    token: t\n    namespace: a\n    labels: ${labels}\n`, ...more)

test('a label is called as Prometheus calls labels', (t) => {
  const rest = 'the name of a label must be letters, digits and _, and begin neither with a digit nor with __'
  for (const name of ['1a', 'a-b', '__a', '组', 'a b', '__proto__']) {
    t.deepEqual(withLabels(`{ ${name}: x }`), inFile(`5:15: accounts[0].labels: "${name}" given, ${rest}`), name)
  }
  t.deepEqual(withLabels('{ "": x }'), inFile(`5:15: accounts[0].labels: ${rest}`))
})

test('a label is not called like one that the metrics have already', (t) => {
  const rest = 'the metrics have a label of this name already; choose another'
  for (const name of ['account', 'instance', 'job', 'le', 'namespace', 'service', 'instance_name', 'outcome']) {
    t.deepEqual(withLabels(`{ ${name}: x }`), inFile(`5:15: accounts[0].labels: ${rest}`), name)
  }
  t.deepEqual(
    withLabels('{ label_tier: x }', {}, { 'metrics.service-labels': ['tier'] }),
    inFile(`5:15: accounts[0].labels: ${rest}`),
  )
  t.deepEqual(
    withLabels('{ label_tier: x }'),
    E.left([
      {
        name: 'a',
        endpoint: 'https://api.alauda.cn/v1/',
        credentials: { token: 't' },
        namespaces: ['a'],
        labels: { label_tier: 'x' },
        client,
      },
    ]),
  )
})

test('a label has one value, and not twice', (t) => {
  t.deepEqual(
    withLabels('{ a: , b: "", c: [x], a: x }'),
    inFile(
      '5:15: accounts[0].labels: the value of a label must not be empty',
      '5:23: accounts[0].labels: the value of a label must not be empty',
      '5:30: accounts[0].labels: the value of a label must be a single value, not a list',
      '5:35: accounts[0].labels: a label of this name is given twice',
    ),
  )
  t.deepEqual(withLabels('[a]'), inFile('5:13: accounts[0].labels: must be a map of labels'))
})

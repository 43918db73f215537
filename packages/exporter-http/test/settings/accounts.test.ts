import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { createCollector, takenLabelNames } from '@alauda-exporter/collector'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Account } from '../../src/settings/settings.js'
import type { Sources } from '../../src/settings/sources.js'
import { accountsOf, faults, faultsOf, type More } from '../helpers/accounts-settings.js'
import { defaults, smallest, sources, withFile } from '../helpers/sources.js'
import { readSettings } from '../helpers/texts.js'

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
  connection: { proxies: { none: '' } },
  client: { ...client, maxRetries: 1, timeoutMs: 30_000, maxRequestsPerSecond: 5 },
}
const search: Account = {
  name: 'search',
  endpoint: 'https://api.alauda.cn/v1/',
  credentials: { token: 'abc' },
  namespaces: ['search'],
  labels: {},
  connection: { proxies: { none: '' } },
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
  const rest = 'set together with accounts in the file, expected one of them'
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
  const rest = 'set together with accounts in the file, expected one of them'
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

test('a missing setting of an account is reported at the account', (t) => {
  t.deepEqual(
    faultsOf(
      'accounts:\n  - cloud: cn\n  - { name: b, username: x }\n  - { name: c, password: x }\n  - { name: d, token: x }\n',
    ),
    inFile(
      '2:5: accounts[0].name: not set, expected a name for each account',
      '2:5: accounts[0].username: not set, expected the user name of the account',
      '2:5: accounts[0].password_file: not set, expected the file with the password, or a token_file',
      '3:5: accounts[1].password_file: not set, expected the file with the password, or a token_file',
      '4:5: accounts[2].username: not set, expected the user name of the account',
      '5:5: accounts[3].namespace: not set, expected the user or organization whose services the token may read',
    ),
  )
})

test('an invalid value of an account is reported with its place', (t) => {
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
      '3:5: accounts[0].username: empty, expected a value',
      '4:20: accounts[0].password_file: the file "/missing" cannot be read (ENOENT)',
      '5:12: accounts[0].cloud: "mars" given, expected one of cn, io',
      '6:15: accounts[0].endpoint: "ftp://x/" given, expected a URL like https://api.alauda.cn/v1/',
      '7:20: accounts[0].namespace[1]: empty, expected 1 to 1024 characters, no line breaks or other control characters, no spaces around them',
      '8:14: accounts[0].timeout: "soon" given, expected a duration like 30s, 5m or 1h30m',
      '9:22: accounts[0].max_concurrency: "0" given, expected a whole number from 1 on',
      '10:30: accounts[0].max_requests_per_second: "-1" given, expected 0, or a number from 0.001 on',
      '11:18: accounts[0].max_retries: "1.5" given, expected a whole number from 0 on',
      '13:12: accounts[1].token: set together with accounts[1].password, expected one of them',
      '17:12: accounts[2].token: set together with accounts[2].token_file, expected one of them',
    ),
  )
})

test('an invalid value in the section alauda is reported once, even if every account overrides it', (t) => {
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
    inFile('4:13: accounts[2].name: "a" given, expected a name other than that of accounts[0]'),
  )
})

test('two accounts may watch namespaces of one name, as in two clouds: the account distinguishes their series', (t) => {
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
  const rest = 'expected a label name of 1 to 1024 letters, digits and _, which begins neither with a digit nor with __'
  for (const name of ['1a', 'a-b', '__a', '组', 'a b', '__proto__']) {
    t.deepEqual(withLabels(`{ ${name}: x }`), inFile(`5:15: accounts[0].labels: "${name}" given, ${rest}`), name)
  }
  t.deepEqual(withLabels('{ "": x }'), inFile(`5:15: accounts[0].labels: empty, ${rest}`))
})

test('a label is not called like one that the metrics have already', (t) => {
  const fault = (name: string) =>
    `5:15: accounts[0].labels: "${name}" given, expected a label name that the metrics do not have`
  // All that a collector refuses, and what the exporter itself adds.
  for (const name of ['account', ...takenLabelNames()]) {
    t.deepEqual(withLabels(`{ ${name}: x }`), inFile(fault(name)), name)
  }
  t.deepEqual(withLabels('{ label_tier: x }', {}, { 'metrics.service-labels': ['tier'] }), inFile(fault('label_tier')))
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
        connection: { proxies: { none: '' } },
      },
    ]),
  )
})

test('a label is of a length that every line of a page can have', (t) => {
  const long = 'a'.repeat(1025)
  t.deepEqual(
    withLabels(`{ ${long}: x, b: ${long}, c: ${long.slice(1)}, d: "\\ud800" }`),
    inFile(
      `5:15: accounts[0].labels: "${long.slice(0, 60)}…" given, expected a label name of 1 to 1024 letters, digits and _, which begins neither with a digit nor with __`,
      `5:1048: accounts[0].labels: "${long.slice(0, 60)}…" given, expected 1 to 1024 characters`,
      '5:3107: accounts[0].labels: "\\ud800" given, expected 1 to 1024 characters',
    ),
  )
})

test('the name of an account and the keys of service labels are of that length too', (t) => {
  const long = 'a'.repeat(1025)
  const account = (name: string, key: string) =>
    `metrics: { service_labels: ["${key}"] }\naccounts:\n  - { name: "${name}", token: t, namespace: a }\n`
  const shown = `"${'a'.repeat(60)}…" given`
  t.deepEqual(
    faultsOf(account(long, long)),
    inFile(
      `1:29: metrics.service_labels[0]: ${shown}, expected 1 to 1024 characters`,
      `3:13: accounts[0].name: ${shown}, expected at most 1024 characters`,
    ),
  )
  t.true(E.isRight(accountsOf(account(long.slice(1), long.slice(1)))))
})

test('a namespace is a name that a URL and a line can have', (t) => {
  const rest = 'must be 1 to 1024 characters, no line breaks or other control characters, no spaces around them'
  const given = (shown: string) => `${shown} given, ${rest.replace('must be', 'expected')}`
  const text = 'accounts:\n  - { name: a, token: t, namespace: [" ", "a\\nb", demo, "\\u2028"] }\n'
  t.deepEqual(
    faultsOf(text),
    inFile(
      `2:38: accounts[0].namespace[0]: ${given('" "')}`,
      `2:43: accounts[0].namespace[1]: ${given('"a\\nb"')}`,
      `2:57: accounts[0].namespace[3]: ${given('"\\u2028"')}`,
    ),
  )
  t.deepEqual(
    faultsOf('', { ALAUDA_TOKEN: 't', ALAUDA_NAMESPACE: 'a\tb' }),
    faults(`ALAUDA_NAMESPACE: ${given('"a\\tb"')}`),
  )
})

test('what the settings accept as labels and namespaces a collector accepts, and nothing else', (t) => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(' a', 'a ', '.', '..', 'a\nb', '\ud800', 'a'.repeat(1024), '😀'.repeat(1025), '灵雀云', '__a', ' '),
    fc.constantFrom(...takenLabelNames()),
    fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]*$/),
  )
  const client = createAlaudaClient({ credentials: { token: 't' } })
  fc.assert(
    fc.property(texts, texts, texts, (namespace, name, value) => {
      if (name === 'account') return
      const text = JSON.stringify({ accounts: [{ name: 'a', token: 't', namespace, labels: { [name]: value } }] })
      const isCollected = E.isRight(
        E.tryCatch(
          () => createCollector({ client, namespaces: [namespace], labels: { [name]: value } }),
          (error) => error,
        ),
      )
      t.is(E.isRight(accountsOf(text)), isCollected, text)
    }),
    { numRuns: 200 },
  )
})

test('a label has one value, and not twice', (t) => {
  t.deepEqual(
    withLabels('{ a: , b: "", c: [x], a: x }'),
    inFile(
      '5:15: accounts[0].labels: empty, expected a value',
      '5:23: accounts[0].labels: empty, expected 1 to 1024 characters',
      '5:30: accounts[0].labels: a list given, expected a single value',
      '5:35: accounts[0].labels: "a" given twice',
    ),
  )
  t.deepEqual(withLabels('[a]'), inFile('5:13: accounts[0].labels: a list given, expected a map of labels'))
})

test('an account’s cloud wins over the endpoint for all others', (t) => {
  const text =
    'alauda: { endpoint: http://x/ }\naccounts:\n  - { name: a, token: t, namespace: a, cloud: io }\n  - { name: b, token: t, namespace: b }\n'
  t.deepEqual(
    pipe(
      accountsOf(text),
      E.map((accounts) => accounts.map(({ endpoint }) => endpoint)),
    ),
    E.right(['https://api.alauda.io/v1/', 'http://x/']),
  )
})

test('a flag or variable for the cloud goes for all accounts where none says its own', (t) => {
  const text =
    'alauda: { endpoint: http://x/ }\naccounts:\n  - { name: a, token: t, namespace: a }\n  - { name: b, token: t, namespace: b }\n'
  const endpointsOf = (...more: More) =>
    pipe(
      accountsOf(text, ...more),
      E.map((accounts) => accounts.map(({ endpoint }) => endpoint)),
    )
  t.deepEqual(endpointsOf({ ALAUDA_ENDPOINT: 'http://y/' }), E.right(['http://y/', 'http://y/']))
  t.deepEqual(
    endpointsOf({}, { 'alauda.cloud': ['io'] }),
    E.right(['https://api.alauda.io/v1/', 'https://api.alauda.io/v1/']),
  )
})

test('where an account says its own cloud or endpoint no flag or variable sends its password elsewhere', (t) => {
  const withOwn = (own: string) =>
    `accounts:\n  - { name: a, token: t, namespace: a }\n  - { name: b, token: t, namespace: b, ${own} }\n`
  const endpoint = 'set together with accounts[1].endpoint, expected one of them'
  const cloud = 'set together with accounts[1].cloud, expected one of them'
  for (const [own, rest] of [
    ['endpoint: http://x/', endpoint],
    ['cloud: io', cloud],
    ['cloud: io, endpoint: http://x/', endpoint],
  ] as const) {
    t.deepEqual(faultsOf(withOwn(own), { ALAUDA_ENDPOINT: 'http://y/' }), faults(`ALAUDA_ENDPOINT: ${rest}`))
    t.deepEqual(faultsOf(withOwn(own), { ALAUDA_CLOUD: 'cn' }), faults(`ALAUDA_CLOUD: ${rest}`))
    t.deepEqual(
      faultsOf(withOwn(own), {}, { 'alauda.endpoint': ['http://y/'], 'alauda.cloud': ['cn'] }),
      faults(`--alauda.endpoint: ${rest}`, `--alauda.cloud: ${rest}`),
    )
    t.true(E.isLeft(faultsOf(withOwn(own), { ALAUDA_ENDPOINT: '', ALAUDA_CLOUD: '' })))
  }
})

const accountOf = (given: Sources) =>
  pipe(
    readSettings(given),
    E.map(({ accounts: [account] }) => {
      if (account === undefined) return undefined
      const { endpoint, credentials, namespaces } = account
      return { endpoint, credentials, namespaces }
    }),
  )

const endpoint = 'https://api.alauda.cn/v1/'
const withToken = { ALAUDA_TOKEN: 'abc', ALAUDA_NAMESPACE: 'acme' }

test('without an account, both user name and password are asked for, and the demo is offered', (t) => {
  const username = 'ALAUDA_USERNAME or --alauda.username: not set, expected your user name; --demo needs none'
  const password = 'ALAUDA_PASSWORD or --alauda.password-file: not set, expected your password; --demo needs none'
  t.deepEqual(accountOf(sources({})), E.left([username, password]))
  t.deepEqual(accountOf(sources({ ALAUDA_USERNAME: 'demo' })), E.left([password]))
  t.deepEqual(accountOf(sources({ ALAUDA_PASSWORD: 'hunter2' })), E.left([username]))
})

test('a token stands for user name and password', (t) => {
  const expected = E.right({ endpoint, credentials: { token: 'abc' }, namespaces: ['acme'] })
  t.deepEqual(accountOf(sources(withToken)), expected)
  t.deepEqual(
    accountOf(sources({ ALAUDA_NAMESPACE: 'acme', ALAUDA_TOKEN_FILE: '/run/token' }, {}, { '/run/token': 'abc\n' })),
    expected,
  )
})

test('a token does not name its user: without a namespace the user name or organization does', (t) => {
  t.deepEqual(
    accountOf(sources({ ALAUDA_TOKEN: 'abc' })),
    E.left([
      'ALAUDA_NAMESPACE or --alauda.namespace: not set, expected the user or organization whose services the token may read',
    ]),
  )
  const expected = (namespace: string) => E.right({ endpoint, credentials: { token: 'abc' }, namespaces: [namespace] })
  t.deepEqual(accountOf(sources({ ALAUDA_TOKEN: 'abc', ALAUDA_USERNAME: 'demo' })), expected('demo'))
  t.deepEqual(accountOf(sources({ ALAUDA_TOKEN: 'abc', ALAUDA_ORGANIZATION: 'acme' })), expected('acme'))
})

test('a namespace that is named twice is watched, and counted, once', (t) => {
  const credentials = { username: 'demo', password: 'hunter2' }
  t.deepEqual(
    accountOf(sources({ ...smallest, ALAUDA_NAMESPACE: 'b,a,b' })),
    E.right({ endpoint, credentials, namespaces: ['b', 'a'] }),
  )
})

test('a token that cannot stand in a header is refused', (t) => {
  for (const token of ['a b', ' abc', 'токен']) {
    t.deepEqual(
      accountOf(sources({ ...withToken, ALAUDA_TOKEN: token })),
      E.left(['ALAUDA_TOKEN: the token must be visible ASCII characters without spaces']),
      JSON.stringify(token),
    )
  }
})

test('a token and a password are one too many', (t) => {
  t.deepEqual(
    accountOf(sources({ ...smallest, ...withToken })),
    E.left(['ALAUDA_TOKEN: set together with ALAUDA_PASSWORD, expected one of them']),
  )
})

test('of a token and a password the more specific source wins, and the other is not read', (t) => {
  const files = { '/run/password': 'hunter2', '/run/token': 'abc' }
  const credentialsOf = (text: string, environment: Record<string, string>, flags: Record<string, string[]> = {}) =>
    pipe(
      accountOf(withFile(text, { ALAUDA_NAMESPACE: 'acme', ...environment }, flags, files)),
      E.map((account) => account?.credentials),
    )
  const inFile = 'alauda: { username: demo, password: hunter2 }'
  t.deepEqual(credentialsOf(inFile, { ALAUDA_TOKEN: 'abc' }), E.right({ token: 'abc' }))
  t.deepEqual(credentialsOf(inFile, { ALAUDA_TOKEN_FILE: '/run/token' }), E.right({ token: 'abc' }))
  t.deepEqual(
    credentialsOf('alauda: { username: demo, password_file: /missing }', { ALAUDA_TOKEN: 'abc' }),
    E.right({ token: 'abc' }),
  )
  t.deepEqual(credentialsOf('alauda: { token: a b }', smallest), E.right({ username: 'demo', password: 'hunter2' }))
  t.deepEqual(
    credentialsOf('', { ...smallest, ALAUDA_TOKEN: 'abc' }, { 'alauda.password-file': ['/run/password'] }),
    E.right({ username: 'demo', passwordFile: '/run/password' }),
  )
  t.deepEqual(credentialsOf('', smallest, { 'alauda.token-file': ['/run/token'] }), E.right({ token: 'abc' }))
  t.deepEqual(
    credentialsOf('', { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD_FILE: '/run/password', ALAUDA_TOKEN: 'abc' }),
    E.left(['ALAUDA_TOKEN: set together with ALAUDA_PASSWORD_FILE, expected one of them']),
  )
})

test('a namespace that cannot stand in a URL is refused, and so is the name that would be one', (t) => {
  for (const name of ['.', '..']) {
    const fault = `"${name}" given, expected neither . nor .., which cannot stand in a URL`
    t.deepEqual(
      accountOf(sources({ ...smallest, ALAUDA_NAMESPACE: `a,${name}` })),
      E.left([`ALAUDA_NAMESPACE: ${fault}`]),
    )
    t.deepEqual(
      accountOf(sources({ ...smallest, ALAUDA_ORGANIZATION: name })),
      E.left([`ALAUDA_ORGANIZATION: ${fault}`]),
    )
    t.deepEqual(accountOf(sources({ ...smallest, ALAUDA_USERNAME: name })), E.left([`ALAUDA_USERNAME: ${fault}`]))
  }
  t.true(E.isRight(accountOf(sources({ ...smallest, ALAUDA_NAMESPACE: '..., a/b, %2e, .a' }))))
})

test('a sub-account names its organization, which is then the namespace too', (t) => {
  const credentials = { username: 'demo', password: 'hunter2', organization: 'acme' }
  const environment = { ...smallest, ALAUDA_ORGANIZATION: 'acme' }
  t.deepEqual(accountOf(sources(environment)), E.right({ endpoint, credentials, namespaces: ['acme'] }))
  t.deepEqual(
    accountOf(sources({ ...environment, ALAUDA_NAMESPACE: 'demo,acme' })),
    E.right({ endpoint, credentials, namespaces: ['demo', 'acme'] }),
  )
})

test('a cloud stands for its endpoint, and an endpoint wins over it', (t) => {
  const endpointOf = (environment: Record<string, string>) =>
    pipe(
      accountOf(sources({ ...smallest, ...environment })),
      E.map((account) => account?.endpoint),
    )
  t.deepEqual(endpointOf({ ALAUDA_CLOUD: 'cn' }), E.right('https://api.alauda.cn/v1/'))
  t.deepEqual(endpointOf({ ALAUDA_CLOUD: 'io' }), E.right('https://api.alauda.io/v1/'))
  t.deepEqual(endpointOf({ ALAUDA_CLOUD: 'io', ALAUDA_ENDPOINT: 'http://x/v1/' }), E.right('http://x/v1/'))
  t.deepEqual(endpointOf({ ALAUDA_CLOUD: 'CN' }), E.left(['ALAUDA_CLOUD: "CN" given, expected one of cn, io']))
})

test('an endpoint’s problem is reported without the password in it', (t) => {
  for (const [url, fault] of [
    ['https://demo:hunter2@x/v1/', 'value not shown, expected a URL without user name and password'],
    ['https://x/v1/?token=hunter2', 'value not shown, expected a URL that ends with its path: no ? and no #'],
    ['https://x/v1/#hunter2', 'value not shown, expected a URL that ends with its path: no ? and no #'],
    ['demo:hunter2@x/v1/', 'value not shown, expected a URL like https://api.alauda.cn/v1/'],
    ['ftp://demo:hunter2@x/', 'value not shown, expected a URL like https://api.alauda.cn/v1/'],
    ['', 'empty, expected a URL like https://api.alauda.cn/v1/'],
  ] as const) {
    t.deepEqual(
      accountOf(sources(smallest, { 'alauda.endpoint': [url] })),
      E.left([`--alauda.endpoint: ${fault}`]),
      url,
    )
  }
  t.deepEqual(
    accountOf(sources({ ...smallest, ALAUDA_ENDPOINT: 'https://demo:hunter2@x/v1/' })),
    E.left(['ALAUDA_ENDPOINT: value not shown, expected a URL without user name and password']),
  )
})

test('a fault in one account setting does not hide that others are missing', (t) => {
  t.deepEqual(
    readSettings(sources({ ALAUDA_CLOUD: 'mars' })),
    E.left([
      'ALAUDA_CLOUD: "mars" given, expected one of cn, io',
      'ALAUDA_USERNAME or --alauda.username: not set, expected your user name; --demo needs none',
      'ALAUDA_PASSWORD or --alauda.password-file: not set, expected your password; --demo needs none',
    ]),
  )
})

test('a token’s fault names where the token came from', (t) => {
  const files = { '/run/token': 'a b\n' }
  t.deepEqual(
    readSettings(sources({ ALAUDA_NAMESPACE: 'acme' }, { 'alauda.token-file': ['/run/token'] }, files)),
    E.left(['--alauda.token-file: the token must be visible ASCII characters without spaces']),
  )
})

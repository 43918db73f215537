import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { readSettings } from '../../src/settings/settings.js'
import type { Sources } from '../../src/settings/sources.js'
import { smallest, sources, withFile } from '../helpers/sources.js'

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
  const username = 'ALAUDA_USERNAME or --alauda.username: is not set; give your user name, or try --demo'
  const password = 'ALAUDA_PASSWORD or --alauda.password-file: is not set; give your password, or try --demo'
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

test('a token does not tell whose it is: without a namespace the user name or organization does', (t) => {
  t.deepEqual(
    accountOf(sources({ ALAUDA_TOKEN: 'abc' })),
    E.left(['ALAUDA_NAMESPACE or --alauda.namespace: is not set; a token does not tell whose services to watch']),
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
    E.left(['ALAUDA_TOKEN: there is a password too; give one or the other']),
  )
})

test('of a token and a password the one that is nearer at hand is meant, and nothing of the other is looked into', (t) => {
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
    E.left(['ALAUDA_TOKEN: there is a password too; give one or the other']),
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

test('an endpoint’s fault is told without the password in it', (t) => {
  for (const [url, fault] of [
    ['https://demo:hunter2@x/v1/', 'must not hold a user name or password'],
    ['https://x/v1/?token=hunter2', 'must end with its path: no ? and no #'],
    ['https://x/v1/#hunter2', 'must end with its path: no ? and no #'],
    ['demo:hunter2@x/v1/', 'must be a URL like https://api.alauda.cn/v1/'],
    ['ftp://demo:hunter2@x/', 'must be a URL like https://api.alauda.cn/v1/'],
    ['', 'must be a URL like https://api.alauda.cn/v1/'],
  ] as const) {
    t.deepEqual(
      accountOf(sources(smallest, { 'alauda.endpoint': [url] })),
      E.left([`--alauda.endpoint: ${fault}`]),
      url,
    )
  }
  t.deepEqual(
    accountOf(sources({ ...smallest, ALAUDA_ENDPOINT: 'https://demo:hunter2@x/v1/' })),
    E.left(['ALAUDA_ENDPOINT: must not hold a user name or password']),
  )
})

test('a fault in one account setting does not hide that others are missing', (t) => {
  t.deepEqual(
    readSettings(sources({ ALAUDA_CLOUD: 'mars' })),
    E.left([
      'ALAUDA_CLOUD: "mars" given, expected one of cn, io',
      'ALAUDA_USERNAME or --alauda.username: is not set; give your user name, or try --demo',
      'ALAUDA_PASSWORD or --alauda.password-file: is not set; give your password, or try --demo',
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

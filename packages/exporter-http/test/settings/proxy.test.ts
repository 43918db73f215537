import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { type ProxyVariables, proxyCredentialsOf, readProxyVariables, routeTo } from '../../src/settings/proxy.js'
import { checked } from '../../src/toolkit/config/problem.js'
import { createAuthority } from '../helpers/certificates.js'
import { smallest, sources, withFile } from '../helpers/sources.js'
import { readSettings } from '../helpers/texts.js'

const read = (environment: Readonly<Record<string, string>>) =>
  checked((report) => readProxyVariables(environment, report))

const proxy = { name: 'HTTP_PROXY', url: 'http://proxy:3128' }
const secure = { name: 'HTTPS_PROXY', url: 'http://secure:3128' }
const routeOf = (url: string, variables: ProxyVariables) => routeTo(new URL(url), variables)

test('variables are read in lower case, else in capitals, and a scheme may be missing', (t) => {
  t.deepEqual(read({}), E.right({ none: '' }))
  t.deepEqual(
    read({ HTTP_PROXY: 'proxy:3128', https_proxy: 'https://u:p%40@secure', HTTPS_PROXY: 'other', NO_PROXY: 'a,b' }),
    E.right<never, ProxyVariables>({
      http: { name: 'HTTP_PROXY', url: 'http://proxy:3128' },
      https: { name: 'https_proxy', url: 'https://u:p%40@secure' },
      none: 'a,b',
    }),
  )
  t.deepEqual(read({ http_proxy: '', HTTP_PROXY: 'proxy', no_proxy: '', NO_PROXY: '*' }), E.right({ none: '' }))
})

test('a variable that names no HTTP proxy is a problem, and is not repeated', (t) => {
  for (const HTTPS_PROXY of ['socks5://proxy', 'http://u:s3cret@', 'http://u:s3cret%zz@proxy', 'http://proxy/path']) {
    const problems = read({ HTTPS_PROXY })
    t.true(E.isLeft(problems), HTTPS_PROXY)
    t.notRegex(JSON.stringify(problems), /s3cret/)
    t.regex(JSON.stringify(problems), /HTTPS_PROXY.*value not shown/)
  }
})

test('for https the http proxy stands in, but not the other way round', (t) => {
  const none = ''
  t.deepEqual(routeOf('http://api/', { none, http: proxy, https: secure }), { proxy })
  t.deepEqual(routeOf('https://api/', { none, http: proxy, https: secure }), { proxy: secure })
  t.deepEqual(routeOf('https://api/', { none, http: proxy }), { proxy })
  t.deepEqual(routeOf('https://api/', { none }), {})
  t.deepEqual(routeOf('http://api/', { none, https: secure }), {
    unused: 'HTTPS_PROXY is set, but not used: the endpoint is http',
  })
})

test('NO_PROXY excludes hosts with their subdomains, on all ports or on one', (t) => {
  const isExcluded = (url: string, none: string) => 'unused' in routeOf(url, { none, http: proxy })
  for (const none of ['*', 'a.example', '.a.example', '*.a.example', 'x, A.Example', 'x a.example:443', 'example'])
    t.true(isExcluded('https://a.example/v1/', none), none)
  for (const none of ['', 'x', 'ba.example', 'b.a.example', 'a.example:80', 'a.example.', '*, x'])
    t.false(isExcluded('https://a.example/v1/', none), none)
  t.true(isExcluded('http://[::1]:8080/', '[::1]'))
  t.true(isExcluded('http://127.0.0.1:8080/', '127.0.0.1:8080'))
})

test('a file holds the user and the password of a proxy in one line', (t) => {
  t.deepEqual(proxyCredentialsOf('exporter:a:b\n'), E.right('exporter:a:b'))
  for (const text of ['', 'exporter', ':b', 'a:b\nc:d\n'])
    t.deepEqual(proxyCredentialsOf(text), E.left('does not hold user:password in one line'))
})

const issued = createAuthority('an authority').then(({ issue }) => issue('exporter'))

const connectionFlags = {
  'alauda.proxy-credentials-file': ['/run/proxy'],
  'alauda.ca-file': ['/run/ca.pem'],
  'alauda.client-cert-file': ['/run/cert.pem'],
}
const filesOf = ({ cert, key }: { readonly cert: string; readonly key: string }) => ({
  '/run/proxy': 'exporter:hunter2\n',
  '/run/ca.pem': cert,
  '/run/cert.pem': cert,
  '/run/key.pem': key,
})
const keyFlag = { 'alauda.client-key-file': ['/run/key.pem'] }

const faultsOf = (flags: Readonly<Record<string, ReadonlyArray<string>>>, disk: Readonly<Record<string, string>>) =>
  E.match(
    (faults: ReadonlyArray<string>) => faults,
    () => [],
  )(readSettings(sources(smallest, flags, disk)))

test('the files of a connection are checked with the settings, each by itself', async (t) => {
  const { cert, key } = await issued
  const files = filesOf({ cert, key })
  const all = { ...connectionFlags, ...keyFlag }
  t.deepEqual(faultsOf(all, files), [])
  t.deepEqual(faultsOf(connectionFlags, { ...files, '/run/cert.pem': cert + key }), [])
  t.deepEqual(faultsOf(all, {}), [
    '--alauda.proxy-credentials-file: /run/proxy: cannot be used (ENOENT)',
    '--alauda.ca-file: /run/ca.pem: cannot be used (ENOENT)',
    '--alauda.client-cert-file: /run/cert.pem: cannot be used (ENOENT)',
    '--alauda.client-key-file: /run/key.pem: cannot be used (ENOENT)',
  ])
  t.deepEqual(
    faultsOf(all, { '/run/proxy': 's3cret', '/run/ca.pem': key, '/run/cert.pem': '', '/run/key.pem': cert }),
    [
      '--alauda.proxy-credentials-file: /run/proxy: cannot be used (does not hold user:password in one line)',
      '--alauda.ca-file: /run/ca.pem: cannot be used (holds no certificate in PEM)',
      '--alauda.client-cert-file: /run/cert.pem: cannot be used (holds no certificate in PEM)',
      '--alauda.client-key-file: /run/key.pem: cannot be used (holds no private key in PEM, or one with a passphrase)',
    ],
  )
  t.deepEqual(faultsOf(connectionFlags, files), [
    '--alauda.client-cert-file: /run/cert.pem: cannot be used (holds no private key in PEM, or one with a passphrase)',
  ])
})

test('a file that several accounts share is one problem, and one that no account uses is none', async (t) => {
  const { cert } = await issued
  const account = (name: string, more = '') => `  - { name: ${name}, token: t, namespace: n${more} }\n`
  const section = 'alauda:\n  ca_file: /run/ca.pem\naccounts:\n'
  t.deepEqual(
    readSettings(withFile(section + account('a') + account('b'), {}, {}, {})),
    E.left(['exporter.yml:2:12: alauda.ca_file: /run/ca.pem: cannot be used (ENOENT)']),
  )
  const own = account('a', ', ca_file: own.pem')
  t.true(E.isRight(readSettings(withFile(section + own, {}, {}, { 'own.pem': cert }))))
  t.deepEqual(
    readSettings(withFile(section + own, {}, {}, {})),
    E.left(['exporter.yml:4:49: accounts[0].ca_file: own.pem: cannot be used (ENOENT)']),
  )
})

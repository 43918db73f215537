import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { stringify } from 'yaml'
import { given, type Problem, problemText, shownKey } from '../../../src/toolkit/config/problem.js'
import { isFullSize } from '../../helpers/full-size.js'
import { smallest, sources, withFile } from '../../helpers/sources.js'
import { readSettings } from '../../helpers/texts.js'
import { readWeb } from '../../helpers/web-files.js'

test('a problem is one line: its place, what is wrong, and what is expected', (t) => {
  const inFile = { origin: { file: 'a.yml' }, line: 3, column: 13, setting: 'collect.interval' }
  for (const [problem, text] of [
    [
      { ...inFile, what: '"soon" given', expected: 'a duration' },
      'a.yml:3:13: collect.interval: "soon" given, expected a duration',
    ],
    [
      { ...inFile, what: 'unknown setting', meant: 'x' },
      'a.yml:3:13: collect.interval: unknown setting, did you mean x?',
    ],
    [{ origin: { file: 'a.yml' }, setting: '', what: 'cannot be read' }, 'a.yml: cannot be read'],
    [{ origin: 'environment', setting: 'ALAUDA_CLOUD', what: 'empty' }, 'ALAUDA_CLOUD: empty'],
    [{ origin: 'command line', setting: '--a\u001b[2J\n', what: 'given twice' }, '--a\\u001b[2J\\u000a: given twice'],
  ] as const satisfies ReadonlyArray<readonly [Problem, string]>) {
    t.is(problemText(problem), text)
  }
})

test('a value is quoted, short and visible; one that may hold a secret is not shown', (t) => {
  t.is(given('banana'), '"banana" given')
  t.is(given('a"\\\n'), '"a\\"\\\\\\n" given')
  t.is(given(''), 'empty')
  t.is(given('x'.repeat(61)), `"${'x'.repeat(60)}…" given`)
  t.is(given('(a?b)#'), '"(a?b)#" given')
  for (const text of [
    'https://a:b@x',
    'a:b@x/v1/',
    'http://x/?b',
    'http://x/#b',
    '/v1?a=b',
    '#a=b',
    'a  password\u0000b',
    'a token b',
  ]) {
    t.is(given(text), 'value not shown', text)
  }
  t.is(given('banana', true), 'value not shown')
})

test('an unknown key is shown if it looks like one', (t) => {
  for (const key of ['colour', 'speed_limit', 'Speed-Limit', 'maxAge', 'app.tier']) t.is(shownKey(key), key)
  for (const key of ['', 's3cr3t', 'two words', 'hunter2', 'a:b', '密码', 'x'.repeat(21), '-a'])
    t.is(shownKey(key), '…', key)
})

const secrets = fc
  .tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
  .map(([a, b]) => `${a}s3cr3t${b}`)
const wrong = { collect: { interval: 'soon' }, log: { colour: 1 } }
const inAccount = (account: object) => ({ ...wrong, accounts: [{ name: 'a', username: 'a', ...account }] })

/** Where a secret may stand, rightly or not. */
const settingsFiles: ReadonlyArray<(secret: string) => object> = [
  ...['password', 'token', 'pasword', 'passwords', 'Password', 'tokens', 'password-', 'tokn'].flatMap((key) => [
    (secret: string) => ({ ...wrong, alauda: { username: 'a', [key]: secret } }),
    (secret: string) => ({ ...wrong, alauda: { username: 'a', [key]: [secret] } }),
    (secret: string) => ({ ...wrong, alauda: { username: 'a', [key]: { [secret]: secret } } }),
    (secret: string) => inAccount({ [key]: secret }),
    (secret: string) => inAccount({ [key]: [secret, secret] }),
    (secret: string) => ({ ...wrong, [key]: secret }),
    (secret: string) => ({ ...wrong, collect: { [key]: { a: secret } } }),
  ]),
  (secret) => ({ ...wrong, alauda: { username: 'a', password: secret, token: secret } }),
  (secret) => ({ ...wrong, alauda: secret }),
  (secret) => ({ ...wrong, accounts: [secret] }),
  (secret) => ({ ...wrong, accounts: { [secret]: secret } }),
]

const urls: ReadonlyArray<(secret: string) => string> = [
  (secret) => `https://demo:${secret}@cloud.example.com/v1/`,
  (secret) => `ftp://demo:${secret}@cloud.example.com`,
  (secret) => `demo:${secret}@cloud.example.com`,
  (secret) => `https://cloud.example.com/v1/?token=${secret}`,
  (secret) => `https://cloud.example.com/v1/#${secret}`,
]

const isHidden = (read: E.Either<ReadonlyArray<string>, unknown>): boolean =>
  E.isRight(read) || !read.left.join('\n').includes('s3cr3t')

test('no problem shows any secret that is given for a secret setting, or for a setting of nearly its name', (t) => {
  fc.assert(
    fc.property(secrets, fc.constantFrom(...settingsFiles), fc.constantFrom(...urls), (secret, fileWith, urlWith) => {
      const file = fileWith(secret)
      for (const text of [JSON.stringify(file), stringify(file)]) t.true(isHidden(readSettings(withFile(text))), text)
      for (const environment of [
        { ...smallest, ALAUDA_PASSWORD: secret },
        { ALAUDA_TOKEN: secret },
        { ...smallest, ALAUDA_TOKEN: secret, ALAUDA_PASSWORD: secret },
        { ...smallest, ALAUDA_ENDPOINT: urlWith(secret) },
      ]) {
        t.true(isHidden(readSettings(sources(environment, { 'collect.interval': ['soon'] }))))
      }
      for (const flag of ['alauda.endpoint', 'web.external-url', 'web.prometheus-url', 'web.listen-address']) {
        t.true(isHidden(readSettings(sources(smallest, { [flag]: [urlWith(secret)] }))), flag)
      }
      for (const web of [
        { basic_auth_users: { demo: secret, [secret]: 'a' } },
        { basic_auth_users: secret },
        { basic_auth_user: { demo: secret } },
        { tls_server_config: { cert: secret, key: secret } },
        { tls_server_config: { cert: secret, keys: secret, client_ca: [secret] } },
      ]) {
        t.true(isHidden(readWeb(JSON.stringify(web))), JSON.stringify(web))
      }
    }),
    { numRuns: isFullSize ? 2000 : 200 },
  )
})

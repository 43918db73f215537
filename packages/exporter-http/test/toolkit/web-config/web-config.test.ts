import { readFileSync } from 'node:fs'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { plainText } from '../../../src/toolkit/handler.js'
import { subjectAltNames } from '../../../src/toolkit/web-config/certificates.js'
import { rateLimited } from '../../../src/toolkit/web-config/protected-by.js'
import type { RateLimit } from '../../../src/toolkit/web-config/web-config.js'
import { asked } from '../../helpers/asked.js'
import { readWebConfig } from '../../helpers/texts.js'
import { readWeb } from '../../helpers/web-files.js'

const hash = '$2y$04$RDOjyRZSOJGwiODDqLMDweXJ8j0yJZGCVHm3cOiVCP3eoTyxVqVQi'

const right = (t: ExecutionContext, text: string) => {
  const config = readWeb(text)
  if (E.isRight(config)) return config.right
  return t.fail(config.left.join('\n'))
}

const faults = (t: ExecutionContext, text: string, ...expected: ReadonlyArray<string>) =>
  t.deepEqual(readWeb(text), E.left(expected), text)

const nothing = { headers: {}, users: new Map() }

test('a file that says nothing asks for nothing', (t) => {
  const empty = 'tls_server_config:\nhttp_server_config:\n  headers:\nbasic_auth_users:\nrate_limit:\n'
  for (const text of ['', '# all is commented out\n', '{}', empty, 'tls_server_config: {}']) {
    t.deepEqual(right(t, text), nothing, text)
  }
})

test('reads users and their hashes, of every spelling of bcrypt', (t) => {
  const [a, b] = [hash.replace('$2y$04', '$2a$10'), hash.replace('$2y$04', '$2b$16')]
  const { users } = right(t, `basic_auth_users:\n  demo: ${hash}\n  007: ${a}\n  灵雀云: "${b}"\n`)
  t.deepEqual(
    [...users],
    [
      ['demo', hash],
      ['007', a],
      ['灵雀云', b],
    ],
  )
})

test('reports the problems of users, and repeats neither names nor passwords', (t) => {
  const must = 'value not shown, expected a bcrypt hash like $2y$10$ and 53 more characters'
  for (const [text, expected] of [
    ['basic_auth_users: {demo: hunter2}', `1:26: basic_auth_users: ${must}`],
    [`basic_auth_users: {demo: ${hash.slice(0, -1)}}`, `1:26: basic_auth_users: ${must}`],
    [`basic_auth_users: {demo: ${hash}x}`, `1:26: basic_auth_users: ${must}`],
    [`basic_auth_users: {demo: "${hash}\\n"}`, `1:26: basic_auth_users: ${must}`],
    [`basic_auth_users: {demo: ${hash.replace('$2y$', '$2x$')}}`, `1:26: basic_auth_users: ${must}`],
    [`basic_auth_users: {demo: ${hash.replace('$04$', '$03$')}}`, `1:26: basic_auth_users: ${must}`],
    [
      `basic_auth_users: {demo: ${hash.replace('$04$', '$17$')}}`,
      '1:26: basic_auth_users: value not shown, expected a bcrypt hash of a cost up to 16, or a login takes too long',
    ],
    ['basic_auth_users: {demo: }', '1:20: basic_auth_users: empty, expected a value'],
    ['basic_auth_users: {demo: [a]}', '1:26: basic_auth_users: a list given, expected a single value'],
    [`basic_auth_users: {"": ${hash}}`, '1:20: basic_auth_users: empty, expected a user name without a colon'],
    [`basic_auth_users: {[a]: ${hash}}`, '1:20: basic_auth_users: empty, expected a user name without a colon'],
    [
      `basic_auth_users: {"a:b": ${hash}}`,
      '1:20: basic_auth_users: value not shown, expected a user name without a colon',
    ],
    [`basic_auth_users:\n  a: ${hash}\n  a: ${hash}`, '3:3: basic_auth_users: a key given twice'],
    [
      'basic_auth_users: hunter2',
      '1:19: basic_auth_users: a single value given, expected a map of names and bcrypt hashes',
    ],
  ] as const) {
    faults(t, text, `web.yml:${expected}`)
  }
})

test('reads the headers that the toolkit knows; one without a value is not sent', (t) => {
  const { headers } = right(
    t,
    `http_server_config:
  http2: false
  headers:
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection: ""
    Strict-Transport-Security: max-age=31536000; includeSubDomains
`,
  )
  t.deepEqual(headers, {
    'Content-Security-Policy': "default-src 'self'",
    'X-Frame-Options': 'deny',
    'X-Content-Type-Options': 'nosniff',
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  })
})

test('reports the problems of headers: other names, other values, and what would begin another header', (t) => {
  const known =
    'Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security'
  const at = 'http_server_config.headers'
  for (const [headers, expected] of [
    ['Server: nginx', `37: ${at}.Server: unknown setting, expected one of ${known}`],
    ['X-Frame-Option: deny', `37: ${at}.X-Frame-Option: unknown setting, did you mean X-Frame-Options?`],
    ['X-Frame-Options: DENY', `54: ${at}.X-Frame-Options: "DENY" given, expected deny or sameorigin`],
    ['X-Content-Type-Options: sniff', `61: ${at}.X-Content-Type-Options: "sniff" given, expected nosniff`],
    [
      'X-XSS-Protection: "0\\r\\nSet-Cookie: a=b"',
      `55: ${at}.X-XSS-Protection: "0\\r\\nSet-Cookie: a=b" given, expected one line of ASCII characters`,
    ],
    ['X-XSS-Protection: "0\\0"', `55: ${at}.X-XSS-Protection: "0\\u0000" given, expected one line of ASCII characters`],
    [
      'Content-Security-Policy: 灵雀云',
      `62: ${at}.Content-Security-Policy: "灵雀云" given, expected one line of ASCII characters`,
    ],
  ] as const) {
    faults(t, `http_server_config: {   "headers": {${headers}}}`, `web.yml:1:${expected}`)
  }
  faults(
    t,
    'http_server_config: {http2: maybe}',
    'web.yml:1:29: http_server_config.http2: "maybe" given, expected true or false',
  )
})

test('reads the rate of requests; an interval of 0 is no limit', (t) => {
  t.deepEqual(right(t, 'rate_limit: {interval: 1s, burst: 20}').rateLimit, { intervalMs: 1000, burst: 20 })
  t.deepEqual(right(t, 'rate_limit: {interval: 0, burst: 20}'), nothing)
  t.deepEqual(right(t, 'rate_limit: {interval: 0, burst: 0}'), nothing)
  t.deepEqual(right(t, 'rate_limit: {burst: 0}'), nothing)
  faults(
    t,
    'rate_limit: {interval: 1s}',
    'web.yml:1:13: rate_limit.burst: not set, expected a number of requests together with interval',
  )
  faults(
    t,
    'rate_limit: {interval: 1s, burst: 0}',
    'web.yml:1:35: rate_limit.burst: "0" given, expected at least 1 together with interval, or no request is answered',
  )
  faults(
    t,
    'rate_limit: {interval: often, burst: -1}',
    'web.yml:1:24: rate_limit.interval: "often" given, expected a duration like 30s, 5m or 1h30m',
    'web.yml:1:38: rate_limit.burst: "-1" given, expected a whole number from 0 on',
  )
})

test('reports all problems of keys, from the top of the file to its end', (t) => {
  faults(
    t,
    'tls_config:\n  a: b\nrate_limit: 5\nbasic_auth_user: {}\nhunter2:\nhttp_server_config: {http: true}\nrate_limit: {}\n',
    'web.yml:1:1: tls_config: unknown setting, expected one of tls_server_config, http_server_config, basic_auth_users, rate_limit',
    'web.yml:3:13: rate_limit: a single value given, expected a map of settings',
    'web.yml:4:1: basic_auth_user: unknown setting, did you mean basic_auth_users?',
    'web.yml:5:1: …: unknown setting, expected one of tls_server_config, http_server_config, basic_auth_users, rate_limit',
    'web.yml:6:22: http_server_config.http: unknown setting, did you mean http2?',
    'web.yml:7:1: rate_limit: given twice',
  )
})

test('reports the problems of the file as a whole', (t) => {
  faults(t, '- a', 'web.yml:1:1: a list given, expected a map of settings')
  faults(t, 'a: "hunter2', 'web.yml:1:12: a closing quote or bracket, a comma, or ": " after a key is missing')
  t.deepEqual(
    readWebConfig('no/web.yml', () => readFileSync('no/such/file', 'utf8')),
    E.left(['no/web.yml: cannot be read (ENOENT)']),
  )
})

test('any text is read or reported as invalid, and nothing of it is repeated', (t) => {
  const secret = 'hunter2secret'
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('basic_auth_users:\n  a: ', 'tls_server_config:\n  key: ', 'http_server_config: ', ''),
      (text, before) => {
        const config = readWeb(`${before}${text}${secret}${text}`)
        t.true(E.isRight(config) || (config.left.length > 0 && !config.left.join().includes(secret)))
      },
    ),
  )
})

test('gives the names that Go looks at, and addresses in the form of Go', (t) => {
  const text =
    'DNS:a.example, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b.c, URI:spiffe://a/b, othername:<unsupported>, Registered ID:1.2.3, DirName:CN=x'
  t.deepEqual(subjectAltNames(text), ['a.example', '127.0.0.1', '2001:db8::1', 'a@b.c', 'spiffe://a/b'])
  t.deepEqual(subjectAltNames(''), [])
  t.deepEqual(subjectAltNames(undefined), [])
})

test('a name in quotes is one name, whatever is in it', (t) => {
  t.deepEqual(subjectAltNames('DNS:"a\\u002c DNS:b", DNS:"c\\"\\u002c DNS:d", DNS:e'), ['a, DNS:b', 'c", DNS:d', 'e'])
  t.deepEqual(subjectAltNames('DNS:"a, DNS:b", DNS:c'), ['a, DNS:b', 'c'])
})

test('an absurd certificate has no names, rather than an exception', (t) => {
  t.deepEqual(subjectAltNames('DNS:"\\x", IP Address:<invalid>'), ['', '<invalid>'])
  fc.assert(
    fc.property(fc.constantFrom('', 'DNS:', 'IP Address:', 'DNS:"', 'URI:a, DNS:'), fc.string(), (kind, text) => {
      t.notThrows(() => subjectAltNames(kind + text))
    }),
  )
})

const start = (initially?: RateLimit) => {
  let now = 0
  let limit = initially
  const respond = rateLimited(() => limit, { now: () => now })(async () => plainText(200, 'page'))
  return {
    change: (next?: RateLimit) => {
      limit = next
    },
    pass: (ms: number) => {
      now += ms
    },
    statuses: async (count: number) => {
      const responses = await Promise.all(Array.from({ length: count }, () => respond(asked())))
      return responses.map(({ status }) => status)
    },
  }
}

test('without a limit everything is answered', async (t) => {
  t.deepEqual(await start().statuses(3), [200, 200, 200])
})

test('a burst is answered, then one in each interval', async (t) => {
  const { statuses, pass } = start({ intervalMs: 100, burst: 3 })
  t.deepEqual(await statuses(5), [200, 200, 200, 429, 429])
  pass(99)
  t.deepEqual(await statuses(1), [429])
  pass(1)
  t.deepEqual(await statuses(2), [200, 429])
  pass(250)
  t.deepEqual(await statuses(3), [200, 200, 429])
  pass(100_000)
  t.deepEqual(await statuses(4), [200, 200, 200, 429])
})

test('a clock that is set back gives nothing and takes nothing', async (t) => {
  const { statuses, pass } = start({ intervalMs: 100, burst: 1 })
  t.deepEqual(await statuses(2), [200, 429])
  pass(-100_000)
  t.deepEqual(await statuses(1), [429])
  pass(100)
  t.deepEqual(await statuses(2), [200, 429])
})

test('another limit counts from the next request on', async (t) => {
  const { statuses, change } = start({ intervalMs: 100, burst: 1 })
  t.deepEqual(await statuses(2), [200, 429])
  change({ intervalMs: 100, burst: 3 })
  t.deepEqual(await statuses(3), [200, 200, 429])
  change(undefined)
  t.deepEqual(await statuses(2), [200, 200])
})

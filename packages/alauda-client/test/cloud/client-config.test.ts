import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { createAlaudaClient } from '../../src/cloud/client.js'
import { parseSecret } from '../../src/cloud/credentials.js'
import { demo, startApiServer, withLogin } from '../helpers/api-server.js'

/** What plain JavaScript may hand over, and the message of the TypeError. */
const wrongConfigs: ReadonlyArray<readonly [Readonly<Record<string, unknown>>, string]> = [
  [{ timeoutMs: Number.POSITIVE_INFINITY }, 'timeoutMs: Infinity given, expected milliseconds from 1 to 2147483647'],
  [{ timeoutMs: 0 }, 'timeoutMs: 0 given, expected milliseconds from 1 to 2147483647'],
  [{ timeoutMs: '10s' }, 'timeoutMs: "10s" given, expected milliseconds from 1 to 2147483647'],
  [{ timeoutMs: null }, 'timeoutMs: null given, expected milliseconds from 1 to 2147483647'],
  [{ callTimeoutMs: -1 }, 'callTimeoutMs: -1 given, expected milliseconds from 0 to 2147483647'],
  [{ maxConcurrency: 0 }, 'maxConcurrency: 0 given, expected a whole number from 1'],
  [{ maxConcurrency: 1.5 }, 'maxConcurrency: 1.5 given, expected a whole number from 1'],
  [{ maxRetries: Number.NaN }, 'maxRetries: NaN given, expected a whole number from 0'],
  [{ maxRequestsPerSecond: '5' }, 'maxRequestsPerSecond: "5" given, expected a number from 0 to 9007199254740991'],
  [{ endpoint: '' }, 'endpoint: "" given, it must be a URL like https://api.alauda.cn/v1/'],
  [{ endpoint: new URL('https://a/') }, 'endpoint: an object given, expected a URL like https://api.alauda.cn/v1/'],
  [{ endpoint: 'https://u:hunter2@a/' }, 'endpoint: it must not hold a user name or password'],
  [{ endpoint: 'https://a/?token=hunter2' }, 'endpoint: it must end with its path: no ? and no #'],
  [{ fetch: 'node-fetch' }, 'fetch: "node-fetch" given, expected a function'],
  [{ clock: {} }, 'clock: an object given, expected an object with the methods now, setTimeout'],
  [{ random: 0.5 }, 'random: 0.5 given, expected a function'],
  [{ credentials: undefined }, 'credentials: missing, it is required'],
  [{ credentials: null }, 'credentials: null given, expected { username, password } or { token }'],
  [{ credentials: 'hunter2' }, 'credentials: a string given, expected { username, password } or { token }'],
  [{ credentials: {} }, 'credentials.username: missing, it is required\ncredentials.password: missing, it is required'],
  [{ credentials: { username: 'demo' } }, 'credentials.password: missing, it is required'],
  [{ credentials: { ...demo, username: '' } }, 'credentials.username: it is empty'],
  [{ credentials: { ...demo, username: 7 } }, 'credentials.username: a number given, expected a string'],
  [{ credentials: { ...demo, password: '' } }, 'credentials.password: it is empty'],
  [
    { credentials: { ...demo, password: 123456 } },
    'credentials.password: a number given, expected a string or a function',
  ],
  [
    { credentials: { ...demo, password: Buffer.from('hunter2') } },
    'credentials.password: an object given, expected a string or a function',
  ],
  [
    { credentials: { ...demo, password: Promise.resolve('hunter2') } },
    'credentials.password: a Promise given, expected a string or a function',
  ],
  [
    { credentials: { ...demo, password: 'h\0u\0n\0' } },
    'credentials.password: it holds NUL characters, expected UTF-8 text (is it UTF-16?)',
  ],
  [{ credentials: { ...demo, password: 'a\nb' } }, 'credentials.password: it holds several lines, expected one'],
  [{ credentials: { ...demo, password: 'a\u001bb' } }, 'credentials.password: it holds control characters'],
  [{ credentials: { ...demo, password: '\ud800' } }, 'credentials.password: it is not valid UTF-8 text'],
  [{ credentials: { ...demo, organization: '' } }, 'credentials.organization: it is empty'],
  [
    { credentials: { ...demo, passwordFile: '/p' } },
    'credentials.passwordFile: unknown option, expected one of username, password, organization',
  ],
  [{ credentials: { ...demo, token: 'abc' } }, 'credentials: it holds a token and a password, expected one of them'],
  [{ credentials: { token: '' } }, 'credentials.token: it is empty'],
  [
    { credentials: { token: 'two words' } },
    'credentials.token: the token must be visible ASCII characters without spaces',
  ],
  [{ credentials: { token: undefined } }, 'credentials.token: missing, it is required'],
]

for (const [config, message] of wrongConfigs) {
  test(`a client is not made: ${message}`, (t) => {
    const given = { credentials: demo, ...config }
    t.throws(() => Reflect.apply(createAlaudaClient, undefined, [given]), { instanceOf: TypeError, message })
  })
}

test('what files put around a secret is not part of it', (t) => {
  for (const text of ['hunter2', 'hunter2\n', '\uFEFFhunter2\r\n', 'hunter2\n\n']) {
    t.deepEqual(parseSecret(text), E.right('hunter2'))
  }
  t.deepEqual(parseSecret(' hunter 2 '), E.right(' hunter 2 '))
  t.deepEqual(parseSecret('\uFEFF\n'), E.left('it is empty'))
})

const endings = fc.array(fc.constantFrom('\n', '\r', '\r\n')).map((breaks) => breaks.join(''))
const secrets = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => !/[\p{Cc}\uFFFD]|^\uFEFF/u.test(text) && text.isWellFormed())

test('whatever a secret is, it is the same without a byte order mark before and line breaks behind it', (t) => {
  fc.assert(
    fc.property(secrets, fc.constantFrom('', '\uFEFF'), endings, (secret, mark, ending) => {
      t.deepEqual(parseSecret(mark + secret + ending), E.right(secret))
    }),
  )
})

const reasons = [
  'it is empty',
  'it holds NUL characters, expected UTF-8 text (is it UTF-16?)',
  'it is not valid UTF-8 text',
  'it holds several lines, expected one',
  'it holds control characters',
]

test('any text is a secret to its last character, or refused for a reason that repeats nothing of it', (t) => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('\0', '\n', '\r', '\t', '\u001b', '\u0085', '\uFEFF', '\uFFFD', '\ud800', ' ', 'a', '密'))
      .map((characters) => characters.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseSecret(text)
      const bare = text.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '')
      const isSecret = bare !== '' && bare.isWellFormed() && !/[\p{Cc}\uFFFD]/u.test(bare)
      if (isSecret) t.deepEqual(parsed, E.right(bare))
      else t.true(E.isLeft(parsed) && reasons.includes(parsed.left), JSON.stringify(parsed))
    }),
    { numRuns: 300 },
  )
})

test('a secret in UTF-16 is refused with the reason', (t) => {
  const ascii = fc.string({ minLength: 1 })
  fc.assert(
    fc.property(ascii, fc.boolean(), fc.boolean(), (secret, hasMark, isBigEndian) => {
      const bytes = Buffer.from(hasMark ? `\uFEFF${secret}` : secret, 'utf16le')
      const text = (isBigEndian ? bytes.swap16() : bytes).toString('utf8')
      t.deepEqual(parseSecret(text), E.left('it holds NUL characters, expected UTF-8 text (is it UTF-16?)'))
    }),
  )
  t.deepEqual(parseSecret(Buffer.from('\uFEFF密码', 'utf16le').toString('utf8')), E.left('it is not valid UTF-8 text'))
})

test('an unknown option is named, with the one that was probably meant or those that there are', (t) => {
  for (const [name, message] of [
    ['timeout', 'timeout: unknown option, did you mean timeoutMs?'],
    ['call_timeout_ms', 'call_timeout_ms: unknown option, did you mean callTimeoutMs?'],
    ['credential', 'credential: unknown option, did you mean credentials?'],
    ['MAXRETRIES', 'MAXRETRIES: unknown option, did you mean maxRetries?'],
    ['url', /^url: unknown option, expected one of credentials, endpoint, timeoutMs, /],
    ['x'.repeat(5_000_000), /^"x{60}…": unknown option, expected one of credentials, endpoint, /],
    ['a\nb: c', /^"a\\nb: c": unknown option, expected one of credentials, endpoint, /],
  ] as const) {
    const config = { credentials: demo, [name]: 5 }
    t.throws(() => Reflect.apply(createAlaudaClient, undefined, [config]), { instanceOf: TypeError, message })
  }
  for (const config of [undefined, null, 'demo', [], 5]) {
    t.throws(() => Reflect.apply(createAlaudaClient, undefined, [config]), { message: /^config: / })
  }
})

test('no text that is not a configuration is quoted from credentials', (t) => {
  const secretOptions = fc.record(
    { username: fc.anything(), password: fc.anything(), token: fc.anything(), organization: fc.anything() },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(secretOptions, (credentials) => {
      const hidden = { ...credentials, password: 'hunter2\0', token: 'hunter2 \0' }
      for (const given of [hidden, { ...hidden, token: undefined }]) {
        const error = t.throws(() => Reflect.apply(createAlaudaClient, undefined, [{ credentials: given }]), {
          instanceOf: TypeError,
        })
        t.false(error?.message.includes('hunter2'))
      }
    }),
  )
})

const seconds = 1_433_753_089
const web = { namespace: 'demo', service: 'web' }

const wrongCalls: ReadonlyArray<readonly [string, ReadonlyArray<unknown>, string]> = [
  ['getService', [{ namespace: 'demo', service: 7 }], 'service: 7 given, expected a name that can stand in a URL'],
  ['getService', [{ namespace: '', service: 'web' }], 'namespace: "" given, expected a name that can stand in a URL'],
  [
    'getService',
    [{ namespace: 'demo', service: '\ud800' }],
    'service: "\\ud800" given, expected a name that can stand in a URL',
  ],
  [
    'getService',
    [{ namespace: 'demo', service: '..' }],
    'service: ".." given, expected a name that can stand in a URL',
  ],
  ['getService', ['demo', 'web'], 'getService: "demo" given, expected an object with namespace, service'],
  ['getInstance', [web], 'instance: undefined given, expected a name that can stand in a URL'],
  ['listServices', ['.'], 'namespace: "." given, expected a name that can stand in a URL'],
  ['iterateServices', ['.'], 'namespace: "." given, expected a name that can stand in a URL'],
  ['listServices', ['demo', { onpage: () => {} }], 'onpage: unknown option, did you mean onPage?'],
  ['listServices', ['demo', { onPage: [] }], 'onPage: an array given, expected a function'],
  ['profile', [{ signal: new AbortController() }], 'signal: an object given, expected an AbortSignal'],
  ['profile', [null], 'options: null given, expected an object with options'],
  ['login', [{ timeoutMs: '5s' }], 'timeoutMs: "5s" given, expected milliseconds from 0 to 2147483647'],
  ['iterateServices', ['demo', { onPage: () => {} }], 'onPage: unknown option, expected one of signal, timeoutMs'],
]

const wrongWindows: ReadonlyArray<readonly [Readonly<Record<string, unknown>>, string]> = [
  [{ start: seconds * 1000 }, 'start: 1433753089000 given, expected seconds since the epoch; these are milliseconds'],
  [{ end: seconds * 1000 }, 'end: 1433753089000 given, expected seconds since the epoch; these are milliseconds'],
  [{ start: String(seconds) }, 'start: "1433753089" given, expected seconds since the epoch, or a Date'],
  [{ end: Number.NaN }, 'end: NaN given, expected seconds since the epoch, or a Date'],
  [{ end: new Date('yesterday') }, 'end: an invalid Date given'],
  [{ end: undefined }, 'end: missing, it is required'],
  [{ start: seconds + 1 }, 'start: 1433753090 given, expected a time that is not after end, 1433753089'],
]
const window = { start: seconds, end: seconds }
const windowedCalls: ReadonlyArray<readonly [string, ReadonlyArray<unknown>, object]> = [
  ['getInstanceMetrics', [{ ...web, instance: 'u' }], { ...window, period: '1m' }],
  ['getServiceLogs', [web], window],
  ['getInstanceLogs', [{ ...web, instance: 'u' }], window],
]
const allWrongCalls = [
  ...wrongCalls,
  ...windowedCalls.flatMap(([name, args, right]) =>
    wrongWindows.map(([wrong, message]) => [name, [...args, { ...right, ...wrong }], message] as const),
  ),
  [
    'getInstanceMetrics',
    [
      { ...web, instance: 'u' },
      { ...window, period: '2m' },
    ],
    'period: "2m" given, expected one of 1s, 1m, 5m, 15m, 30m, 1h, 4h, 12h, 1d, 7d, 30d',
  ] as const,
  ['getServiceLogs', [web], 'options: undefined given, expected an object with options'] as const,
]

for (const [name, args, message] of allWrongCalls) {
  test(`${name} sends nothing: ${message}`, async (t) => {
    const client = createAlaudaClient({
      credentials: demo,
      fetch: () => Promise.reject(new Error('this was sent')),
    })
    t.throws(() => Reflect.apply(Reflect.get(client.taskEithers, name), undefined, args), {
      instanceOf: TypeError,
      message,
    })
    const call = async () => Reflect.apply(Reflect.get(client, name), undefined, args)
    await t.throwsAsync(call, { instanceOf: TypeError, message })
  })
}

test('a time may be a Date as well as seconds', async (t) => {
  const { endpoint, requests } = await startApiServer(
    t,
    withLogin(() => ({ body: '' })),
  )
  const client = createAlaudaClient({ endpoint, credentials: demo })
  const end = new Date(seconds * 1000 + 400)
  await client.getInstanceMetrics(
    { namespace: 'demo', service: 'web', instance: 'u' },
    { start: seconds - 60, end, period: '1m' },
  )
  await client.getServiceLogs({ namespace: 'demo', service: 'web' }, { start: new Date(seconds * 1000), end })
  t.deepEqual(
    requests.slice(1).map(({ path }) => path.split('?')[1]),
    [
      `start_time=${seconds - 60}&end_time=${seconds + 1}&point_per_period=1m`,
      `start_time=${seconds}&end_time=${seconds + 1}`,
    ],
  )
})

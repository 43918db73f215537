import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { createAlaudaClient } from '../../src/cloud/client.js'
import { streamOf } from '../../src/cloud/stream.js'
import type { FetchLike } from '../../src/http/transport.js'
import { type Handler, startApiServer } from '../helpers/api-server.js'
import { errorOf } from '../helpers/error-of.js'
import { transports } from '../helpers/transports.js'
import { until } from '../helpers/until.js'

const maxAnswerBytes = 1000
const clientOf = (endpoint: string, transport: FetchLike) =>
  createAlaudaClient({
    endpoint,
    credentials: { token: 's3cret-token' },
    fetch: transport,
    maxRetries: 0,
    maxAnswerBytes,
  })

const endless: Handler = (_, response) => {
  const write = () => {
    while (!response.destroyed && response.write('x'.repeat(10_000)));
    response.once('drain', write)
  }
  write()
  return undefined
}

const json = { 'content-type': 'application/json' }

for (const [name, transport] of transports) {
  test(`${name}: an answer beyond the bound is a LimitError, and its connection ends`, async (t) => {
    const bomb = gzipSync(`{"username":"${'x'.repeat(1_000_000)}"}`)
    const handlers: ReadonlyArray<Handler> = [
      endless,
      () => ({ headers: json, body: `"${'x'.repeat(maxAnswerBytes)}"` }),
      (_, response) => {
        response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(bomb)
        return undefined
      },
      (_, response) => {
        response.writeHead(200, { ...json, 'content-length': '9000000000000' }).flushHeaders()
        return undefined
      },
    ]
    for (const handler of handlers) {
      const { endpoint, connections } = await startApiServer(t, handler)
      t.like(await errorOf(clientOf(endpoint, transport).profile()), {
        _tag: 'LimitError',
        method: 'GET',
        url: `${endpoint}auth/profile`,
        bound: 'answer-size',
        limit: maxAnswerBytes,
        message: `GET ${endpoint}auth/profile: the answer is larger than 1000 bytes after decompression; is this the API?`,
      })
      await until(() => connections() === 0)
    }
  })

  test(`${name}: an answer as large as the bound is read`, async (t) => {
    const username = 'x'.repeat(maxAnswerBytes - '{"username":""}'.length)
    const { endpoint } = await startApiServer(t, () => ({ body: { username } }))
    t.deepEqual(await clientOf(endpoint, transport).profile(), { username })
  })

  test(`${name}: an error or a redirect without an end is read no further than needed`, async (t) => {
    for (const status of [302, 404, 500]) {
      const { endpoint, connections } = await startApiServer(t, (request, response) => {
        response.writeHead(status, { location: '/v1/auth/profile' })
        return endless(request, response)
      })
      t.like(await errorOf(clientOf(endpoint, transport).profile()), { _tag: 'HttpError', status, firstLine: '' })
      await until(() => connections() === 0)
    }
  })

  test(`${name}: a byte order mark is ignored, broken compression is a NetworkError, deep nesting a LimitError`, async (t) => {
    const bom = await startApiServer(t, () => ({ body: '\ufeff{"username":"demo"}' }))
    t.deepEqual(await clientOf(bom.endpoint, transport).profile(), { username: 'demo' })
    const broken = await startApiServer(t, () => ({ headers: { 'content-encoding': 'gzip' }, body: 'no gzip' }))
    t.like(await errorOf(clientOf(broken.endpoint, transport).profile()), {
      _tag: 'NetworkError',
      code: 'Z_DATA_ERROR',
    })
    const deep = await startApiServer(t, () => ({ body: `${'['.repeat(101)}${']'.repeat(101)}` }))
    t.like(await errorOf(clientOf(deep.endpoint, transport).profile()), {
      _tag: 'LimitError',
      bound: 'depth',
      limit: 100,
    })
  })
}

const redirecting = (status: number, from: string, to: string) => {
  const urls: string[] = []
  const transport: FetchLike = async (url, { headers }) => {
    urls.push(`${url} ${headers?.authorization ?? 'no token'}`)
    return url === from
      ? { status, headers: new Headers({ location: to }), text: async () => '' }
      : { status: 200, headers: new Headers(), text: async () => '{"username":"demo"}' }
  }
  return { urls, client: clientOf('http://api.test:8080/v1/', transport) }
}

test('a redirect from http to https on the same host is followed with the token, whatever the port', async (t) => {
  const from = 'http://api.test:8080/v1/auth/profile'
  for (const to of ['https://api.test/v1/auth/profile', 'https://api.test:8443/other']) {
    for (const status of [301, 302, 303, 307, 308]) {
      const { urls, client } = redirecting(status, from, to)
      t.deepEqual(await client.profile(), { username: 'demo' })
      t.deepEqual(urls, [`${from} Token s3cret-token`, `${to} Token s3cret-token`])
    }
  }
})

test('a redirect to another host or another port of http is an error that quotes nothing of the target', async (t) => {
  const from = 'http://api.test:8080/v1/auth/profile'
  for (const to of [
    'https://evil.test/',
    'http://api.test:8081/',
    'https://user:pass@api.test/',
    '//evil.test/',
    'ftp://api.test/',
    'https://api.test.evil.test/',
    'javascript:evil',
  ]) {
    const { urls, client } = redirecting(302, from, to)
    const error = await errorOf(client.profile())
    t.like(error, { _tag: 'HttpError', status: 302, url: from })
    t.notRegex(JSON.stringify(error), /evil|8081|user|ftp/)
    t.is(urls.length, 1)
  }
})

test('without a body stream the text is bounded once it is there', async (t) => {
  const text = async () => `"${'x'.repeat(maxAnswerBytes)}"`
  const error = await errorOf(
    clientOf('http://api.test/', async () => ({ status: 200, headers: new Headers(), text })).profile(),
  )
  t.like(error, { _tag: 'LimitError', bound: 'answer-size' })
})

test('a body may be a list of chunks, which is bounded too', async (t) => {
  const given = (...chunks: ReadonlyArray<unknown>) =>
    clientOf('http://api.test/', async () => ({
      status: 200,
      headers: new Headers(),
      body: chunks,
      text: async () => 'not read',
    })).profile()
  t.deepEqual(await given('{"username":', new TextEncoder().encode('"demo"}')), { username: 'demo' })
  t.like(await errorOf(given('"', 'x'.repeat(maxAnswerBytes), '"')), { _tag: 'LimitError', bound: 'answer-size' })
  t.like(await errorOf(given('{}', 1)), { _tag: 'NetworkError' })
})

// As where a test runner evaluates modules in a context of its own, apart from Node's own values.
const inOtherRealm = <A>(code: string): A => runInNewContext(code)

test('bytes, errors and reasons of another realm are what they are in this one', async (t) => {
  const profile = inOtherRealm<Uint8Array>(`new Uint8Array([${Buffer.from('{"username":"demo"}').join()}])`)
  t.false(profile instanceof Uint8Array)
  async function* body() {
    yield profile
  }
  const answering: FetchLike = async () => ({
    status: 200,
    headers: new Headers(),
    text: async () => '',
    body: body(),
  })
  t.like(await clientOf('http://api.test/', answering).profile(), { username: 'demo' })

  const refused = inOtherRealm<Error>("Object.assign(new TypeError('fetch failed'), { cause: new Error('no route') })")
  t.false(refused instanceof Error)
  const failed = await errorOf(clientOf('http://api.test/', () => Promise.reject(refused)).profile())
  t.is(failed._tag, 'NetworkError')
  t.regex(failed.message, /the fetch in use failed: TypeError: fetch failed; Error: no route$/)
  const cause: unknown = 'cause' in failed ? failed.cause : undefined
  t.is(cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : undefined, 'no route')

  const late = inOtherRealm<Error>("Object.assign(new Error('too late'), { name: 'TimeoutError' })")
  const never: FetchLike = () => new Promise(() => {})
  t.is(
    (await errorOf(clientOf('http://api.test/', never).profile({ signal: AbortSignal.abort(late) })))._tag,
    'TimeoutError',
  )
})

test('a body that never waits does not stop the deadline', async (t) => {
  async function* empty() {
    for (;;) yield new Uint8Array()
  }
  const client = createAlaudaClient({
    credentials: { token: 'abc' },
    fetch: async () => ({ status: 200, headers: new Headers(), text: async () => '', body: empty() }),
    timeoutMs: 20,
    maxRetries: 0,
  })
  t.is((await errorOf(client.profile()))._tag, 'TimeoutError')
})

test('a fetch that misbehaves is a NetworkError without the secrets it throws', async (t) => {
  const hostile = Object.defineProperty(new Error('Token s3cret-token'), 'name', {
    get: () => {
      throw new Error('no name')
    },
  })
  const unusable: ReadonlyArray<unknown> = [undefined, null, 7, {}, { status: '200' }, { status: 200, headers: {} }]
  const misbehaviours: ReadonlyArray<() => unknown> = [
    ...unusable.map((response) => async () => response),
    () => {
      throw hostile
    },
    () => Promise.reject(Object.assign(new Error('a\u202eb'), { name: 'x\nToken s3cret-token', code: 's3cret-token' })),
    () => Promise.reject('s3cret-token'),
    async () => ({ status: 200, headers: new Headers(), text: async () => 7 }),
    async () => ({ status: 200, headers: new Headers(), text: async () => '', body: { getReader: () => undefined } }),
  ]
  for (const misbehave of misbehaviours) {
    const transport = (...args: Parameters<FetchLike>): ReturnType<FetchLike> =>
      Reflect.apply(misbehave, undefined, args) as ReturnType<FetchLike>
    const error = await errorOf(clientOf('http://api.test/', transport).profile())
    t.is(error._tag, 'NetworkError')
    t.notRegex(`${error.message} ${String('cause' in error ? error.cause : '')}`, /s3cret|[\n\u202e]/)
  }
})

test('a failure of the fetch in use says so in its own words, one of the network says to check the network', async (t) => {
  const messageWith = async (thrown: unknown) =>
    (await errorOf(clientOf('http://api.test/', () => Promise.reject(thrown)).profile())).message
  const ofFetch = (words: string) => `GET http://api.test/auth/profile: the fetch in use failed: ${words}`
  t.is(await messageWith(new TypeError('pool is undefined')), ofFetch('TypeError: pool is undefined'))
  const invalid = Object.assign(new TypeError('Invalid URL\nhttp'), { code: 'ERR_INVALID_URL' })
  t.is(await messageWith(invalid), ofFetch('TypeError: Invalid URL\\u000ahttp'))
  t.is(await messageWith('s3cret-token'), ofFetch('Error: ***'))
  const long = await messageWith(new Error('😀'.repeat(500)))
  t.true(long.isWellFormed() && long.length < 300)
  const refused = new TypeError('fetch failed', {
    cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  })
  t.regex(await messageWith(refused), /no answer \(ECONNREFUSED\); check the endpoint and the network$/)
})

test('whatever a status, headers and bytes say, each call ends with a value or an error that quotes none of them', async (t) => {
  let reply: { status: number; type: string; retryAfter: string; body: Buffer }
  const { endpoint } = await startApiServer(t, (_, response) => {
    response.writeHead(reply.status, { 'content-type': reply.type, 'retry-after': reply.retryAfter }).end(reply.body)
    return undefined
  })
  const window = { start: 0, end: 60, period: '1m' } as const
  const field = fc.string({ maxLength: 30 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''))
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
        // With the space it is no media type: those are quoted.
        type: field.map((text) => `MARK ${text}`),
        retryAfter: fc.oneof(field, fc.constantFrom('-1', '1.5', 'Infinity', '2099-01-01')),
        body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.concat([Buffer.from('MARK'), bytes])),
      }),
      async (answer) => {
        reply = answer
        const client = createAlaudaClient({ endpoint, credentials: { token: 'abc' }, maxRetries: 0 })
        const calls: ReadonlyArray<() => Promise<unknown>> = [
          () => client.profile(),
          () => client.listServices('n'),
          () => client.getService({ namespace: 'n', service: 's' }),
          () => client.listInstances({ namespace: 'n', service: 's' }),
          () => client.getInstance({ namespace: 'n', service: 's', instance: 'u' }),
          () => client.getInstanceMetrics({ namespace: 'n', service: 's', instance: 'u' }, window),
          () => client.listOrganizations(),
        ]
        for (const call of calls) {
          client.clearRetryAfter()
          const error = await errorOf(call())
          t.notRegex(error.message, /MARK|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        }
      },
    ),
    { numRuns: 30 },
  )
})

test('a batch of any size comes one by one', async (t) => {
  const batch = Array.from({ length: 300_000 }, (_, index) => index)
  const stream = streamOf<never, number>((onBatch) => async () => {
    onBatch(batch)
    return E.right(batch)
  })
  let count = 0
  for await (const item of stream) if (E.isRight(item)) count += 1
  t.is(count, batch.length)
})

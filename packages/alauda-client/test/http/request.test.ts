import { once } from 'node:events'
import { createServer } from 'node:net'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { systemClock } from '../../src/clock.js'
import { defaultFetch } from '../../src/http/default-fetch.js'
import type { AlaudaError } from '../../src/http/errors.js'
import { createExchange } from '../../src/http/exchange.js'
import { type ApiRequest, createSend, inOneStep } from '../../src/http/request.js'
import { parseRetryAfter } from '../../src/http/retry-after.js'
import { createRecorder } from '../../src/http/statistics.js'
import type { FetchLike } from '../../src/http/transport.js'
import { printable } from '../../src/options.js'
import { type Reply, startApiServer } from '../helpers/api-server.js'
import { manualClock } from '../helpers/manual-clock.js'
import { transports } from '../helpers/transports.js'

const Greeting = t.type({ hello: t.string }, 'Greeting')

const sendWith = (transport: FetchLike, clock = systemClock) =>
  createSend(
    createExchange({
      fetch: transport,
      clock,
      timeoutMs: 10_000,
      maxAnswerBytes: 4_000_000,
      recorder: createRecorder(clock),
      untilAsked: () => undefined,
      onAnswer: () => {},
    }),
  )

const get = (url: string, more: Partial<ApiRequest<{ hello: string }>> = {}): ApiRequest<{ hello: string }> => ({
  endpoint: 'profile',
  method: 'GET',
  url,
  headers: { authorization: 'Token s3cret' },
  secrets: ['s3cret'],
  decoder: inOneStep(Greeting),
  ...more,
})

const failure = <A>(result: E.Either<AlaudaError, A>): AlaudaError => {
  if (E.isRight(result)) throw new Error('expected a failure')
  return result.left
}

for (const [name, transport] of transports) {
  const send = sendWith(transport)

  test(`${name}: a JSON answer is decoded`, async (t) => {
    const { endpoint, requests } = await startApiServer(t, () => ({ body: { hello: 'world', more: 1 } }))
    t.deepEqual(await send(get(endpoint))(), E.right({ hello: 'world', more: 1 }))
    t.is(requests[0]?.headers.authorization, 'Token s3cret')
    t.is(requests[0]?.headers.accept, 'application/json')
    const agent = name === 'the exporter’s transport' ? 'alauda-exporter' : 'alauda-client'
    t.is(requests[0]?.headers['user-agent']?.replace(/\d+\.\d+\.\d+/, 'VERSION'), `${agent}/VERSION`)
  })

  test(`${name}: any 2xx with an empty body is "no data" where the call knows what that means`, async (t) => {
    for (const status of [200, 204]) {
      const { endpoint } = await startApiServer(t, () => ({ status }))
      t.deepEqual(await send(get(endpoint, { whenEmpty: { hello: 'nobody' } }))(), E.right({ hello: 'nobody' }))
      const error = failure(await send(get(endpoint))())
      t.is(
        error.message,
        `GET ${endpoint}: the answer is not as the API has it: the body should be Greeting, not empty`,
      )
    }
  })

  test(`${name}: a page in place of an error in JSON is an HttpError that says its media type and quotes nothing`, async (t) => {
    const page = '\n<html><head><title>502 Bad Gateway</title></head>\r\n<body>nginx, token s3cret</body></html>'
    const { endpoint } = await startApiServer(t, () => ({
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: page,
    }))
    t.deepEqual(failure(await send(get(endpoint))()), {
      _tag: 'HttpError',
      endpoint: 'profile',
      method: 'GET',
      url: endpoint,
      status: 502,
      firstLine: '',
      mediaType: 'text/html',
      message: `GET ${endpoint}: HTTP status 502 (text/html); the API or a proxy before it is in trouble`,
    })
  })

  test(`${name}: a secret that an error repeats is not repeated further`, async (t) => {
    const { endpoint } = await startApiServer(t, () => ({ status: 400, body: { detail: 'bad header: Token s3cret' } }))
    const error = failure(await send(get(endpoint))())
    t.like(error, { _tag: 'HttpError', firstLine: 'bad header: Token ***' })
    t.notRegex(JSON.stringify(error), /s3cret/)
  })

  test(`${name}: a 2xx that is not JSON is an InvalidJson, without the text`, async (t) => {
    const { endpoint } = await startApiServer(t, () => ({
      headers: { 'content-type': 'text/html' },
      body: '<p>hunter2</p>',
    }))
    t.deepEqual(failure(await send(get(endpoint))()), {
      _tag: 'InvalidJson',
      endpoint: 'profile',
      method: 'GET',
      url: endpoint,
      contentType: 'text/html',
      message: `GET ${endpoint}: the answer is not JSON (Content-Type: text/html); is this the API, or a proxy's page?`,
    })
  })

  test(`${name}: JSON of another shape is a DecodeError with path and expected type, without the value`, async (t) => {
    const { endpoint } = await startApiServer(t, () => ({ body: { hello: ['hunter2'] } }))
    t.deepEqual(failure(await send(get(endpoint))()), {
      _tag: 'DecodeError',
      endpoint: 'profile',
      method: 'GET',
      url: endpoint,
      mismatches: [{ path: 'hello', expected: 'string' }],
      message: `GET ${endpoint}: the answer is not as the API has it: hello should be string`,
    })
  })

  test(`${name}: a refused connection is a NetworkError with the system's code`, async (t) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    server.close()
    await once(server, 'close')
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/`
    const error = failure(await send(get(url))())
    t.like(error, { _tag: 'NetworkError', code: 'ECONNREFUSED', url })
    t.is(error.message, `GET ${url}: no answer (ECONNREFUSED); check the endpoint and the network`)
  })

  test(`${name}: an incomplete body is a NetworkError`, async (t) => {
    const { endpoint } = await startApiServer(t, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('{"hello"', () => response.destroy())
      return undefined
    })
    t.is(failure(await send(get(endpoint))())._tag, 'NetworkError')
  })

  test(`${name}: no complete answer within the timeout is a TimeoutError, before and in the body`, async (t) => {
    for (const start of ['', '{"hello"']) {
      const clock = manualClock()
      const { endpoint } = await startApiServer(t, (_, response) => {
        if (start !== '') response.write(start)
        setImmediate(() => clock.advance(10_000))
        return undefined
      })
      const error = failure(await sendWith(transport, clock)(get(endpoint))())
      t.is(error._tag, 'TimeoutError')
      t.regex(error.message, /no complete answer in time \(not done within 10000 ms\)/)
      t.is(clock.pending(), 0)
    }
  })

  test(`${name}: the caller's signal ends the call with an AbortError`, async (t) => {
    const controller = new AbortController()
    const { endpoint } = await startApiServer(t, () => {
      controller.abort()
      return undefined
    })
    const { signal } = controller
    t.like(failure(await send(get(endpoint, { signal }))()), { _tag: 'AbortError', cause: signal.reason })
    t.is(failure(await send(get(endpoint, { signal }))())._tag, 'AbortError', 'also when it has fired before')
  })

  test(`${name}: a redirect within the host keeps method, body and token`, async (t) => {
    for (const status of [301, 302, 307, 308]) {
      const { endpoint, requests } = await startApiServer(
        t,
        ({ path }): Reply =>
          path === 'a' ? { status, headers: { location: '/v1/a/' } } : { body: { hello: 'world' } },
      )
      t.deepEqual(await send(get(`${endpoint}a`))(), E.right({ hello: 'world' }))
      t.is(requests[1]?.headers.authorization, 'Token s3cret')
      await send(get(`${endpoint}a`, { method: 'POST', body: 'x=1' }))()
      t.like(requests[3], { method: 'POST', path: 'a/', body: 'x=1' })
    }
  })

  test(`${name}: a redirect to another origin is not followed, and nothing of it is quoted`, async (t) => {
    const other = await startApiServer(t, () => ({ body: { hello: 'stranger' } }))
    const locations = [`${other.endpoint}here`, '//evil.test/', 'http://user:word@127.0.0.1/', 'ftp://127.0.0.1/']
    for (const location of locations) {
      const { endpoint } = await startApiServer(t, () => ({ status: 302, headers: { location } }))
      t.deepEqual(failure(await send(get(endpoint))()), {
        _tag: 'HttpError',
        endpoint: 'profile',
        method: 'GET',
        url: endpoint,
        status: 302,
        firstLine: '',
        message: `GET ${endpoint}: HTTP status 302; a redirect that cannot be followed, check the endpoint`,
      })
    }
    t.deepEqual(other.requests, [])
  })

  test(`${name}: a body is never sent on to another host: it may hold the password`, async (t) => {
    const other = await startApiServer(t, () => ({ body: { hello: 'stranger' } }))
    const { endpoint } = await startApiServer(t, () => ({ status: 307, headers: { location: other.endpoint } }))
    const error = failure(await send(get(endpoint, { method: 'POST', body: 'password=hunter2' }))())
    t.like(error, { _tag: 'HttpError', status: 307 })
    t.deepEqual(other.requests, [])
  })

  test(`${name}: redirects without an end, or to nowhere, are an HttpError`, async (t) => {
    for (const location of ['/v1/', 'http://[', 'file:///etc/passwd']) {
      const { endpoint } = await startApiServer(t, () => ({ status: 302, headers: { location } }))
      t.like(failure(await send(get(endpoint))()), { _tag: 'HttpError', status: 302 })
    }
  })
}

test('a fetch that ignores its signal cannot delay a call beyond its timeout', async (t) => {
  const clock = manualClock()
  const send = sendWith(() => {
    setImmediate(() => clock.advance(10_000))
    return new Promise(() => {})
  }, clock)
  t.is(failure(await send(get('http://api.test/v1/'))())._tag, 'TimeoutError')
})

test('a signal that fires for lack of time gives a TimeoutError', async (t) => {
  const reason = new DOMException('the collection took too long', 'TimeoutError')
  const error = failure(
    await sendWith(defaultFetch)(get('http://api.test/v1/', { signal: AbortSignal.abort(reason) }))(),
  )
  t.like(error, { _tag: 'TimeoutError', cause: reason })
})

test('of an error in JSON only the sentence is taken: the rest may hold secrets', async (t) => {
  const bodies: ReadonlyArray<readonly [unknown, string]> = [
    [{ detail: 'Invalid page', instance_envvars: '{"DB_PASSWORD":"hunter2"}' }, 'Invalid page'],
    [{ non_field_errors: ['Unable to login'] }, 'Unable to login'],
    [{ instance_envvars: '{"DB_PASSWORD":"hunter2"}' }, ''],
    ['[{"broken": "hunter2"', ''],
  ]
  for (const [body, firstLine] of bodies) {
    const { endpoint } = await startApiServer(t, () => ({ status: 500, body }))
    const error = failure(await sendWith(defaultFetch)(get(endpoint))())
    t.like(error, { _tag: 'HttpError', firstLine })
    t.notRegex(JSON.stringify(error), /hunter2/)
  }
})

test('whatever the secrets are, a failure keeps its kind, and a page of HTML stays one', async (t) => {
  const late = () => Promise.reject(new DOMException('late', 'TimeoutError'))
  const gone = Object.assign(new Error('late'), { code: 'UND_ERR_BODY_TIMEOUT' })
  const page: FetchLike = async () =>
    new Response('<p>', { status: 404, headers: { 'content-type': 'Text/HTML; charset=utf-8' } })
  for (const secret of ['t', 'Timeout', 'TimeoutError', 'html', 'text/html', 'UND_ERR']) {
    const failureWith = async (transport: FetchLike) =>
      failure(await sendWith(transport)(get('http://api.test/v1/', { secrets: [secret] }))())
    t.is((await failureWith(late))._tag, 'TimeoutError')
    t.is((await failureWith(() => Promise.reject(gone)))._tag, 'TimeoutError')
    t.like(await failureWith(page), { _tag: 'HttpError', mediaType: 'text/html' })
  }
})

test('an error that is HTML or XML by its header, or HTML that says it is JSON, has a media type', async (t) => {
  for (const [said, mediaType] of [
    ['text/html', 'text/html'],
    ['application/xml; charset=utf-8', 'application/xml'],
    ['application/json', 'text/html'],
    ['', undefined],
  ] as const) {
    const answer: FetchLike = async () =>
      new Response('\ufeff\n<p>hunter2</p>', { status: 404, headers: { 'content-type': said } })
    const error = failure(await sendWith(answer)(get('http://api.test/v1/'))())
    t.is(error._tag === 'HttpError' ? error.mediaType : error._tag, mediaType)
  }
})

test('a secret that is a part of another leaves nothing of it', async (t) => {
  const body = { detail: 'for s3cret-p@ss with t0ken' }
  const { endpoint } = await startApiServer(t, () => ({ status: 500, body }))
  const secrets = ['t', 't0ken', 's3cret-p@ss']
  t.like(failure(await sendWith(defaultFetch)(get(endpoint, { secrets }))()), {
    firstLine: 'for *** wi***h ***',
  })
})

const now = Date.UTC(2026, 0, 1)
const hour = 3_600_000

test('digits and the three forms of an HTTP date are respected, at most an hour; anything else is ignored', (t) => {
  const cases: ReadonlyArray<readonly [string, number | undefined]> = [
    ['30', 30_000],
    [' 30 ', 30_000],
    ['0', undefined],
    ['9'.repeat(400), hour],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
    ['Thu Jan  1 00:01:00 2026', 60_000],
    ['Fri, 01 Jan 2099 00:00:00 GMT', hour],
    ['Friday, 01-Jan-99 00:00:00 GMT', undefined], // of 1999
    ['Wed, 31 Dec 2025 23:59:00 GMT', undefined],
    ...['-5', '1.5', '1e3', '0x10', '30, 60', '30s', 'soon', '', '2099', '2099-01-01', '2099-01-01T00:00:00Z'].map(
      (text): readonly [string, number | undefined] => [text, text === '2099' ? 2_099_000 : undefined],
    ),
  ]
  for (const [text, ms] of cases) t.is(parseRetryAfter(text, null, now), ms, text)
  t.is(parseRetryAfter(null, null, now), undefined)
})

test('a date is by the server’s clock', (t) => {
  t.is(parseRetryAfter('Thu, 01 Jan 2015 00:01:00 GMT', 'Thu, 01 Jan 2015 00:00:00 GMT', now), 60_000)
})

test('what cannot be seen, or turns what follows around, is escaped', (t) => {
  t.is(
    printable('a\u202eb\u2066c\u200ed\u061ce\u2028f\u0085g\n\ud800\u{e0041}'),
    'a\\u202eb\\u2066c\\u200ed\\u061ce\\u2028f\\u0085g\\u000a\\ud800\\udb40\\udc41',
  )
  t.is(printable('灵雀云 ü 😀'), '灵雀云 ü 😀')
})

test('of any text nothing is left to escape', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = printable(text)
      t.notRegex(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      t.is(printable(shown), shown)
    }),
  )
})

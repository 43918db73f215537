import test from 'ava'
import { createAlaudaClient } from '../../src/cloud/client.js'
import type { AlaudaClientConfig } from '../../src/cloud/client-config.js'
import { createLoginBackoff } from '../../src/cloud/login-backoff.js'
import { AlaudaException } from '../../src/http/errors.js'
import { demo, type Reply, startApiServer } from '../helpers/api-server.js'
import { manualClock } from '../helpers/manual-clock.js'

const secret = 'demo-password'
const statuses = Array.from({ length: 200 }, (_, index) => 400 + index)
const tokenless: ReadonlyArray<Reply> = [
  ...[...statuses, 300, 301, 302, 303, 307].map((status) => ({ status, body: { detail: `no ${secret}` } })),
  { status: 200, body: '' },
  { status: 200, body: `<html>${secret}</html>`, headers: { 'content-type': 'text/html' } },
  { status: 200, body: { token: '' } },
  { status: 200, body: { token: null } },
  { status: 200, body: { token: `${secret}\r\nEvil: 1` } },
  { status: 200, body: `{"token":"${'a'.repeat(100_000)}"}` },
  { status: 200, body: `{"token":"${'a'.repeat(16_385)}"}` },
  { status: 302, headers: { location: 'http://evil.test/' } },
]

const isPassing = (status: number) => status === 408 || status === 429 || status >= 500

test('a login that gives no token is one attempt, whatever its answer, and quotes nothing of it', async (t) => {
  let reply: Reply = {}
  const { endpoint, requests } = await startApiServer(t, () => reply)
  for (reply of tokenless) {
    const { status = 200 } = reply
    requests.length = 0
    const clock = manualClock(Date.UTC(2026, 0, 1))
    const client = createAlaudaClient({ endpoint, credentials: demo, clock, random: () => 1, callTimeoutMs: 0 })
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => client.profile()))
    const later = await t.throwsAsync(client.listServices('demo'), { instanceOf: AlaudaException })
    t.is(requests.length, 1, `${status}`)
    for (const error of [
      ...results.map((result) => (result.status === 'rejected' ? result.reason : undefined)),
      later,
    ]) {
      t.like(error, {
        _tag: isPassing(status) ? 'HttpError' : 'AuthError',
        status,
        endpoint: 'login',
        method: 'POST',
        url: `${endpoint}generate-api-token/`,
      })
      t.notRegex(`${error?.message} ${JSON.stringify(error)}`, /demo-password|evil|html/)
    }
    t.regex(later?.message ?? '', /; no new login before 2026-01-01T00:00:02\.000Z$/)
    clock.advance(2000)
    await t.throwsAsync(client.profile())
    t.is(requests.length, 2)
  }
})

const refused = async (
  t: Parameters<typeof startApiServer>[0],
  reply: Reply,
  config: Partial<AlaudaClientConfig> = {},
) => {
  const clock = manualClock(Date.UTC(2026, 0, 1))
  const server = await startApiServer(t, () => reply)
  const client = createAlaudaClient({
    endpoint: server.endpoint,
    credentials: demo,
    clock,
    random: () => 1,
    ...config,
  })
  return { ...server, client, clock }
}

test('Retry-After of a login puts the next one off, until it is cleared', async (t) => {
  for (const status of [403, 429]) {
    const { client, clock, requests } = await refused(t, { status, headers: { 'retry-after': '60' } })
    for (const [wait, logins] of [
      [0, 1],
      [59_999, 1],
      [1, 2],
    ] as const) {
      clock.advance(wait)
      await t.throwsAsync(client.profile())
      t.is(requests.length, logins)
    }
    clock.advance(4_000)
    client.clearRetryAfter()
    await t.throwsAsync(client.profile())
    t.is(requests.length, 3)
  }
})

test('clients with one back-off log in once between them', async (t) => {
  const clock = manualClock()
  const loginBackoff = createLoginBackoff({ clock, random: () => 1 })
  const { client, endpoint, requests } = await refused(t, { status: 423 }, { clock, loginBackoff })
  const other = createAlaudaClient({ endpoint, credentials: demo, clock, loginBackoff })
  await t.throwsAsync(client.profile(), { message: /the account may be locked/ })
  await t.throwsAsync(other.profile(), { message: /the account may be locked/ })
  t.is(requests.length, 1)
})

test('a clear ends the wait of calls that Retry-After holds', async (t) => {
  const { client, requests } = await refused(
    t,
    { status: 429, headers: { 'retry-after': '60' } },
    {
      credentials: { token: 'abc' },
      maxRetries: 0,
    },
  )
  await t.throwsAsync(client.profile(), { message: /HTTP status 429/ })
  const held = client.profile()
  client.clearRetryAfter()
  await t.throwsAsync(held, { message: /HTTP status 429/ })
  t.is(requests.length, 2)
})

test('a 303 of a login is not followed: it asks for a GET, and the password is sent once', async (t) => {
  const { client, requests } = await refused(t, { status: 303, headers: { location: '/v1/elsewhere' } })
  await t.throwsAsync(client.profile(), { message: /no usable token.* \(HTTP status 303\)/ })
  t.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    ['POST generate-api-token/'],
  )
})

test('307 and 308 repeat a login at the target, with the password in a POST', async (t) => {
  for (const status of [301, 302, 307, 308]) {
    const { endpoint, requests } = await startApiServer(t, ({ path }) => {
      if (path === 'generate-api-token/') return { status, headers: { location: '/v1/generate-api-token' } }
      return path === 'generate-api-token' ? { body: { token: 'abc' } } : { body: { username: 'demo' } }
    })
    t.deepEqual(await createAlaudaClient({ endpoint, credentials: demo }).profile(), { username: 'demo' })
    t.deepEqual(
      requests.map(({ method, path, body }) => `${method} ${path} ${body}`),
      [
        'POST generate-api-token/ username=demo&password=demo-password',
        'POST generate-api-token username=demo&password=demo-password',
        'GET auth/profile ',
      ],
    )
  }
})

import test, { type ExecutionContext } from 'ava'
import type { AlaudaClientConfig } from '../src/client.js'
import { createAlaudaPromiseClient } from '../src/promise.js'
import { type Handler, type Reply, startApiServer } from './helpers/api-server.js'
import { manualClock } from './helpers/manual-clock.js'
import { until } from './helpers/until.js'

const start = Date.UTC(2026, 0, 1)
const timeoutMs = 100_000_000
const profile: Reply = { body: { username: 'demo' } }

/** A client whose time stands still, and when each of its calls came in, in milliseconds after the start. */
const setUp = async (t: ExecutionContext, handler: Handler, config: Partial<AlaudaClientConfig> = {}) => {
  const clock = manualClock(start)
  const arrivals: number[] = []
  const server = await startApiServer(t, (request, response) => {
    arrivals.push(clock.now() - start)
    return handler(request, response)
  })
  const client = createAlaudaPromiseClient({
    endpoint: server.endpoint,
    credentials: { token: 'abc' },
    clock,
    random: () => 1,
    timeoutMs,
    ...config,
  })
  /** Resolves when so many calls are waiting, and none is under way. */
  const waiting = (calls: number) =>
    until(() => clock.pending() === calls && clock.waits().every((ms) => ms < timeoutMs / 2))
  const wait = async (calls: number, ms: number) => {
    await waiting(calls)
    clock.advance(ms)
  }
  return { arrivals, client, waiting, wait }
}

const failing = (times: number, reply: Reply): Handler => {
  let failures = 0
  return () => {
    failures += 1
    return failures <= times ? reply : profile
  }
}

test('a call that failed for a passing reason is made again, later each time', async (t) => {
  for (const status of [429, 500, 502, 503, 504]) {
    const { arrivals, client, wait } = await setUp(t, failing(2, { status }))
    const result = client.profile()
    await wait(1, 500)
    await wait(1, 1000)
    t.deepEqual(await result, { username: 'demo' })
    t.deepEqual(arrivals, [0, 500, 1500])
  }
})

test('the wait is any part of its bound', async (t) => {
  const parts = [0.5, 0.25]
  const { arrivals, client, wait } = await setUp(t, failing(2, { status: 500 }), { random: () => parts.shift() ?? 0 })
  const result = client.profile()
  await wait(1, 250)
  await wait(1, 250)
  t.deepEqual(await result, { username: 'demo' })
  t.deepEqual(arrivals, [0, 250, 500])
})

test('a broken connection is made again', async (t) => {
  let failures = 0
  const { client, wait } = await setUp(t, (_, response) => {
    failures += 1
    if (failures > 1) return profile
    response.destroy()
    return undefined
  })
  const result = client.profile()
  await wait(1, 500)
  t.deepEqual(await result, { username: 'demo' })
})

test('after the last try the call fails as that try did', async (t) => {
  const { arrivals, client, wait } = await setUp(t, () => ({ status: 500 }), { maxRetries: 1 })
  const result = client.profile()
  await wait(1, 500)
  await t.throwsAsync(result, { message: /HTTP status 500/ })
  t.deepEqual(arrivals, [0, 500])
})

test('what will not pass is not tried again', async (t) => {
  for (const reply of [{ status: 404 }, { status: 400 }, { body: 'no JSON' }, { body: [] }]) {
    const { arrivals, client } = await setUp(t, () => reply)
    await t.throwsAsync(client.profile())
    t.is(arrivals.length, 1)
  }
})

test('who gives up between two tries is told what the first one said', async (t) => {
  const { arrivals, client, waiting } = await setUp(t, () => ({ status: 500 }))
  const controller = new AbortController()
  const result = client.profile({ signal: controller.signal })
  await waiting(1)
  controller.abort()
  await t.throwsAsync(result, { message: /HTTP status 500/ })
  await waiting(0)
  t.is(arrivals.length, 1)
})

const retryAfter = (value: string, headers: Record<string, string> = {}): Reply => ({
  status: 429,
  headers: { 'retry-after': value, ...headers },
})

test('after Retry-After nobody calls before it is over', async (t) => {
  const { arrivals, client, wait } = await setUp(t, failing(1, retryAfter('30')))
  const first = client.profile()
  await wait(1, 500)
  const second = client.profile()
  await wait(2, 29_499)
  t.deepEqual(arrivals, [0])
  await wait(2, 1)
  t.deepEqual(await Promise.all([first, second]), [{ username: 'demo' }, { username: 'demo' }])
  t.deepEqual(arrivals, [0, 30_000, 30_000])
})

test('Retry-After holds those too that wait behind the call that was told so', async (t) => {
  const { arrivals, client, wait } = await setUp(t, failing(1, retryAfter('30')), { maxConcurrency: 1, maxRetries: 0 })
  const [told, next] = [client.profile(), client.profile()]
  await t.throwsAsync(told, { message: /too many calls/ })
  await wait(1, 30_000)
  t.deepEqual(await next, { username: 'demo' })
  t.deepEqual(arrivals, [0, 30_000])
})

test('Retry-After may be a date, by the server’s clock', async (t) => {
  const wrongClock = start - 7_200_000
  const { arrivals, client, wait } = await setUp(
    t,
    failing(1, {
      status: 503,
      headers: { date: new Date(wrongClock).toUTCString(), 'retry-after': new Date(wrongClock + 60_000).toUTCString() },
    }),
  )
  const result = client.profile()
  await wait(1, 500)
  await wait(1, 59_500)
  t.deepEqual(await result, { username: 'demo' })
  t.deepEqual(arrivals, [0, 60_000])
})

test('who gives up while the API asks to wait is told so', async (t) => {
  const { arrivals, client, waiting } = await setUp(t, () => retryAfter('30'), { maxRetries: 0 })
  await t.throwsAsync(client.profile(), { message: /too many calls/ })
  const controller = new AbortController()
  const result = client.profile({ signal: controller.signal })
  await waiting(1)
  controller.abort()
  await t.throwsAsync(result, {
    message: /auth\/profile: not sent, the API asks to wait until 2026-01-01T00:00:30.000Z \(HTTP status 429\)$/,
  })
  t.is(arrivals.length, 1)
})

test('a Retry-After without meaning, or with another status, is not heeded', async (t) => {
  const replies = [
    retryAfter('soon'),
    retryAfter('-5'),
    retryAfter('0'),
    { status: 500, headers: { 'retry-after': '30' } },
  ]
  for (const reply of replies) {
    const { arrivals, client, wait } = await setUp(t, failing(1, reply))
    const result = client.profile()
    await wait(1, 500)
    await result
    t.deepEqual(arrivals, [0, 500])
  }
})

test('an absurd Retry-After holds an hour, not a year', async (t) => {
  const { arrivals, client, wait } = await setUp(t, failing(1, retryAfter('31536000')))
  const result = client.profile()
  await wait(1, 500)
  await wait(1, 3_599_500)
  await result
  t.deepEqual(arrivals, [0, 3_600_000])
})

test('calls begin at even intervals, as many a second as allowed', async (t) => {
  const { arrivals, client, wait } = await setUp(t, () => profile, { maxRequestsPerSecond: 4 })
  const results = Promise.all(Array.from({ length: 5 }, () => client.profile()))
  for (const waiting of [4, 3, 2, 1]) await wait(waiting, 250)
  await results
  t.deepEqual(arrivals, [0, 250, 500, 750, 1000])
})

test('those who gave up while they waited for their turn do not delay the next', async (t) => {
  const { arrivals, client, waiting, wait } = await setUp(t, () => profile, {
    maxRequestsPerSecond: 1,
    maxConcurrency: 2,
  })
  const controller = new AbortController()
  const { signal } = controller
  const results = Promise.allSettled(Array.from({ length: 100 }, () => client.profile({ signal })))
  await waiting(2)
  controller.abort()
  await results
  const next = client.profile()
  await wait(1, 3_000)
  t.deepEqual(await next, { username: 'demo' })
  t.is(arrivals.length, 2)
})

test('who gives up in the queue is told at once, and its turn goes to the next', async (t) => {
  const { arrivals, client } = await setUp(t, () => (arrivals.length === 1 ? undefined : profile), {
    maxConcurrency: 1,
  })
  const hanging = new AbortController()
  const queued = new AbortController()
  const first = client.profile({ signal: hanging.signal })
  const second = client.profile({ signal: queued.signal })
  const third = client.profile()
  await until(() => arrivals.length === 1)
  queued.abort()
  await t.throwsAsync(second, { message: /given up by the caller/ })
  hanging.abort()
  await t.throwsAsync(first, { message: /given up by the caller/ })
  t.deepEqual(await third, { username: 'demo' })
  t.is(arrivals.length, 2)
})

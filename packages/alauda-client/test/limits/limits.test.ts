import test, { type ExecutionContext } from 'ava'
import type { Clock } from '../../src/clock.js'
import { createAlaudaClient } from '../../src/cloud/client.js'
import type { AlaudaClientConfig } from '../../src/cloud/client-config.js'
import { demo, type Handler, type Reply, startApiServer, withLogin } from '../helpers/api-server.js'
import { manualClock } from '../helpers/manual-clock.js'
import { until } from '../helpers/until.js'

const start = Date.UTC(2026, 0, 1)
const hourMs = 3_600_000
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
  const client = createAlaudaClient({
    endpoint: server.endpoint,
    credentials: { token: 'abc' },
    clock,
    callTimeoutMs: 0,
    random: () => 1,
    timeoutMs,
    ...config,
  })
  /** Resolves when time is to pass for so many reasons, and no call is under way. One call waits for the pace for all. */
  const waiting = (reasons: number) =>
    until(() => clock.pending() === reasons && clock.waits().every((ms) => ms < timeoutMs / 2))
  const wait = async (reasons: number, ms: number) => {
    await waiting(reasons)
    clock.advance(ms)
  }
  return { arrivals, client, clock, requests: server.requests, waiting, wait }
}

const failing = (times: number, reply: Reply): Handler => {
  let failures = 0
  return () => {
    failures += 1
    return failures <= times ? reply : profile
  }
}

/** Logs everyone in, and refuses so many calls. */
const renewing = (refusals: number): Handler => {
  let refused = 0
  let logins = 0
  return ({ path }) => {
    if (path === 'generate-api-token/') {
      logins += 1
      return { body: { token: `${logins}` } }
    }
    refused += 1
    return refused <= refusals ? { status: 401 } : { body: { service_name: 'web' } }
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

test('a caller that gives up between two tries gets the error of the first', async (t) => {
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

test('after Retry-After the client sends no call before it is over', async (t) => {
  const { arrivals, client, wait } = await setUp(t, failing(1, retryAfter('30')))
  const first = client.profile()
  await wait(1, 500)
  const second = client.profile()
  await wait(1, 29_499)
  t.deepEqual(arrivals, [0])
  await wait(1, 1)
  t.deepEqual(await Promise.all([first, second]), [{ username: 'demo' }, { username: 'demo' }])
  t.deepEqual(arrivals, [0, 30_000, 30_000])
})

test('Retry-After delays the calls behind the one that received it, too', async (t) => {
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

test('a caller that gives up during Retry-After gets an error that names it', async (t) => {
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

test('an explicit login respects Retry-After too, and calls respect the Retry-After of a login', async (t) => {
  let told = 0
  const { arrivals, client, wait } = await setUp(
    t,
    ({ path }) => {
      told += 1
      if (told === 2 || told === 3) return retryAfter('30')
      return path === 'generate-api-token/' ? { body: { token: 'abc' } } : profile
    },
    { credentials: demo, maxRetries: 0 },
  )
  await t.throwsAsync(client.profile(), { message: /profile: HTTP status 429/ })
  const login = client.login()
  await wait(1, 30_000)
  await t.throwsAsync(login, { message: /generate-api-token\/: HTTP status 429/ })
  const call = client.profile()
  await wait(1, 30_000)
  t.deepEqual(await call, { username: 'demo' })
  t.deepEqual(arrivals, [0, 0, 30_000, 60_000])
})

test('a call that waits for a login keeps to a Retry-After that comes meanwhile', async (t) => {
  const answers: ((reply: Reply) => void)[] = []
  const { arrivals, client, requests, waiting, wait } = await setUp(
    t,
    ({ path }) => {
      if (requests.length === 1) return { body: { token: 'old' } }
      if (requests.length > 4) return path === 'auth/profile' ? profile : { body: { service_name: 'web' } }
      return new Promise((resolve) => answers.push(resolve))
    },
    { credentials: demo, maxRetries: 0 },
  )
  const refused = client.getService({ namespace: 'ns', service: 'a' })
  await until(() => requests.length === 2)
  const told = client.profile()
  await until(() => requests.length === 3)
  answers[0]?.({ status: 401 })
  await until(() => requests.length === 4)
  answers[1]?.(retryAfter('30'))
  await t.throwsAsync(told, { message: /too many calls/ })
  answers[2]?.({ body: { token: 'new' } })
  await waiting(1)
  t.is(client.statistics().requestsWaiting, 1)
  await wait(1, 30_000)
  t.is((await refused).service_name, 'web')
  t.deepEqual(arrivals, [0, 0, 0, 0, 30_000])
})

test('a Retry-After without meaning, or with another status, is ignored', async (t) => {
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
  for (let call = 1; call < 5; call++) await wait(1, 250)
  await results
  t.deepEqual(arrivals, [0, 250, 500, 750, 1000])
})

test('late timers do not slow the calls down, and the client does not catch up on unused time', async (t) => {
  const clock = manualClock(start)
  const late: Clock = { ...clock, setTimeout: (callback, ms) => clock.setTimeout(callback, ms + 10) }
  const begun: number[] = []
  const client = createAlaudaClient({
    credentials: { token: 'abc' },
    clock: late,
    callTimeoutMs: 0,
    maxRequestsPerSecond: 4,
    maxRetries: 0,
    fetch: () => {
      begun.push(clock.now() - start)
      return Promise.reject(new Error('no network'))
    },
  })
  const callsIn = async (ms: number) => {
    const results = Promise.allSettled(Array.from({ length: 4 }, () => client.profile()))
    for (let waited = 0; waited < ms; waited += 10) {
      await until(() => true)
      clock.advance(10)
    }
    await results
    return begun.splice(0)
  }
  t.deepEqual(await callsIn(10_000), [0, 260, 510, 760])
  t.deepEqual(await callsIn(1000), [10_000, 10_260, 10_510, 10_760])
})

test('calls that were cancelled while they waited for their turn do not delay the next', async (t) => {
  for (const maxConcurrency of [2, 32]) {
    const { arrivals, client, waiting, wait } = await setUp(t, () => profile, {
      maxRequestsPerSecond: 1,
      maxConcurrency,
    })
    const controller = new AbortController()
    const { signal } = controller
    const results = Promise.allSettled(Array.from({ length: 100 }, () => client.profile({ signal })))
    await waiting(1)
    controller.abort()
    await results
    const next = client.profile()
    await wait(1, 1000)
    t.deepEqual(await next, { username: 'demo' })
    t.deepEqual(arrivals, [0, 1000])
  }
})

test('collections that are cut off by their deadline all make as many calls as the pace allows', async (t) => {
  const { arrivals, client, waiting, wait } = await setUp(t, () => profile, { maxRequestsPerSecond: 0.5 })
  for (const calls of [30, 60]) {
    const controller = new AbortController()
    const { signal } = controller
    const results = Promise.allSettled(Array.from({ length: 101 }, () => client.profile({ signal })))
    for (let second = 0; second < 59; second++) await wait(1, 1000)
    await waiting(1)
    controller.abort()
    await results
    t.is(arrivals.length, calls)
  }
  t.deepEqual(
    arrivals,
    Array.from({ length: 60 }, (_, index) => index * 2000),
  )
})

test('a call whose deadline and turn come at the same moment takes no turn', async (t) => {
  const { arrivals, client, clock, wait } = await setUp(t, () => profile, { maxRequestsPerSecond: 1 })
  await client.profile()
  const controller = new AbortController()
  const cutOff = client.profile({ signal: controller.signal })
  clock.setTimeout(() => controller.abort(), 1000)
  await wait(2, 1000)
  await t.throwsAsync(cutOff, { message: /given up by the caller/ })
  t.deepEqual(await client.profile(), { username: 'demo' })
  t.deepEqual(arrivals, [0, 1000])
})

test('calls that wait for the pace begin in the order they came, those behind one that gave up too', async (t) => {
  const { client, requests, waiting, wait } = await setUp(t, () => ({ body: { service_name: 'web' } }), {
    maxRequestsPerSecond: 1,
  })
  const controller = new AbortController()
  const results = Promise.allSettled(
    ['a', 'b', 'c', 'd', 'e'].map((name) =>
      client.getService(
        { namespace: 'ns', service: name },
        name === 'b' || name === 'd' ? { signal: controller.signal } : {},
      ),
    ),
  )
  await waiting(1)
  controller.abort()
  await wait(1, 1000)
  await wait(1, 1000)
  await results
  t.deepEqual(
    requests.map(({ path }) => path),
    ['services/ns/a/', 'services/ns/c/', 'services/ns/e/'],
  )
})

test('a clock that is set back puts the next call off by no more than the pace', async (t) => {
  const { arrivals, client, clock, wait } = await setUp(t, () => profile, { maxRequestsPerSecond: 1 })
  await client.profile()
  clock.setBack(hourMs)
  const next = client.profile()
  await wait(1, 1000)
  await next
  t.deepEqual(arrivals, [0, 1000 - hourMs])
})

test('a clock that is set back makes no Retry-After longer', async (t) => {
  const { arrivals, client, clock, wait } = await setUp(t, failing(1, retryAfter('30')), { maxRetries: 0 })
  await t.throwsAsync(client.profile(), { message: /too many calls/ })
  clock.setBack(hourMs)
  const next = client.profile()
  await wait(1, 30_000)
  await next
  t.deepEqual(arrivals, [0, 30_000 - hourMs])
})

test('a shorter Retry-After does not cut a longer one short', async (t) => {
  const answers: ((reply: Reply) => void)[] = []
  const { arrivals, client, clock, waiting } = await setUp(
    t,
    () => (answers.length < 2 ? new Promise((resolve) => answers.push(resolve)) : profile),
    { maxRetries: 0 },
  )
  const first = client.profile()
  const second = client.profile()
  await until(() => answers.length === 2)
  answers[0]?.(retryAfter('30'))
  answers[1]?.(retryAfter('10'))
  await Promise.allSettled([first, second])
  const next = client.profile()
  await waiting(1)
  t.deepEqual(clock.waits(), [30_000])
  clock.advance(30_000)
  await next
  t.deepEqual(arrivals, [0, 0, 30_000])
})

test('after Retry-After calls keep to the pace', async (t) => {
  const { arrivals, client, wait } = await setUp(t, failing(1, retryAfter('30')), {
    maxRetries: 0,
    maxRequestsPerSecond: 1,
  })
  await t.throwsAsync(client.profile(), { message: /too many calls/ })
  const results = Promise.all([client.profile(), client.profile()])
  await wait(1, 30_000)
  await wait(1, 1000)
  await results
  t.deepEqual(arrivals, [0, 30_000, 31_000])
})

test('a call that is sent once more with another token waits for the pace, but not behind those that came later', async (t) => {
  const { arrivals, client, requests, wait } = await setUp(t, renewing(1), {
    credentials: demo,
    maxRequestsPerSecond: 1,
  })
  const results = Promise.all(['a', 'b', 'c', 'd'].map((name) => client.getService({ namespace: 'ns', service: name })))
  for (let second = 0; second < 4; second++) await wait(1, 1000)
  await results
  t.deepEqual(
    requests.map(({ path }, index) => [path, arrivals[index]]),
    [
      ['generate-api-token/', 0],
      ['services/ns/a/', 0],
      ['generate-api-token/', 1000],
      ['services/ns/a/', 1000],
      ['services/ns/b/', 2000],
      ['services/ns/c/', 3000],
      ['services/ns/d/', 4000],
    ],
  )
})

test('who gives up before a call is sent once more takes no turn', async (t) => {
  const { arrivals, client, requests, waiting, wait } = await setUp(t, renewing(1), {
    credentials: demo,
    maxRequestsPerSecond: 1,
    maxConcurrency: 1,
  })
  const controller = new AbortController()
  const result = client.getService({ namespace: 'ns', service: 'a' }, { signal: controller.signal })
  await waiting(1)
  controller.abort()
  await t.throwsAsync(result, { message: /given up by the caller/ })
  const next = client.getService({ namespace: 'ns', service: 'b' })
  await wait(1, 1000)
  await next
  t.deepEqual(
    requests.map(({ path }, index) => [path, arrivals[index]]),
    [
      ['generate-api-token/', 0],
      ['services/ns/a/', 0],
      ['generate-api-token/', 1000],
      ['services/ns/b/', 1000],
    ],
  )
})

test('a call that gives up before its second try, during Retry-After, delays no other call', async (t) => {
  let refuse = (_: Reply) => {}
  const { arrivals, client, clock, requests, waiting } = await setUp(
    t,
    withLogin(({ path }) => {
      if (path === 'auth/profile') return requests.length < 4 ? retryAfter('30') : profile
      return new Promise<Reply>((resolve) => {
        refuse = resolve
      })
    }),
    { credentials: demo, maxRetries: 0 },
  )
  const controller = new AbortController()
  const result = client.getService({ namespace: 'ns', service: 'a' }, { signal: controller.signal })
  await until(() => requests.length === 2)
  await t.throwsAsync(client.profile(), { message: /too many calls/ })
  refuse({ status: 401 })
  await waiting(1)
  clock.advance(20_000)
  controller.abort()
  await t.throwsAsync(result, { message: /not sent, the API asks to wait until 2026-01-01T00:00:30.000Z/ })
  const next = client.profile()
  await waiting(1)
  t.deepEqual(clock.waits(), [10_000])
  clock.advance(10_000)
  t.deepEqual(await next, { username: 'demo' })
  t.deepEqual(arrivals, [0, 0, 0, 30_000, 30_000])
})

test('many calls behind a pace ask an API that refuses every token for a few, not for one each', async (t) => {
  const { client, clock, requests } = await setUp(t, renewing(1000), { credentials: demo, maxRequestsPerSecond: 1 })
  const results = Promise.allSettled(
    Array.from({ length: 40 }, () => client.getService({ namespace: 'ns', service: 'a' })),
  )
  let isOver = false
  results.then(() => {
    isOver = true
  })
  // Under a minute: after that, one may ask again.
  for (let second = 0; second < 50; second++) {
    // An answer that is still on its way would find the time gone.
    await until(() => isOver || (client.statistics().requestsInFlight === 0 && clock.waits().some((ms) => ms <= 1000)))
    clock.advance(1000)
  }
  await results
  const logins = requests.filter(({ path }) => path === 'generate-api-token/').length
  t.true(logins <= 4, `${logins} logins`)
})

test('a caller that gives up in the queue gets its error at once, and its turn passes to the next', async (t) => {
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

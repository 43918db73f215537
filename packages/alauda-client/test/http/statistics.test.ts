import { once } from 'node:events'
import { createServer } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { createAlaudaClient } from '../../src/cloud/client.js'
import type { AlaudaClientConfig } from '../../src/cloud/client-config.js'
import type { AlaudaTaskClient } from '../../src/cloud/doors.js'
import type { ClientStatistics } from '../../src/http/statistics.js'
import { demo, type Handler, type Reply, startApiServer, withLogin } from '../helpers/api-server.js'
import { type ManualClock, manualClock } from '../helpers/manual-clock.js'
import { until } from '../helpers/until.js'

const start = Date.UTC(2026, 0, 1)
const profile: Reply = { body: { username: 'demo' } }

/** A client whose time stands still and that goes back to work at once after a failure. */
const setUp = async (t: ExecutionContext, handler: Handler, config: Partial<AlaudaClientConfig> = {}) => {
  const clock = manualClock(start)
  const { endpoint, requests } = await startApiServer(t, handler)
  const client = createAlaudaClient({
    endpoint,
    credentials: { token: 'abc' },
    clock,
    random: () => 0,
    ...config,
  }).taskEithers
  return { client, clock, requests }
}

/** Asserts some of what a client has counted: exactly that, and the rest may be anything. */
const hasCounted = (t: ExecutionContext, client: AlaudaTaskClient, expected: Partial<ClientStatistics>) => {
  const statistics = client.statistics()
  t.deepEqual(statistics, { ...statistics, ...expected })
}

/** The upper bounds with how many took no longer, as `0.5: 2`. */
const shown = (buckets: ReadonlyArray<{ readonly upToSeconds: number; readonly count: number }> = []) =>
  buckets.map(({ upToSeconds, count }) => `${upToSeconds}: ${count}`).join(', ')

test('a client that has done nothing has counted nothing', (t) => {
  t.deepEqual(createAlaudaClient({ credentials: demo }).statistics(), {
    requests: [],
    durations: [],
    retries: [],
    logins: 0,
    loginFailures: 0,
    requestsInFlight: 0,
    requestsWaiting: 0,
    waitSeconds: 0,
  })
})

test('requests are counted by what was asked and what came, and by how long that took', async (t) => {
  const clock = manualClock(start)
  const { client } = await setUp(
    t,
    withLogin(({ path }) => {
      clock.advance(path === 'auth/profile' ? 300 : 50)
      return path === 'auth/profile' ? profile : { status: 404 }
    }),
    { clock, credentials: demo },
  )
  await client.profile()()
  await client.profile()()
  await client.getService({ namespace: 'demo', service: 'web' })()
  const buckets = (counts: ReadonlyArray<number>) =>
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30].map((upToSeconds, i) => ({ upToSeconds, count: counts[i] }))
  t.deepEqual<unknown, unknown>(client.statistics(), {
    requests: [
      { endpoint: 'getService', code: '404', count: 1 },
      { endpoint: 'login', code: '200', count: 1 },
      { endpoint: 'profile', code: '200', count: 2 },
    ],
    durations: [
      { endpoint: 'getService', buckets: buckets([1, 1, 1, 1, 1, 1, 1, 1, 1]), sumSeconds: 0.05, count: 1 },
      { endpoint: 'login', buckets: buckets([1, 1, 1, 1, 1, 1, 1, 1, 1]), sumSeconds: 0, count: 1 },
      { endpoint: 'profile', buckets: buckets([0, 0, 0, 2, 2, 2, 2, 2, 2]), sumSeconds: 0.6, count: 2 },
    ],
    retries: [
      { endpoint: 'getService', count: 0 },
      { endpoint: 'login', count: 0 },
      { endpoint: 'profile', count: 0 },
    ],
    logins: 1,
    loginFailures: 0,
    requestsInFlight: 0,
    requestsWaiting: 0,
    waitSeconds: 0,
  })
})

test('each call counts under its own name', async (t) => {
  const { client } = await setUp(t, () => ({ status: 404 }), { credentials: demo })
  const window = { start: 0, end: 60 }
  await client.login()()
  t.deepEqual(client.statistics().requests, [{ endpoint: 'login', code: '404', count: 1 }])

  const { client: other } = await setUp(t, () => ({ status: 404 }))
  await other.profile()()
  await other.listServices('demo')()
  for await (const _ of other.iterateServices('demo'));
  await other.getService({ namespace: 'demo', service: 'web' })()
  await other.listInstances({ namespace: 'demo', service: 'web' })()
  await other.getInstance({ namespace: 'demo', service: 'web', instance: 'u' })()
  await other.getInstanceMetrics({ namespace: 'demo', service: 'web', instance: 'u' }, { ...window, period: '1m' })()
  await other.getServiceLogs({ namespace: 'demo', service: 'web' }, window)()
  await other.getInstanceLogs({ namespace: 'demo', service: 'web', instance: 'u' }, window)()
  await other.listOrganizations()()
  t.deepEqual(
    other.statistics().requests.map(({ endpoint, count }) => `${endpoint} ${count}`),
    [
      'getInstance 1',
      'getInstanceLogs 1',
      'getInstanceMetrics 1',
      'getService 1',
      'getServiceLogs 1',
      'listInstances 1',
      'listOrganizations 1',
      'listServices 2',
      'profile 1',
    ],
  )
})

test('a call that is made again counts with each of its requests, and as a retry each time', async (t) => {
  const replies = [{ status: 500 }, { status: 503 }, profile]
  const { client } = await setUp(t, () => replies.shift())
  await client.profile()()
  hasCounted(t, client, {
    requests: [
      { endpoint: 'profile', code: '200', count: 1 },
      { endpoint: 'profile', code: '500', count: 1 },
      { endpoint: 'profile', code: '503', count: 1 },
    ],
    retries: [{ endpoint: 'profile', count: 2 }],
  })
})

test('a retry that is given up before it is sent is none', async (t) => {
  const clock = manualClock(start)
  const { client, requests } = await setUp(t, () => ({ status: 500 }), { clock, random: () => 1 })
  const controller = new AbortController()
  const result = client.profile({ signal: controller.signal })()
  await until(() => requests.length === 1 && clock.waits().includes(500))
  controller.abort()
  await result
  t.deepEqual(client.statistics().retries, [{ endpoint: 'profile', count: 0 }])
})

test('a timeout is a code of its own, and took as long as it was allowed to', async (t) => {
  const clock = manualClock(start)
  const hang = () => {
    setImmediate(() => clock.advance(3000))
    return undefined
  }
  const { client } = await setUp(t, hang, { clock, timeoutMs: 3000, maxRetries: 0 })
  await client.profile()()
  const { requests, durations } = client.statistics()
  t.deepEqual(requests, [{ endpoint: 'profile', code: 'timeout', count: 1 }])
  t.like(durations[0], { sumSeconds: 3, count: 1 })
  t.is(shown(durations[0]?.buckets), '0.05: 0, 0.1: 0, 0.25: 0, 0.5: 0, 1: 0, 2.5: 0, 5: 1, 10: 1, 30: 1')
})

test('what takes longer than the last bucket is in none, but in the count', async (t) => {
  const clock = manualClock(start)
  const late = () => {
    clock.advance(30_001)
    return profile
  }
  const { client } = await setUp(t, late, { clock, timeoutMs: 60_000 })
  await client.profile()()
  const [duration] = client.statistics().durations
  t.like(duration, { sumSeconds: 30.001, count: 1 })
  t.is(shown(duration?.buckets), '0.05: 0, 0.1: 0, 0.25: 0, 0.5: 0, 1: 0, 2.5: 0, 5: 0, 10: 0, 30: 0')
})

test('a refused connection is `network`', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/`
  const config = { endpoint, credentials: { token: 'abc' }, clock: manualClock(), random: () => 0, maxRetries: 1 }
  const client = createAlaudaClient(config).taskEithers
  await client.profile()()
  hasCounted(t, client, {
    requests: [{ endpoint: 'profile', code: 'network', count: 2 }],
    retries: [{ endpoint: 'profile', count: 1 }],
  })
})

test('a request that its caller gave up is `aborted`, and says nothing about how long requests take', async (t) => {
  const controller = new AbortController()
  const hang = () => {
    controller.abort()
    return undefined
  }
  const { client } = await setUp(t, hang)
  await client.profile({ signal: controller.signal })()
  const { requests, durations } = client.statistics()
  t.deepEqual(requests, [{ endpoint: 'profile', code: 'aborted', count: 1 }])
  t.like(durations, [{ endpoint: 'profile', sumSeconds: 0, count: 0 }])
})

test('a call given up before it was made is no request', async (t) => {
  const { client } = await setUp(t, () => profile)
  await client.profile({ signal: AbortSignal.abort() })()
  hasCounted(t, client, { requests: [], retries: [], requestsWaiting: 0, waitSeconds: 0 })
})

test('the redirects that a request follows belong to it', async (t) => {
  const { client, requests } = await setUp(t, ({ path }) =>
    path === 'auth/profile' ? { status: 301, headers: { location: '/v1/auth/profile/' } } : profile,
  )
  await client.profile()()
  t.is(requests.length, 2)
  hasCounted(t, client, { requests: [{ endpoint: 'profile', code: '200', count: 1 }] })
  t.is(client.statistics().durations[0]?.count, 1)
})

test('an answer counts by its status, whatever its body', async (t) => {
  const replies = [{ body: 'no JSON' }, { body: [] }, { body: '' }]
  const { client } = await setUp(t, () => replies.shift())
  for (let call = 0; call < 3; call++) await client.profile()()
  hasCounted(t, client, {
    requests: [{ endpoint: 'profile', code: '200', count: 3 }],
    retries: [{ endpoint: 'profile', count: 0 }],
  })
})

test('a login that is refused fails once; while it is not tried again, nothing is counted', async (t) => {
  const { client } = await setUp(t, () => ({ status: 401 }), { credentials: demo })
  await client.profile()()
  await client.profile()()
  hasCounted(t, client, {
    requests: [{ endpoint: 'login', code: '401', count: 1 }],
    logins: 0,
    loginFailures: 1,
  })
})

test('a password that cannot be read is a failed login without a request', async (t) => {
  const password = () => {
    throw new Error('ENOENT')
  }
  const { client } = await setUp(t, () => profile, { credentials: { username: 'demo', password } })
  await client.profile()()
  hasCounted(t, client, { requests: [], logins: 0, loginFailures: 1 })
})

test('a call that finds its login failing is not made again: the login has its own time', async (t) => {
  const { client } = await setUp(t, () => ({ status: 503 }), { credentials: demo })
  await client.profile()()
  hasCounted(t, client, {
    requests: [{ endpoint: 'login', code: '503', count: 1 }],
    retries: [{ endpoint: 'login', count: 0 }],
    logins: 0,
    loginFailures: 1,
  })
})

test('a token that is renewed is a login more, and no retry', async (t) => {
  let valid = ''
  let logins = 0
  const { client } = await setUp(
    t,
    ({ path, headers }) => {
      if (path === 'auth/profile') return headers.authorization === `Token ${valid}` ? profile : { status: 401 }
      logins += 1
      valid = `${logins}`
      return { body: { token: valid } }
    },
    { credentials: demo },
  )
  await client.profile()()
  valid = 'gone'
  await client.profile()()
  hasCounted(t, client, {
    requests: [
      { endpoint: 'login', code: '200', count: 2 },
      { endpoint: 'profile', code: '200', count: 2 },
      { endpoint: 'profile', code: '401', count: 1 },
    ],
    retries: [
      { endpoint: 'login', count: 0 },
      { endpoint: 'profile', count: 0 },
    ],
    logins: 2,
    loginFailures: 0,
  })
})

test('a login whose last caller gave up is aborted, not failed', async (t) => {
  const controller = new AbortController()
  const hang = () => {
    controller.abort()
    return undefined
  }
  const { client } = await setUp(t, hang, { credentials: demo })
  await client.profile({ signal: controller.signal })()
  await until(() => client.statistics().requestsInFlight === 0)
  hasCounted(t, client, {
    requests: [{ endpoint: 'login', code: 'aborted', count: 1 }],
    logins: 0,
    loginFailures: 0,
  })
})

test('one call is in flight, the others wait; who gives up waits no longer', async (t) => {
  let answer = (_: Reply) => {}
  const held = new Promise<Reply>((resolve) => {
    answer = resolve
  })
  const { client, clock, requests } = await setUp(t, () => held, { maxConcurrency: 1 })
  const controller = new AbortController()
  const first = client.profile()()
  const second = client.profile()()
  const third = client.profile({ signal: controller.signal })()
  await until(() => requests.length === 1)
  hasCounted(t, client, { requests: [], requestsInFlight: 1, requestsWaiting: 2, waitSeconds: 0 })
  clock.advance(1000)
  controller.abort()
  await third
  hasCounted(t, client, { requests: [], requestsInFlight: 1, requestsWaiting: 1, waitSeconds: 1 })
  clock.advance(500)
  answer(profile)
  await Promise.all([first, second])
  hasCounted(t, client, {
    requests: [{ endpoint: 'profile', code: '200', count: 2 }],
    requestsInFlight: 0,
    requestsWaiting: 0,
    waitSeconds: 2.5,
  })
})

test('the time that calls wait for the pace adds up', async (t) => {
  const { client, clock } = await setUp(t, () => profile, { maxRequestsPerSecond: 4 })
  const results = Promise.all([client.profile()(), client.profile()(), client.profile()()])
  await until(() => client.statistics().requestsWaiting === 2)
  clock.advance(250)
  t.is(await settled(client.statistics, ({ requestsWaiting }) => requestsWaiting === 1), 0.25)
  clock.advance(250)
  await results
  hasCounted(t, client, { requestsWaiting: 0, waitSeconds: 0.75 })
})

/** How long calls have waited by the time that the statistics are as they should be. */
const settled = async <A extends { readonly waitSeconds: number }>(read: () => A, isSo: (statistics: A) => boolean) => {
  await until(() => isSo(read()))
  return read().waitSeconds
}

const wait = async (clock: ManualClock, ms: number) => {
  await until(() => clock.waits().includes(ms))
  clock.advance(ms)
}

test('Retry-After is waited for by the next call; what a failed call waits before that is not counted', async (t) => {
  const replies = [{ status: 429, headers: { 'retry-after': '30' } }, profile]
  const { client, clock } = await setUp(t, () => replies.shift(), { random: () => 1, timeoutMs: 60_000 })
  const result = client.profile()()
  await wait(clock, 500)
  await wait(clock, 29_500)
  await result
  hasCounted(t, client, {
    requests: [
      { endpoint: 'profile', code: '200', count: 1 },
      { endpoint: 'profile', code: '429', count: 1 },
    ],
    retries: [{ endpoint: 'profile', count: 1 }],
    waitSeconds: 29.5,
  })
})

test('who gives up while the API asks to wait has waited until then', async (t) => {
  const { client, clock } = await setUp(t, () => ({ status: 503, headers: { 'retry-after': '30' } }), { maxRetries: 0 })
  await client.profile()()
  const controller = new AbortController()
  const result = client.profile({ signal: controller.signal })()
  await until(() => clock.waits().includes(30_000))
  clock.advance(7_000)
  controller.abort()
  await result
  hasCounted(t, client, {
    requests: [{ endpoint: 'profile', code: '503', count: 1 }],
    requestsWaiting: 0,
    waitSeconds: 7,
  })
})

test('a clock that is set back takes nothing from the sums', async (t) => {
  const clock = manualClock(start)
  let setBack = 0
  const { client } = await setUp(
    t,
    () => {
      setBack += 3_600_000
      return profile
    },
    { clock: { ...clock, now: () => clock.now() - setBack } },
  )
  await client.profile()()
  t.like(client.statistics().durations[0], { sumSeconds: 0, count: 1 })
})

test('what was read does not change any more', async (t) => {
  const { client } = await setUp(t, () => profile)
  await client.profile()()
  const before = client.statistics()
  const copy = structuredClone(before)
  await client.profile()()
  t.deepEqual(before, copy)
})

test('the client of Promises has the same statistics, at once', async (t) => {
  const { endpoint } = await startApiServer(t, () => profile)
  const client = createAlaudaClient({ endpoint, credentials: { token: 'abc' } })
  await client.profile()
  t.deepEqual(client.statistics().requests, [{ endpoint: 'profile', code: '200', count: 1 }])
})

const outcome = fc.record({
  what: fc.constantFrom('200', '204', '404', '429', '500', 'no JSON', 'closed', 'hangs', 'given up'),
  ms: fc.integer({ min: 0, max: 40_000 }),
  isProfile: fc.boolean(),
})

test('whatever comes, the counts add up', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { maxLength: 8 }), async (outcomes) => {
      const clock = manualClock(start)
      let controller = new AbortController()
      let current = { what: '', ms: 0 }
      const { client, requests } = await setUp(
        t,
        (_, response) => {
          const { what, ms } = current
          clock.advance(ms)
          if (what === 'hangs') setImmediate(() => clock.advance(60_000))
          if (what === 'given up') controller.abort()
          if (what === 'closed') response.destroy()
          if (what === 'no JSON') return { body: what }
          return /^\d/.test(what) ? { status: Number(what) } : undefined
        },
        { clock, timeoutMs: 60_000, maxRetries: 1 },
      )
      for (const { isProfile, ...next } of outcomes) {
        current = next
        controller = new AbortController()
        await (isProfile ? client.profile : client.listOrganizations)({ signal: controller.signal })()
      }

      const statistics = client.statistics()
      const sum = (counts: ReadonlyArray<{ readonly count: number }>) =>
        counts.reduce((all, { count }) => all + count, 0)
      t.is(sum(statistics.requests), requests.length)
      t.is(sum(statistics.requests), outcomes.length + sum(statistics.retries))
      t.like(statistics, { requestsInFlight: 0, requestsWaiting: 0, logins: 0, loginFailures: 0 })
      for (const { endpoint, buckets, count } of statistics.durations) {
        const rows = statistics.requests.filter((row) => row.endpoint === endpoint)
        t.is(sum(rows), count + sum(rows.filter(({ code }) => code === 'aborted')))
        const counts = [0, ...buckets.map((bucket) => bucket.count), count]
        t.deepEqual(
          counts,
          counts.toSorted((a, b) => a - b),
        )
      }
    }),
    { numRuns: 50 },
  )
})

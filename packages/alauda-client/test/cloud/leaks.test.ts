import { getEventListeners } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { createAlaudaClient } from '../../src/cloud/client.js'
import type { AlaudaClientConfig } from '../../src/cloud/client-config.js'
import type { AlaudaTaskClient } from '../../src/cloud/doors.js'
import { defaultFetch } from '../../src/http/default-fetch.js'
import { type ApiServer, demo, type Handler, startApiServer } from '../helpers/api-server.js'
import { promisesLeftBehind } from '../helpers/left-behind.js'
import { manualClock } from '../helpers/manual-clock.js'
import { until } from '../helpers/until.js'

const calls = 50
const timeoutMs = 10_000
const hang: Handler = () => undefined

const setUp = async (t: ExecutionContext, handler: Handler, config: Partial<AlaudaClientConfig> = {}) => {
  const clock = manualClock()
  const server = await startApiServer(t, handler)
  const client = createAlaudaClient({
    endpoint: server.endpoint,
    credentials: { token: 'abc' },
    clock,
    random: () => 1,
    timeoutMs,
    maxConcurrency: calls,
    maxRetries: 0,
    ...config,
  }).taskEithers
  return { client, clock, server }
}

/** Makes many calls with one signal, which fires when they are all where they should be; gives what listens to it then. */
const giveUp = async (client: AlaudaTaskClient, areThere: () => boolean): Promise<number> => {
  const controller = new AbortController()
  const { signal } = controller
  const results = Array.from({ length: calls }, () => client.profile({ signal })())
  await until(areThere)
  controller.abort()
  await Promise.all(results)
  return getEventListeners(signal, 'abort').length
}

/** Whether so many more requests have come in than now. */
const arrivals = ({ requests }: ApiServer, count = calls) => {
  const before = requests.length
  return () => requests.length === before + count
}

/** Whether all of them wait for their turn. */
const areWaiting = (client: AlaudaTaskClient) => () => client.statistics().requestsWaiting === calls

/** What the many calls left behind. The first time warms the client up: what it makes once, it may keep. */
const leftBehind = async (task: () => Promise<number>) => {
  await task()
  let listeners = 0
  const promises = await promisesLeftBehind(async () => {
    listeners = await task()
  })
  return { listeners, promises }
}

const nothing = { listeners: 0, promises: 0 }

// One after the other: they count what there is in the whole process.
test.serial('promises that somebody keeps are seen, others are not', async (t) => {
  const kept: unknown[] = []
  const left = await promisesLeftBehind(async () => {
    for (let i = 0; i < calls; i++) kept.push(new Promise(() => {}), Promise.resolve(i))
    for (let i = 0; i < calls; i++) new Promise(() => {})
  })
  t.is(left, 2 * calls)
})

test.serial('hanging calls that are given up leave nothing behind', async (t) => {
  const { client, clock, server } = await setUp(t, hang)
  t.deepEqual(await leftBehind(() => giveUp(client, arrivals(server))), nothing)
  await until(() => server.connections() === 0)
  t.is(clock.pending(), 0)
})

test.serial('hanging calls that time out leave nothing behind', async (t) => {
  const { client, clock, server } = await setUp(t, hang)
  const { signal } = new AbortController()
  const timeOut = async () => {
    const areThere = arrivals(server)
    const results = Array.from({ length: calls }, () => client.profile({ signal })())
    await until(areThere)
    clock.advance(timeoutMs)
    await Promise.all(results)
    return getEventListeners(signal, 'abort').length
  }
  t.deepEqual(await leftBehind(timeOut), nothing)
  await until(() => server.connections() === 0)
  t.is(clock.pending(), 0)
})

test.serial('answers that hang halfway and are given up leave nothing behind', async (t) => {
  let begun = 0
  const halfway: Handler = (_, response) => {
    response.write('{"username"')
    return undefined
  }
  const { client, clock, server } = await setUp(t, halfway, {
    fetch: async (url, init) => {
      const response = await defaultFetch(url, init)
      begun += 1
      return response
    },
  })
  const inTheirBodies = () => {
    const before = begun
    return () => begun === before + calls
  }
  t.deepEqual(await leftBehind(() => giveUp(client, inTheirBodies())), nothing)
  await until(() => server.connections() === 0)
  t.is(clock.pending(), 0)
})

test.serial('calls given up behind one that hangs leave nothing behind, while it still hangs', async (t) => {
  const { client, clock, server } = await setUp(t, hang, { maxConcurrency: 1 })
  const hanging = new AbortController()
  const first = client.profile({ signal: hanging.signal })()
  await until(() => server.requests.length === 1)
  t.deepEqual(await leftBehind(() => giveUp(client, areWaiting(client))), nothing)
  t.like(client.statistics(), { requestsInFlight: 1, requestsWaiting: 0 })
  // The request's deadline, and the call's.
  t.deepEqual([server.connections(), clock.pending()], [1, 2])
  hanging.abort()
  await first
  await until(() => server.connections() === 0)
  t.is(clock.pending(), 0)
})

test.serial('calls given up while the API asks to wait leave nothing behind', async (t) => {
  const { client, clock, server } = await setUp(t, () => ({ status: 429, headers: { 'retry-after': '30' } }))
  await client.profile()()
  t.deepEqual(await leftBehind(() => giveUp(client, areWaiting(client))), nothing)
  t.is(server.requests.length, 1)
  t.is(clock.pending(), 0)
})

test.serial('calls given up while they wait for the pace leave nothing behind', async (t) => {
  const { client, clock, server } = await setUp(t, () => ({ status: 404 }), { maxRequestsPerSecond: 0.001 })
  await client.profile()()
  t.deepEqual(await leftBehind(() => giveUp(client, areWaiting(client))), nothing)
  t.is(server.requests.length, 1)
  t.is(clock.pending(), 0)
})

test.serial('calls given up between two tries leave nothing behind', async (t) => {
  const { client, clock, server } = await setUp(t, () => ({ status: 500 }), { maxRetries: 2 })
  // Each has its pause and its deadline.
  const areBetweenTries = () =>
    clock.pending() === 2 * calls && clock.waits().filter((ms) => ms === 500).length === calls
  t.deepEqual(await leftBehind(() => giveUp(client, areBetweenTries)), nothing)
  t.is(server.requests.length, 2 * calls)
  t.is(clock.pending(), 0)
})

test.serial('calls given up while their login hangs leave nothing behind, nor does the login', async (t) => {
  const { client, clock, server } = await setUp(t, hang, { credentials: demo })
  t.deepEqual(await leftBehind(() => giveUp(client, arrivals(server, 1))), nothing)
  await until(() => server.connections() === 0)
  t.is(clock.pending(), 0)
})

test.serial(
  'calls given up while others wait for the same login leave nothing behind, while it still hangs',
  async (t) => {
    const { client, clock, server } = await setUp(t, hang, { credentials: demo, maxConcurrency: 1000 })
    const patient = new AbortController()
    const first = client.profile({ signal: patient.signal })()
    await until(() => server.requests.length === 1)
    t.deepEqual(await leftBehind(() => giveUp(client, () => client.statistics().requestsWaiting === 0)), nothing)
    patient.abort()
    await first
    await until(() => server.connections() === 0)
    t.is(clock.pending(), 0)
  },
)

test.serial('a fetch that ignores its signal keeps nothing of a call that was given up', async (t) => {
  const { client, clock } = await setUp(t, hang, { fetch: () => new Promise(() => {}) })
  const areSent = () => client.statistics().requestsInFlight === calls
  t.deepEqual(await leftBehind(() => giveUp(client, areSent)), nothing)
  t.is(clock.pending(), 0)
})

test.serial('who leaves a list early leaves nothing behind', async (t) => {
  const service = { uuid: 'u', service_name: 'web' }
  const { client, clock, server } = await setUp(t, ({ path }) =>
    path.endsWith('page=1') ? { body: { count: 3, results: [service] } } : undefined,
  )
  const { signal } = new AbortController()
  const leave = async () => {
    for await (const _ of client.iterateServices('demo', { signal })) break
    return getEventListeners(signal, 'abort').length
  }
  t.deepEqual(await leftBehind(leave), nothing)
  t.is(clock.pending(), 0)
  await until(() => client.statistics().requestsInFlight === 0)
  // The server learns of it later than the client does.
  await until(() => server.connections() <= 1)
  t.true(server.connections() <= 1, 'idle ones')
})

test.serial('calls that are answered leave nothing behind but idle connections', async (t) => {
  const { client, clock, server } = await setUp(t, () => ({ body: { username: 'demo' } }), { maxConcurrency: 5 })
  const { signal } = new AbortController()
  const answered = async () => {
    await Promise.all(Array.from({ length: calls }, () => client.profile({ signal })()))
    return getEventListeners(signal, 'abort').length
  }
  t.deepEqual(await leftBehind(answered), nothing)
  t.is(clock.pending(), 0)
  t.true(server.connections() <= 5)
})

import test from 'ava'
import { systemClock } from '../src/clock.js'
import { createAlaudaPromiseClient } from '../src/promise.js'
import { demo, startApiServer, withLogin } from './helpers/api-server.js'
import { manualClock } from './helpers/manual-clock.js'
import { until } from './helpers/until.js'

const ended = (endpoint: string, path: string, ms: number) =>
  `GET ${endpoint}${path}: no complete answer in time (the whole call was not done within ${ms} ms); the API is slow, or the timeout too short`

test('a call with its retries and pauses ends with its deadline', async (t) => {
  const clock = manualClock()
  const { endpoint, requests } = await startApiServer(
    t,
    withLogin(() => undefined),
  )
  const client = createAlaudaPromiseClient({
    endpoint,
    credentials: demo,
    clock,
    timeoutMs: 10_000,
    callTimeoutMs: 25_000,
    maxRetries: 100,
    random: () => 0,
  })
  const call = t.throwsAsync(client.getService('demo', 'web'))
  for (const sent of [2, 3]) {
    await until(() => requests.length === sent)
    clock.advance(10_000)
  }
  await until(() => requests.length === 4)
  clock.advance(5_000)
  t.is((await call)?.message, ended(endpoint, 'services/demo/web/', 25_000))
  t.is(clock.pending(), 0)
})

test('a call that waits for a password that never comes ends with its deadline', async (t) => {
  const clock = manualClock()
  const client = createAlaudaPromiseClient({
    credentials: { username: 'demo', password: () => new Promise<string>(() => {}) },
    clock,
    timeoutMs: 100_000,
  })
  const call = t.throwsAsync(client.listServices('demo'))
  await until(() => clock.pending() > 0)
  clock.advance(60_000)
  t.is((await call)?.message, ended('https://api.alauda.cn/v1/', 'services/demo/', 60_000))
})

test('a call that waits for its turn ends with its own deadline, which may be longer or none', async (t) => {
  const clock = manualClock()
  const { endpoint, requests } = await startApiServer(
    t,
    withLogin(() => undefined),
  )
  const client = createAlaudaPromiseClient({
    endpoint,
    credentials: demo,
    clock,
    timeoutMs: 1_000_000,
    maxConcurrency: 1,
  })
  const controller = new AbortController()
  const patient = t.throwsAsync(client.profile({ timeoutMs: 0, signal: controller.signal }))
  await until(() => requests.length === 2)
  const impatient = t.throwsAsync(client.profile({ timeoutMs: 5 }))
  clock.advance(5)
  t.is((await impatient)?.message, ended(endpoint, 'auth/profile', 5))
  clock.advance(100_000)
  controller.abort()
  t.is((await patient)?.message, `GET ${endpoint}auth/profile: given up by the caller`)
})

test('while the API asks to wait longer than the deadline, that is what the failure says', async (t) => {
  const clock = manualClock(systemClock.now())
  const { endpoint } = await startApiServer(
    t,
    withLogin(() => ({ status: 429, headers: { 'retry-after': '3600' } })),
  )
  const client = createAlaudaPromiseClient({ endpoint, credentials: demo, clock, random: () => 0 })
  const call = t.throwsAsync(client.profile())
  await until(() => clock.waits().some((ms) => ms === 3_600_000))
  clock.advance(60_000)
  t.regex((await call)?.message ?? '', /HTTP status 429/)
})

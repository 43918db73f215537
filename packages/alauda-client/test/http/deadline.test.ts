import test, { type ExecutionContext } from 'ava'
import { systemClock } from '../../src/clock.js'
import { createAlaudaClient } from '../../src/cloud/client.js'
import { withDeadline } from '../../src/http/deadline.js'
import { isTimeout } from '../../src/http/thrown.js'
import { demo, startApiServer, withLogin } from '../helpers/api-server.js'
import { manualClock } from '../helpers/manual-clock.js'
import { until } from '../helpers/until.js'

/** Logs in, and answers nothing else. */
const startSilentApi = (t: ExecutionContext) =>
  startApiServer(
    t,
    withLogin(() => undefined),
  )

const ended = (endpoint: string, path: string, ms: number) =>
  `GET ${endpoint}${path}: no complete answer in time (the whole call was not done within ${ms} ms); the API is slow, or the timeout too short`

test('a call with its retries and pauses ends with its deadline', async (t) => {
  const clock = manualClock()
  const { endpoint, requests } = await startSilentApi(t)
  const client = createAlaudaClient({
    endpoint,
    credentials: demo,
    clock,
    timeoutMs: 10_000,
    callTimeoutMs: 25_000,
    maxRetries: 100,
    random: () => 0,
  })
  const call = t.throwsAsync(client.getService({ namespace: 'demo', service: 'web' }))
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
  const client = createAlaudaClient({
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
  const { endpoint, requests } = await startSilentApi(t)
  const client = createAlaudaClient({
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
  const client = createAlaudaClient({ endpoint, credentials: demo, clock, random: () => 0 })
  const call = t.throwsAsync(client.profile())
  await until(() => clock.waits().some((ms) => ms === 3_600_000))
  clock.advance(60_000)
  t.regex((await call)?.message ?? '', /HTTP status 429/)
})

test('gives what the task gives, and leaves no timer behind', async (t) => {
  const clock = manualClock()
  t.is(await withDeadline(clock, 1000, undefined, async () => 7), 7)
  t.is(clock.pending(), 0)
})

test('rejects with a TimeoutError at the deadline, and aborts the task’s signal', async (t) => {
  const clock = manualClock()
  const reasons: unknown[] = []
  const result = withDeadline(clock, 1000, undefined, (signal) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason))
    return new Promise(() => {})
  })
  clock.advance(999)
  t.deepEqual(reasons, [])
  clock.advance(1)
  const error = await t.throwsAsync(result, { any: true, name: 'TimeoutError', message: 'not done within 1000 ms' })
  t.true(isTimeout(error))
  t.deepEqual(reasons, [error])
})

test('rejects with the outer signal’s reason when that fires first', async (t) => {
  const clock = manualClock()
  const controller = new AbortController()
  const reason = new Error('stopped')
  const result = withDeadline(clock, 1000, controller.signal, () => new Promise(() => {}))
  controller.abort(reason)
  t.is(await t.throwsAsync(result), reason)
  t.is(clock.pending(), 0)
  t.is(await t.throwsAsync(withDeadline(clock, 1000, controller.signal, async () => 7)), reason)
})

test('what the task throws is what is thrown', async (t) => {
  await t.throwsAsync(
    withDeadline(manualClock(), 1000, undefined, () => Promise.reject(new RangeError('too far'))),
    { instanceOf: RangeError, message: 'too far' },
  )
})

test('one signal may end any number of calls without a warning of a leak', async (t) => {
  const controller = new AbortController()
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))
  const calls = Array.from({ length: 50 }, () =>
    withDeadline(manualClock(), 1000, controller.signal, () => new Promise(() => {})),
  )
  controller.abort()
  const results = await Promise.allSettled(calls)
  await new Promise((resolve) => setImmediate(resolve))
  t.is(results.filter(({ status }) => status === 'rejected').length, 50)
  t.deepEqual(warnings, [])
})

import test from 'ava'
import { isTimeout, withDeadline } from '../src/deadline.js'
import { manualClock } from './helpers/manual-clock.js'

test('gives what the task gives, and leaves no timer behind', async (t) => {
  const clock = manualClock()
  t.is(await withDeadline(clock, 1000, undefined, async () => 7), 7)
  t.is(clock.pending(), 0)
})

test('rejects with a TimeoutError at the deadline, and tells the task', async (t) => {
  const clock = manualClock()
  const told: unknown[] = []
  const result = withDeadline(clock, 1000, undefined, (signal) => {
    signal.addEventListener('abort', () => told.push(signal.reason))
    return new Promise(() => {})
  })
  clock.advance(999)
  t.deepEqual(told, [])
  clock.advance(1)
  const error = await t.throwsAsync(result, { any: true, name: 'TimeoutError', message: 'not done within 1000 ms' })
  t.true(isTimeout(error))
  t.deepEqual(told, [error])
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

import test from 'ava'
import fc from 'fast-check'
import { advanceToNext, startable, starts } from './helpers/polling.js'

const minute = 60_000
const hour = 3_600_000

/** When a poller's collections began that was started at `now`, and how long each took. */
const startsWith = async (
  { now = 0, jitter = 0 }: { readonly now?: number; readonly jitter?: number },
  durations: ReadonlyArray<number>,
) => {
  const { clock, begun, poller, end } = startable({ now, jitter, timeoutMs: 100 * hour })
  poller.start()
  for (const duration of durations) {
    clock.advance(duration)
    await end()
    advanceToNext(clock)
  }
  return starts(begun)
}

test('the first collection is at once, and then one at every full interval', async (t) => {
  t.deepEqual(await startsWith({ now: 1_005_000 }, [100, 100]), [1_005_000, 1_020_000, 1_080_000])
})

test('the jitter is the part of the interval at which collections begin', async (t) => {
  t.deepEqual(await startsWith({ now: 1_020_000, jitter: 0.25 }, [100, 100]), [1_020_000, 1_035_000, 1_095_000])
  t.deepEqual(await startsWith({ now: 1_020_000, jitter: 1 }, [100, 100]), [1_020_000, 1_080_000, 1_140_000])
})

test('a moment that is nearer than a tenth of the interval is passed over', async (t) => {
  t.deepEqual(await startsWith({ now: 1_013_999 }, [100]), [1_013_999, 1_020_000])
  t.deepEqual(await startsWith({ now: 1_014_001 }, [100]), [1_014_001, 1_080_000])
})

test('one that outlasts its next moment is not overtaken; the next begins right after it, and then alignment is back', async (t) => {
  const { clock, begun, poller, end } = startable()
  poller.start()
  clock.advance(150_000)
  t.deepEqual(starts(begun), [0])
  await end('first')
  clock.advance(0)
  t.deepEqual(starts(begun), [0, 150_000])
  await end('second')
  clock.advance(minute)
  t.deepEqual(starts(begun), [0, 150_000, 180_000])
})

test('a timer that fires a millisecond early does not make a second collection at the same moment', async (t) => {
  const { clock, begun, poller, end, skewTimers } = startable()
  skewTimers(-1)
  poller.start()
  await end()
  advanceToNext(clock)
  await end()
  advanceToNext(clock)
  t.deepEqual(starts(begun), [0, 59_999, 119_999])
})

test('a timer that fires late is not late again', async (t) => {
  const { clock, begun, poller, end, skewTimers } = startable()
  skewTimers(700)
  poller.start()
  for (const _ of [1, 2, 3]) {
    await end()
    advanceToNext(clock)
  }
  t.deepEqual(starts(begun), [0, 60_700, 120_700, 180_700])
})

/** When the poller began that was started at a full hour, when the clock is set between two collections or during one. */
const startsWithClockSet = async (by: number, when: 'between' | 'during', duration = 100) => {
  const { clock, begun, poller, end, setClock } = startable({ now: 100 * hour })
  poller.start()
  if (when === 'during') setClock(by)
  clock.advance(duration)
  await end()
  if (when === 'between') setClock(by)
  for (const _ of [1, 2]) {
    advanceToNext(clock)
    await end()
  }
  return starts(begun).map((at) => at - 100 * hour)
}

test('a clock that is set between two collections changes the moment of the one after the next', async (t) => {
  t.deepEqual(await startsWithClockSet(-hour, 'between'), [0, minute, 2 * minute])
  t.deepEqual(await startsWithClockSet(hour, 'between'), [0, minute, 2 * minute])
  t.deepEqual(await startsWithClockSet(20_000, 'between'), [0, minute, 100_000])
  t.deepEqual(await startsWithClockSet(-20_000, 'between'), [0, minute, 80_000])
})

test('a clock that is set back a little does not make a second collection at the same moment', async (t) => {
  t.deepEqual(await startsWithClockSet(-1_000, 'between'), [0, minute, 121_000])
})

test('a clock that is set back during a collection does not put off the next', async (t) => {
  t.deepEqual(await startsWithClockSet(-hour, 'during'), [0, minute, 2 * minute])
})

test('a clock that is set forward during a collection has the next begin at once, as after one that took too long', async (t) => {
  t.deepEqual(await startsWithClockSet(hour, 'during'), [0, 100, minute])
})

const settings = fc.record({
  now: fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 1_400_000_000_000, max: 1_900_000_000_000 })),
  jitter: fc.oneof(fc.constantFrom(0, 1, 0.1, 0.9), fc.double({ min: 0, max: 1, noNaN: true })),
})
// Moments are parts of milliseconds, which have few digits left in the time since the epoch.
const slack = 0.01

const gapsOf = (at: ReadonlyArray<number>) => at.slice(1).map((time, index) => time - (at[index] ?? 0))

test('short collections are from a tenth of the interval to eleven tenths apart, and all but the first are aligned', async (t) => {
  const durations = fc.array(fc.integer({ min: 0, max: minute / 10 }), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(settings, durations, async ({ now, jitter }, taken) => {
      const at = await startsWith({ now, jitter }, taken)
      t.is(at.length, taken.length + 1)
      for (const gap of gapsOf(at)) {
        t.true(gap > 0.1 * minute - slack && gap <= 1.1 * minute + slack, `${gap}`)
      }
      for (const time of at.slice(1)) {
        const moments = time / minute - jitter
        t.true(Math.abs(moments - Math.round(moments)) * minute < slack, `${time}`)
      }
      for (const gap of gapsOf(at.slice(1))) t.true(Math.abs(gap - minute) < slack, 'one each interval')
    }),
  )
})

test('a collection of any length is followed at the first moment after its start that is not too near, or else at its end', async (t) => {
  const durations = fc.array(fc.integer({ min: 0, max: 3 * minute }), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(settings, durations, async ({ now, jitter }, taken) => {
      const at = await startsWith({ now, jitter }, taken)
      for (const [index, duration] of taken.entries()) {
        const [begun = 0, next = 0] = at.slice(index)
        const first = (Math.floor(begun / minute) - 2 + jitter) * minute
        const moment = [0, 1, 2, 3, 4]
          .map((count) => first + count * minute)
          .find((time) => time - begun > 0.1 * minute + slack)
        t.true(Math.abs(next - Math.max(moment ?? 0, begun + duration)) < slack)
      }
    }),
  )
})

test('however clocks are set, the next collection begins within eleven tenths of the interval after the last', async (t) => {
  const changes = fc.array(
    fc.record({
      before: fc.integer({ min: -hour, max: hour }),
      after: fc.integer({ min: -hour, max: hour }),
      duration: fc.integer({ min: 0, max: 3 * minute }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(settings, changes, async (config, changed) => {
      const { clock, poller, end, setClock } = startable(config)
      poller.start()
      for (const { before, duration, after } of changed) {
        clock.advance(duration / 2)
        setClock(before)
        clock.advance(duration / 2)
        await end()
        t.true((clock.waits()[0] ?? Number.POSITIVE_INFINITY) <= 1.1 * minute + slack)
        setClock(after)
        advanceToNext(clock)
      }
    }),
  )
})

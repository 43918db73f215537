import test from 'ava'
import fc from 'fast-check'
import { carryOver } from '../src/carry-over.js'
import { type InstanceReading, lastMeasured, lastPoint } from '../src/snapshot.js'
import { serviceOf, snapshotOf, someFailure } from './helpers/snapshots.js'

const instance = { uuid: 'u0', instance_name: 'web.0' }
const measured = (time: number) => ({ point: { time, memory_usage: time } })
const ok = (time: number): InstanceReading => ({ instance, outcome: 'ok', ...measured(time) })
const failed: InstanceReading = { instance, outcome: 'failed', failure: someFailure }
const empty: InstanceReading = { instance, outcome: 'empty' }
const gone: InstanceReading = { instance, outcome: 'gone' }

/** What is known of an instance after one collection after the other. */
const afterAll = (...readings: ReadonlyArray<InstanceReading>): InstanceReading | undefined =>
  readings
    .map((reading) => snapshotOf([serviceOf({}, [reading])]))
    .reduce((previous, fresh) => carryOver(previous, fresh, 300))
    .services.flatMap(({ instances }) => instances)[0]

test('an instance whose metrics failed keeps its last point, from whichever collection it is', (t) => {
  t.deepEqual(afterAll(ok(960), failed), { ...failed, ...measured(960) })
  t.deepEqual(afterAll(ok(960), failed, failed), { ...failed, ...measured(960) })
  t.deepEqual(afterAll(ok(960), failed, ok(1020)), ok(1020))
})

test('an instance that never had a point has none', (t) => {
  for (const reading of [failed, empty, gone]) t.deepEqual(afterAll(failed, reading), reading)
})

test('an older point that comes later does not replace a newer one', (t) => {
  t.deepEqual(afterAll(ok(960), ok(900)), ok(960))
  t.deepEqual(afterAll(ok(960), failed, ok(900)), ok(960))
  t.deepEqual(afterAll(ok(960), ok(1020)), ok(1020))
})

test('a newer point that is too old to be shown does not stand in the way: the cloud’s clock may have been set back', (t) => {
  const setBack: InstanceReading = { instance, outcome: 'ok', ...measured(-2_800), ageFrom: 1_000 }
  t.deepEqual(afterAll(ok(700), setBack), ok(700))
  t.deepEqual(afterAll(ok(699), setBack), setBack)
})

test('when the cloud has no values, those from before are known, but not shown', (t) => {
  t.deepEqual(afterAll(ok(960), empty), { ...empty, before: measured(960) })
  t.deepEqual(afterAll(ok(960), failed, empty), { ...empty, before: measured(960) })
  t.deepEqual(afterAll(ok(960), empty, empty), { ...empty, before: measured(960) })
})

test('a failure after no values does not bring them back', (t) => {
  t.deepEqual(afterAll(ok(960), empty, failed), { ...failed, before: measured(960) })
  t.deepEqual(afterAll(ok(960), empty, failed, failed), { ...failed, before: measured(960) })
})

test('after no values, an older point does not replace the one from before, and a newer one does', (t) => {
  t.deepEqual(afterAll(ok(960), empty, ok(900)), ok(960))
  t.deepEqual(afterAll(ok(960), empty, failed, ok(900)), ok(960))
  t.deepEqual(afterAll(ok(960), empty, ok(1020)), ok(1020))
})

test('what was known before a failure of the list is known after it, also of an instance that was not found', (t) => {
  const lost = snapshotOf([], { failure: someFailure })
  const [first, second] = [ok(990), gone].map((reading) => snapshotOf([serviceOf({}, [reading])]))
  const late = snapshotOf([serviceOf({}, [ok(930)])])
  const last = [second, lost, late].reduce((previous, fresh) => carryOver(previous, fresh ?? lost, 300), first)
  t.deepEqual(
    last?.services.flatMap(({ instances }) => instances),
    [ok(990)],
  )
})

test('an instance that is not found shows nothing; when it is found again, an older point does not replace what was known', (t) => {
  t.deepEqual(afterAll(ok(960), gone), { ...gone, before: measured(960) })
  t.deepEqual(afterAll(ok(960), empty, gone), { ...gone, before: measured(960) })
  t.deepEqual(afterAll(ok(960), gone, failed), { ...failed, before: measured(960) })
  t.deepEqual(afterAll(ok(960), gone, ok(900)), ok(960))
  t.deepEqual(afterAll(ok(960), gone, ok(1020)), ok(1020))
})

test('from when a value’s age counts goes with it', (t) => {
  const other = { ...measured(-28_000), ageFrom: 1000 }
  const read: InstanceReading = { instance, outcome: 'ok', ...other }
  t.deepEqual(afterAll(read, failed), { ...failed, ...other })
  t.deepEqual(afterAll(read, empty), { ...empty, before: other })
  t.deepEqual(afterAll(read, empty, failed), { ...failed, before: other })
  t.deepEqual(afterAll(read, ok(-29_000)), read)
  t.deepEqual(afterAll(ok(960), read), ok(960), 'an age of its own does not make a point newer')
  t.deepEqual(afterAll(read, { ...read, ageFrom: 1060 }), read, 'the same point, read again, gets no younger')
  t.deepEqual(afterAll(ok(-28_000), read), ok(-28_000))
})

test('whatever comes after one another, what is known of an instance that stays never gets older', (t) => {
  const anything = fc.oneof(
    fc.integer({ min: 960, max: 965 }).map((time) => ok(time)),
    fc.constantFrom(failed, empty),
  )
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 8 }), (all) => {
      const times = all.map((_, index) => lastMeasured(afterAll(...all.slice(0, index + 1)))?.point.time ?? -1)
      t.deepEqual(times, [...times].sort())
      const last = all.at(-1)?.outcome
      const lastAnswer = all.findLast(({ outcome }) => outcome !== 'failed')?.outcome
      const reading = afterAll(...all)
      t.is(reading?.outcome, last)
      t.is(reading !== undefined && lastPoint(reading) !== undefined, lastAnswer === 'ok')
    }),
  )
})

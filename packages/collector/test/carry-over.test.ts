import test from 'ava'
import fc from 'fast-check'
import * as inSteps from '../src/carry-over.js'
import { atOnce } from '../src/family.js'
import { type InstanceReading, lastMeasured, lastPoint, type Snapshot } from '../src/snapshot.js'
import { snapshotLists } from './helpers/arbitraries.js'
import { serviceOf, snapshotOf, someFailure } from './helpers/snapshots.js'

const carryOver = (previous: Snapshot | undefined, fresh: Snapshot, maxAgeSeconds: number): Snapshot =>
  atOnce(inSteps.carryOver(previous, fresh, maxAgeSeconds))

const instance = { uuid: 'u0', name: 'web.0' }
const ok = (time: number): InstanceReading => ({ instance, outcome: 'ok', point: { time, memoryUsageBytes: time } })
const failed: InstanceReading = { instance, outcome: 'failed', failure: someFailure }
const web = (...instances: ReadonlyArray<InstanceReading>) => snapshotOf([serviceOf({}, instances)])
const readings = ({ services }: Snapshot) => services.flatMap(({ instances }) => instances)

test('the first snapshot is as it is', (t) => {
  const fresh = web(failed)
  t.is(carryOver(undefined, fresh, 300), fresh)
})

test('another container of the same name does not inherit values', (t) => {
  const other: InstanceReading = { ...failed, instance: { uuid: 'u1', name: 'web.0' } }
  t.deepEqual(readings(carryOver(web(ok(960)), web(other), 300)), [other])
})

test('a service whose instances could not be listed keeps them, as failed', (t) => {
  const fresh = snapshotOf([{ ...serviceOf({}), instancesFailure: someFailure }])
  const { services } = carryOver(web(ok(960)), fresh, 300)
  t.deepEqual(services, [
    {
      ...serviceOf({}, [{ ...failed, point: { time: 960, memoryUsageBytes: 960 } }]),
      instancesFailure: someFailure,
    },
  ])
})

test('of instances that could not be listed, those that are gone stay gone', (t) => {
  const fresh = snapshotOf([{ ...serviceOf({}), instancesFailure: someFailure }])
  t.deepEqual(readings(carryOver(web({ instance, outcome: 'gone' }), fresh, 300)), [{ instance, outcome: 'gone' }])
})

const broken = (startTime: number, ...services: Snapshot['services']) =>
  snapshotOf(services, { startTime, failure: someFailure })

test('of a list that could not be read whole, what is missing is kept, as failed, until it is too old', (t) => {
  const before = snapshotOf([serviceOf({ service_name: 'api' }), serviceOf({ service_name: 'web' }, [ok(960)])])
  const api = { ...serviceOf({ service_name: 'api' }), listedTime: 1060 }
  const kept = serviceOf({ service_name: 'web' }, [{ ...failed, point: { time: 960, memoryUsageBytes: 960 } }])
  const after = carryOver(before, broken(1060, api), 300)
  t.deepEqual(after.services, [api, kept])
  t.deepEqual(carryOver(after, broken(1300, api), 300).services, [api, kept])
  t.deepEqual(carryOver(after, broken(1301, api), 300).services, [api])
})

test('what a whole list does not have is gone at once', (t) => {
  t.deepEqual(carryOver(web(ok(960)), snapshotOf([]), 300).services, [])
})

test('nothing is shown that neither collection gave, nothing comes back, and no service is there twice', (t) => {
  fc.assert(
    fc.property(snapshotLists, snapshotLists, ([before], [fresh]) => {
      if (before === undefined || fresh === undefined) return
      const after = carryOver(before, fresh, 300)
      const keys = after.services.map(({ service }) => JSON.stringify([service.name, service.project, service.space]))
      t.is(new Set(keys).size, keys.length)
      const shown = (snapshot: Snapshot) =>
        readings(snapshot).flatMap((reading) => {
          const point = lastPoint(reading)
          return point === undefined ? [] : [point]
        })
      const known = new Set([before, fresh].flatMap(readings).map((reading) => lastMeasured(reading)?.point))
      for (const point of shown(after)) t.true(known.has(point))
      t.true(shown(after).length <= shown(before).length + shown(fresh).length)
    }),
  )
})

const measured = (time: number) => ({ point: { time, memoryUsageBytes: time } })
const okCarryOverValues = (time: number): InstanceReading => ({ instance, outcome: 'ok', ...measured(time) })
const empty: InstanceReading = { instance, outcome: 'empty' }
const gone: InstanceReading = { instance, outcome: 'gone' }

/** What is known of an instance after one collection after the other. */
const afterAll = (...readings: ReadonlyArray<InstanceReading>): InstanceReading | undefined =>
  readings
    .map((reading) => snapshotOf([serviceOf({}, [reading])]))
    .reduce((previous, fresh) => carryOver(previous, fresh, 300))
    .services.flatMap(({ instances }) => instances)[0]

test('an instance whose metrics failed keeps its last point, from whichever collection it is', (t) => {
  t.deepEqual(afterAll(okCarryOverValues(960), failed), { ...failed, ...measured(960) })
  t.deepEqual(afterAll(okCarryOverValues(960), failed, failed), { ...failed, ...measured(960) })
  t.deepEqual(afterAll(okCarryOverValues(960), failed, okCarryOverValues(1020)), okCarryOverValues(1020))
})

test('an instance that never had a point has none', (t) => {
  for (const reading of [failed, empty, gone]) t.deepEqual(afterAll(failed, reading), reading)
})

test('an older point that comes later does not replace a newer one', (t) => {
  t.deepEqual(afterAll(okCarryOverValues(960), okCarryOverValues(900)), okCarryOverValues(960))
  t.deepEqual(afterAll(okCarryOverValues(960), failed, okCarryOverValues(900)), okCarryOverValues(960))
  t.deepEqual(afterAll(okCarryOverValues(960), okCarryOverValues(1020)), okCarryOverValues(1020))
})

test('a newer point that is too old to be shown does not stand in the way: the cloud’s clock may have been set back', (t) => {
  const setBack: InstanceReading = { instance, outcome: 'ok', ...measured(-2_800), ageFrom: 1_000 }
  t.deepEqual(afterAll(okCarryOverValues(700), setBack), okCarryOverValues(700))
  t.deepEqual(afterAll(okCarryOverValues(699), setBack), setBack)
})

test('when the cloud has no values, those from before are known, but not shown', (t) => {
  t.deepEqual(afterAll(okCarryOverValues(960), empty), { ...empty, before: measured(960) })
  t.deepEqual(afterAll(okCarryOverValues(960), failed, empty), { ...empty, before: measured(960) })
  t.deepEqual(afterAll(okCarryOverValues(960), empty, empty), { ...empty, before: measured(960) })
})

test('a failure after no values does not bring them back', (t) => {
  t.deepEqual(afterAll(okCarryOverValues(960), empty, failed), { ...failed, before: measured(960) })
  t.deepEqual(afterAll(okCarryOverValues(960), empty, failed, failed), { ...failed, before: measured(960) })
})

test('after no values, an older point does not replace the one from before, and a newer one does', (t) => {
  t.deepEqual(afterAll(okCarryOverValues(960), empty, okCarryOverValues(900)), okCarryOverValues(960))
  t.deepEqual(afterAll(okCarryOverValues(960), empty, failed, okCarryOverValues(900)), okCarryOverValues(960))
  t.deepEqual(afterAll(okCarryOverValues(960), empty, okCarryOverValues(1020)), okCarryOverValues(1020))
})

test('what was known before a failure of the list is known after it, also of an instance that was not found', (t) => {
  const lost = snapshotOf([], { failure: someFailure })
  const [first, second] = [okCarryOverValues(990), gone].map((reading) => snapshotOf([serviceOf({}, [reading])]))
  const late = snapshotOf([serviceOf({}, [okCarryOverValues(930)])])
  const last = [second, lost, late].reduce((previous, fresh) => carryOver(previous, fresh ?? lost, 300), first)
  t.deepEqual(
    last?.services.flatMap(({ instances }) => instances),
    [okCarryOverValues(990)],
  )
})

test('an instance that is not found shows nothing; when it is found again, an older point does not replace what was known', (t) => {
  t.deepEqual(afterAll(okCarryOverValues(960), gone), { ...gone, before: measured(960) })
  t.deepEqual(afterAll(okCarryOverValues(960), empty, gone), { ...gone, before: measured(960) })
  t.deepEqual(afterAll(okCarryOverValues(960), gone, failed), { ...failed, before: measured(960) })
  t.deepEqual(afterAll(okCarryOverValues(960), gone, okCarryOverValues(900)), okCarryOverValues(960))
  t.deepEqual(afterAll(okCarryOverValues(960), gone, okCarryOverValues(1020)), okCarryOverValues(1020))
})

test('from when a value’s age counts goes with it', (t) => {
  const other = { ...measured(-28_000), ageFrom: 1000 }
  const read: InstanceReading = { instance, outcome: 'ok', ...other }
  t.deepEqual(afterAll(read, failed), { ...failed, ...other })
  t.deepEqual(afterAll(read, empty), { ...empty, before: other })
  t.deepEqual(afterAll(read, empty, failed), { ...failed, before: other })
  t.deepEqual(afterAll(read, okCarryOverValues(-29_000)), read)
  t.deepEqual(
    afterAll(okCarryOverValues(960), read),
    okCarryOverValues(960),
    'an age of its own does not make a point newer',
  )
  t.deepEqual(afterAll(read, { ...read, ageFrom: 1060 }), read, 'the same point, read again, gets no younger')
  t.deepEqual(afterAll(okCarryOverValues(-28_000), read), okCarryOverValues(-28_000))
})

test('whatever comes after one another, what is known of an instance that stays never gets older', (t) => {
  const anything = fc.oneof(
    fc.integer({ min: 960, max: 965 }).map((time) => okCarryOverValues(time)),
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

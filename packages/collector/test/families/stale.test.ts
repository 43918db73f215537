import test from 'ava'
import fc from 'fast-check'
import { families } from '../../src/families/families.js'
import { withoutStale } from '../../src/families/stale.js'
import { type InstanceReading, lastMeasured, lastPoint } from '../../src/snapshot.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { samplesOf, serviceOf, snapshotOf, someFailure } from '../helpers/snapshots.js'

const instance = { uuid: 'u0', instance_name: 'web.0' }
const point = { time: 1000, memory_usage: 7 }
const failed: InstanceReading = { instance, outcome: 'failed', failure: someFailure }
const ok: InstanceReading = { instance, outcome: 'ok', point }

/** A service that was listed at this time. */
const listedAt = (listedTime: number, ...readings: ReadonlyArray<InstanceReading>) =>
  snapshotOf([{ ...serviceOf({}, readings), listedTime }])

/** What is left of a reading at this time, when its service does not get too old. */
const at = (now: number, reading: InstanceReading) =>
  withoutStale(listedAt(now, reading), { now, maxAgeSeconds: 300 }).services.flatMap(({ instances }) => instances)

test('a value is shown until it is too old by its own time, whatever became of the last collection', (t) => {
  const readings: ReadonlyArray<readonly [InstanceReading, InstanceReading]> = [
    [ok, { instance, outcome: 'empty' }],
    [{ ...failed, point }, failed],
  ]
  for (const [reading, withoutValues] of readings) {
    t.deepEqual(at(1300, reading), [reading])
    t.deepEqual(at(1300.001, reading), [withoutValues])
  }
})

test('a value of another idea of time is shown until it was read too long ago', (t) => {
  const readings: ReadonlyArray<readonly [InstanceReading, InstanceReading]> = [
    [
      { ...ok, ageFrom: 30_000 },
      { instance, outcome: 'empty' },
    ],
    [{ ...failed, point, ageFrom: 30_000 }, failed],
  ]
  for (const [reading, withoutValues] of readings) {
    t.deepEqual(at(30_300, reading), [reading])
    t.deepEqual(at(30_301, reading), [withoutValues])
  }
})

test('what has no values stays as it is', (t) => {
  const readings: ReadonlyArray<InstanceReading> = [
    failed,
    { instance, outcome: 'empty' },
    { instance, outcome: 'gone' },
    { instance, outcome: 'empty', before: { point } },
    { ...failed, before: { point } },
  ]
  for (const reading of readings) t.deepEqual(at(1600, reading), [reading])
})

test('a service is shown until it was last listed too long ago', (t) => {
  const snapshot = snapshotOf([serviceOf({}, [ok])])
  t.is(withoutStale(snapshot, { now: 1300, maxAgeSeconds: 300 }).services.length, 1)
  t.deepEqual(withoutStale(snapshot, { now: 1301, maxAgeSeconds: 300 }).services, [])
})

test('a value that is too old is not shown, but its instance is, and its outcome counts as what it was', (t) => {
  const freshness = { now: 1301, maxAgeSeconds: 300 }
  const shown = (name: string) => samplesOf(name, [listedAt(1300, ok)], { freshness, articleNames: true })
  t.deepEqual(shown('alauda_instance_memory_usage_bytes'), [])
  t.deepEqual(shown('alauda_instance_last_sample_timestamp_seconds'), [])
  t.deepEqual(shown('memory_usage'), [])
  t.is(shown('alauda_instance_info')?.length, 1)
  t.deepEqual(
    shown('alauda_collection_instances')?.map(({ labels, value }) => [labels.outcome, value]),
    [
      ['ok', 1],
      ['empty', 0],
      ['gone', 0],
      ['failed', 0],
    ],
  )
})

test('however old things are, what is shown is known, not too old, and no collection is left out', (t) => {
  fc.assert(
    fc.property(snapshotLists, fc.double({ noNaN: true }), fc.nat(), (snapshots, now, maxAgeSeconds) => {
      for (const snapshot of snapshots) {
        const readings = snapshot.services.flatMap(({ instances }) => instances)
        const shown = withoutStale(snapshot, { now, maxAgeSeconds })
        for (const { listedTime, instances } of shown.services) {
          t.true(now - listedTime <= maxAgeSeconds)
          for (const reading of instances) {
            const known = lastPoint(reading) && lastMeasured(reading)
            if (known === undefined) continue
            t.true(readings.includes(reading))
            t.true(now - (known.ageFrom ?? known.point.time) <= maxAgeSeconds)
          }
        }
      }
      const ofCollections = (given: ReturnType<typeof families>) =>
        given.filter(({ name }) => /^alauda_(up|collection)/.test(name))
      t.deepEqual(
        ofCollections(families(snapshots, { freshness: { now, maxAgeSeconds } })),
        ofCollections(families(snapshots)),
      )
    }),
  )
})

import test from 'ava'
import fc from 'fast-check'
import { carryOver } from '../src/carry-over.js'
import { type InstanceReading, lastMeasured, lastPoint, type Snapshot } from '../src/snapshot.js'
import { snapshotLists } from './helpers/arbitraries.js'
import { serviceOf, snapshotOf, someFailure } from './helpers/snapshots.js'

const instance = { uuid: 'u0', instance_name: 'web.0' }
const ok = (time: number): InstanceReading => ({ instance, outcome: 'ok', point: { time, memory_usage: time } })
const failed: InstanceReading = { instance, outcome: 'failed', failure: someFailure }
const web = (...instances: ReadonlyArray<InstanceReading>) => snapshotOf([serviceOf({}, instances)])
const readings = ({ services }: Snapshot) => services.flatMap(({ instances }) => instances)

test('the first snapshot is as it is', (t) => {
  const fresh = web(failed)
  t.is(carryOver(undefined, fresh, 300), fresh)
})

test('another container of the same name does not inherit values', (t) => {
  const other: InstanceReading = { ...failed, instance: { uuid: 'u1', instance_name: 'web.0' } }
  t.deepEqual(readings(carryOver(web(ok(960)), web(other), 300)), [other])
})

test('a service whose instances could not be listed keeps them, as failed', (t) => {
  const fresh = snapshotOf([{ ...serviceOf({}), instancesFailure: someFailure }])
  const { services } = carryOver(web(ok(960)), fresh, 300)
  t.deepEqual(services, [
    {
      ...serviceOf({}, [{ ...failed, point: { time: 960, memory_usage: 960 } }]),
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
  const kept = serviceOf({ service_name: 'web' }, [{ ...failed, point: { time: 960, memory_usage: 960 } }])
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
      const keys = after.services.map(({ service }) =>
        JSON.stringify([service.service_name, service.project_name, service.space_name]),
      )
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

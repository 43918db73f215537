import test from 'ava'
import { withoutStale } from '../../src/families/stale.js'
import type { InstanceReading } from '../../src/snapshot.js'
import { serviceOf, snapshotOf, someFailure } from '../helpers/snapshots.js'

const instance = { uuid: 'u0', instance_name: 'web.0' }
const failed: InstanceReading = { instance, outcome: 'failed', failure: someFailure }
const ok: InstanceReading = { instance, outcome: 'ok', point: { time: 1000, memory_usage: 7 } }

test('a value that could not be read again is shown until it is too old; its instance stays', (t) => {
  const snapshot = snapshotOf([
    { ...serviceOf({}, [{ ...failed, point: { time: 1000, memory_usage: 7 } }]), listedTime: 1300 },
  ])
  t.deepEqual(withoutStale(snapshot, { now: 1300, maxAgeSeconds: 300 }), snapshot)
  t.deepEqual(withoutStale(snapshot, { now: 1301, maxAgeSeconds: 300 }).services[0]?.instances, [failed])
})

test('a service is shown until it was last listed too long ago', (t) => {
  t.is(withoutStale(snapshotOf([serviceOf({}, [ok])]), { now: 1300, maxAgeSeconds: 300 }).services.length, 1)
  t.deepEqual(withoutStale(snapshotOf([serviceOf({}, [ok])]), { now: 1301, maxAgeSeconds: 300 }).services, [])
})

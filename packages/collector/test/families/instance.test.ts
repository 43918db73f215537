import test from 'ava'
import { instanceRows } from '../../src/families/instance.js'
import type { InstanceReading } from '../../src/snapshot.js'
import { fullPoint, samplesOf, serviceOf, snapshotOf, someFailure } from '../helpers/snapshots.js'

const labels = { namespace: 'demo', service: 'web', instance_name: 'web.0' }
const instance = { uuid: 'c0ffee', instance_name: 'web.0', started_at: 1433750001.5 }
const of = (...readings: ReadonlyArray<InstanceReading>) => [snapshotOf([serviceOf({}, readings)])]

test('every row is tested here', (t) => {
  t.deepEqual(
    instanceRows.map(({ name }) => name),
    ['alauda_instance_start_time_seconds', 'alauda_instance_info'],
  )
})

test('when an instance started is told in seconds', (t) => {
  t.deepEqual(samplesOf('alauda_instance_start_time_seconds', of({ instance, outcome: 'empty' })), [
    { labels, value: 1433750001.5 },
  ])
})

test('an instance that does not tell when it started has no start time', (t) => {
  const untold = { uuid: 'c0ffee', instance_name: 'web.0' }
  t.deepEqual(samplesOf('alauda_instance_start_time_seconds', of({ instance: untold, outcome: 'empty' })), [])
})

test('the uuid is in the info', (t) => {
  t.deepEqual(samplesOf('alauda_instance_info', of({ instance, outcome: 'ok', point: fullPoint })), [
    { labels: { ...labels, uuid: 'c0ffee' }, value: 1 },
  ])
})

test('an instance without values, and one whose metrics failed, are still there; one that is gone is not', (t) => {
  const named = (instance_name: string) => ({ ...instance, instance_name })
  const snapshots = of(
    { instance: named('ok'), outcome: 'ok', point: fullPoint },
    { instance: named('empty'), outcome: 'empty' },
    { instance: named('gone'), outcome: 'gone' },
    { instance: named('failed'), outcome: 'failed', failure: someFailure },
  )
  for (const name of ['alauda_instance_start_time_seconds', 'alauda_instance_info']) {
    t.deepEqual(
      samplesOf(name, snapshots)?.map((sample) => sample.labels.instance_name),
      ['ok', 'empty', 'failed'],
    )
  }
})

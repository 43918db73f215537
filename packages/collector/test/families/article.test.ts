import test from 'ava'
import { articleRows } from '../../src/families/article.js'
import type { InstanceReading, Snapshot } from '../../src/snapshot.js'
import { fullPoint, measured, samplesOf, serviceOf, snapshotOf, someFailure } from '../helpers/snapshots.js'

const samples = (name: string, ...snapshots: ReadonlyArray<Snapshot>) =>
  samplesOf(name, snapshots, { articleNames: true })
const labels = { service: 'web', instance: 'web.0' }

test('every row is tested here', (t) => {
  t.deepEqual(
    articleRows.map(({ name, type }) => [name, type]),
    [
      ['cpu_cumulative_usage', 'gauge'],
      ['cpu_utilization', 'gauge'],
      ['memory_usage', 'gauge'],
      ['memory_utilization', 'gauge'],
    ],
  )
})

test('the values are as the API gives them, with the labels of the article', (t) => {
  const snapshot = measured(fullPoint)
  t.deepEqual(samples('cpu_cumulative_usage', snapshot), [{ labels, value: 310527696 }])
  t.deepEqual(samples('cpu_utilization', snapshot), [{ labels, value: 12.5 }])
  t.deepEqual(samples('memory_usage', snapshot), [{ labels, value: 16072704 }])
  t.deepEqual(samples('memory_utilization', snapshot), [{ labels, value: 25 }])
})

test('a value that is absent has no sample', (t) => {
  const snapshot = measured({ memory_usage: 0 })
  t.deepEqual(samples('memory_usage', snapshot), [{ labels, value: 0 }])
  for (const name of ['cpu_cumulative_usage', 'cpu_utilization', 'memory_utilization']) {
    t.deepEqual(samples(name, snapshot), [])
  }
})

const ok = (uuid: string, memory_usage: number, started_at: number): InstanceReading => ({
  instance: { uuid, instance_name: 'web.0', started_at },
  outcome: 'ok',
  point: { time: 1000, memory_usage },
})

test('of two namespaces’ instances of one name the newest is the one series', (t) => {
  const older = snapshotOf([serviceOf({}, [ok('a', 1, 100)])], { namespace: 'demo' })
  const newer = snapshotOf([serviceOf({}, [ok('b', 2, 200)])], { namespace: 'team' })
  t.deepEqual(samples('memory_usage', older, newer), [{ labels, value: 2 }])
  t.deepEqual(samples('memory_usage', newer, older), [{ labels, value: 2 }])
})

test('instances of other names are other series', (t) => {
  const instance = (instance_name: string) => ({ uuid: instance_name, instance_name })
  const snapshot = snapshotOf([
    serviceOf({}, [
      { instance: instance('web.0'), outcome: 'ok', point: { time: 1000, memory_usage: 1 } },
      { instance: instance('web.1'), outcome: 'ok', point: { time: 1000, memory_usage: 2 } },
    ]),
  ])
  t.deepEqual(samples('memory_usage', snapshot), [
    { labels: { service: 'web', instance: 'web.0' }, value: 1 },
    { labels: { service: 'web', instance: 'web.1' }, value: 2 },
  ])
})

test('of two projects’ instances of one name, too', (t) => {
  const snapshot = snapshotOf([
    serviceOf({ project_name: 'shop' }, [ok('a', 1, 200)]),
    serviceOf({ project_name: 'blog' }, [ok('b', 2, 100)]),
  ])
  t.deepEqual(samples('memory_usage', snapshot), [{ labels, value: 1 }])
})

test('an instance without values does not hide an older one that has some', (t) => {
  const instance = { uuid: 'b', instance_name: 'web.0', started_at: 200 }
  const older = snapshotOf([serviceOf({}, [ok('a', 1, 100)])])
  const withoutValues: ReadonlyArray<InstanceReading> = [
    { instance, outcome: 'empty' },
    { instance, outcome: 'gone' },
    { instance, outcome: 'failed', failure: someFailure },
  ]
  for (const reading of withoutValues) {
    const newer = snapshotOf([serviceOf({}, [reading])], { namespace: 'team' })
    t.deepEqual(samples('memory_usage', older, newer), [{ labels, value: 1 }])
  }
})

import { readFileSync } from 'node:fs'
import { type InstanceMetricsPoint, metricColumns } from '@alauda-exporter/alauda-client'
import test from 'ava'
import fc from 'fast-check'
import { families } from '../../src/families/families.js'
import { articleRows, instanceRows, lastSampleRow, pointRows } from '../../src/families/instance.js'
import type { InstanceReading, Snapshot } from '../../src/snapshot.js'
import { points } from '../helpers/arbitraries.js'
import { fullPoint, measured, okOf, samplesOf, serviceOf, snapshotOf, someFailure } from '../helpers/snapshots.js'

const labels = { namespace: 'demo', service: 'web', instance_name: 'web.0' }
const instance = { uuid: 'c0ffee', name: 'web.0', startTime: 1433750001.5 }
const point = { time: 1000 }
const of = (...readings: ReadonlyArray<InstanceReading>) => [snapshotOf([serviceOf({}, readings)])]

test('every instance row is tested here', (t) => {
  t.deepEqual(
    instanceRows.map(({ name }) => name),
    ['alauda_instance_start_time_seconds', 'alauda_instance_info'],
  )
})

test('the start time of an instance is in seconds', (t) => {
  t.deepEqual(samplesOf('alauda_instance_start_time_seconds', of({ instance, outcome: 'empty' })), [
    { labels, value: 1433750001.5 },
  ])
})

test('an instance without `started_at` has no start time', (t) => {
  const untold = { uuid: 'c0ffee', name: 'web.0' }
  t.deepEqual(samplesOf('alauda_instance_start_time_seconds', of({ instance: untold, outcome: 'empty' })), [])
})

test('the uuid is in the info', (t) => {
  t.deepEqual(samplesOf('alauda_instance_info', of({ instance, outcome: 'ok', point })), [
    { labels: { ...labels, uuid: 'c0ffee' }, value: 1 },
  ])
})

test('an instance without values, and one whose metrics failed, are still there; one that is gone is not', (t) => {
  const named = (name: string) => ({ ...instance, name })
  const snapshots = of(
    { instance: named('ok'), outcome: 'ok', point },
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

const rows = [
  { metric: 'alauda_instance_cpu_usage_seconds_total', column: 'cpu_cumulative_usage', unit: 1e9 },
  { metric: 'alauda_instance_cpu_utilization_ratio', column: 'cpu_utilization', unit: 100 },
  { metric: 'alauda_instance_memory_usage_bytes', column: 'memory_usage', unit: 1 },
  { metric: 'alauda_instance_memory_utilization_ratio', column: 'memory_utilization', unit: 100 },
  { metric: 'alauda_instance_network_receive_bytes_total', column: 'rx_bytes', unit: 1 },
  { metric: 'alauda_instance_network_receive_errors_total', column: 'rx_errors', unit: 1 },
  { metric: 'alauda_instance_network_transmit_bytes_total', column: 'tx_bytes', unit: 1 },
  { metric: 'alauda_instance_network_transmit_errors_total', column: 'tx_errors', unit: 1 },
  { metric: 'alauda_instance_last_sample_timestamp_seconds', column: 'time', unit: 1 },
] as const satisfies ReadonlyArray<{ column: keyof InstanceMetricsPoint; [other: string]: unknown }>

test('every row of an instance’s metrics is tested here', (t) => {
  t.deepEqual(
    [...pointRows, lastSampleRow].map(({ name }) => name).sort(),
    [...rows.map(({ metric }) => metric), 'alauda_instance_memory_limit_bytes'].sort(),
  )
})

test('nanoseconds of CPU time become seconds', (t) => {
  t.deepEqual(samplesOf('alauda_instance_cpu_usage_seconds_total', [measured({ cpu_cumulative_usage: 310527696 })]), [
    { labels, value: 0.310527696 },
  ])
})

test('percent become ratios', (t) => {
  const snapshot = measured({ cpu_utilization: 12.5, memory_utilization: 150 })
  t.deepEqual(samplesOf('alauda_instance_cpu_utilization_ratio', [snapshot]), [{ labels, value: 0.125 }])
  t.deepEqual(samplesOf('alauda_instance_memory_utilization_ratio', [snapshot]), [{ labels, value: 1.5 }])
})

const limitOf = (memory_usage: number | undefined, memory_utilization: number | undefined) =>
  samplesOf('alauda_instance_memory_limit_bytes', [
    measured({
      rx_bytes: 0,
      ...(memory_usage === undefined ? {} : { memory_usage }),
      ...(memory_utilization === undefined ? {} : { memory_utilization }),
    }),
  ])

test('the memory limit follows from usage and percentage, to the byte: the documented point is of 512 MiB', (t) => {
  t.deepEqual(limitOf(16072704, 2.9937744140625), [{ labels, value: 536870912 }])
  t.deepEqual(limitOf(100, 150), [{ labels, value: 67 }])
})

test('without usage or percentage, or where one of them is 0 or no limit follows, there is no memory limit', (t) => {
  for (const [usage, percent] of [
    [undefined, 50],
    [100, undefined],
    [0, 0],
    [0, 50],
    [100, 0],
    [-100, -50],
    [100, -50],
    [100, 1e-310],
    [1, 1e9],
    [Number.NaN, 50],
    [100, Number.POSITIVE_INFINITY],
  ] as const) {
    t.deepEqual(limitOf(usage, percent), [], `${usage} ${percent}`)
  }
})

test('for any limit, usage and percentage give it back', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 42 }), fc.double({ min: 1e-6, max: 2, noNaN: true }), (limit, share) => {
      const usage = Math.max(1, Math.round(limit * share))
      t.deepEqual(limitOf(usage, (usage / limit) * 100), [{ labels, value: limit }])
    }),
  )
})

test('bytes and errors stay what they are', (t) => {
  const snapshot = measured({ memory_usage: 16072704, rx_bytes: 648, rx_errors: 1, tx_bytes: 738, tx_errors: 0 })
  t.deepEqual(samplesOf('alauda_instance_memory_usage_bytes', [snapshot]), [{ labels, value: 16072704 }])
  t.deepEqual(samplesOf('alauda_instance_network_receive_bytes_total', [snapshot]), [{ labels, value: 648 }])
  t.deepEqual(samplesOf('alauda_instance_network_receive_errors_total', [snapshot]), [{ labels, value: 1 }])
  t.deepEqual(samplesOf('alauda_instance_network_transmit_bytes_total', [snapshot]), [{ labels, value: 738 }])
  t.deepEqual(samplesOf('alauda_instance_network_transmit_errors_total', [snapshot]), [{ labels, value: 0 }])
})

test('the time of the point is shown', (t) => {
  t.deepEqual(samplesOf('alauda_instance_last_sample_timestamp_seconds', [measured({ rx_bytes: 1 })]), [
    { labels, value: 1000 },
  ])
})

test('each value has its metric, and a value that is absent has no sample', (t) => {
  fc.assert(
    fc.property(points, (point) => {
      const given = families([measured(point)])
      for (const { metric, column, unit } of rows) {
        const value = point[column]
        t.deepEqual(
          given.find(({ name }) => name === metric)?.samples,
          value === undefined ? [] : [{ labels, value: value / unit }],
        )
      }
    }),
  )
})

test('an instance without values, one that is gone and one that failed have no samples', (t) => {
  const instance = (name: string) => ({ uuid: name, name })
  const snapshot = snapshotOf([
    serviceOf({}, [
      okOf({ uuid: 'web.0', instance_name: 'web.0' }, fullPoint),
      { instance: instance('web.1'), outcome: 'empty' },
      { instance: instance('web.2'), outcome: 'gone' },
      { instance: instance('web.3'), outcome: 'failed', failure: someFailure },
    ]),
  ])
  for (const { metric } of rows) {
    t.deepEqual(
      samplesOf(metric, [snapshot])?.map((sample) => sample.labels),
      [labels],
    )
  }
})

test('docs/metrics.md has the evidence for every column', (t) => {
  const page = readFileSync(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8')
  const evidence = page.slice(page.indexOf('## Evidence'))
  for (const column of ['time', ...metricColumns]) {
    t.true(
      evidence.split('\n').some((line) => line.split(' | ')[0]?.includes(`\`${column}\``)),
      column,
    )
  }
})

const samples = (name: string, ...snapshots: ReadonlyArray<Snapshot>) =>
  samplesOf(name, snapshots, { articleNames: true })
const labelsArticle = { service: 'web', instance: 'web.0' }

test('every row of the article is tested here', (t) => {
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
  t.deepEqual(samples('cpu_cumulative_usage', snapshot), [{ labels: labelsArticle, value: 310527696 }])
  t.deepEqual(samples('cpu_utilization', snapshot), [{ labels: labelsArticle, value: 12.5 }])
  t.deepEqual(samples('memory_usage', snapshot), [{ labels: labelsArticle, value: 16072704 }])
  t.deepEqual(samples('memory_utilization', snapshot), [{ labels: labelsArticle, value: 25 }])
})

test('a value that is absent has no sample', (t) => {
  const snapshot = measured({ memory_usage: 0 })
  t.deepEqual(samples('memory_usage', snapshot), [{ labels: labelsArticle, value: 0 }])
  for (const name of ['cpu_cumulative_usage', 'cpu_utilization', 'memory_utilization']) {
    t.deepEqual(samples(name, snapshot), [])
  }
})

const ok = (uuid: string, memoryUsageBytes: number, startTime: number): InstanceReading => ({
  instance: { uuid, name: 'web.0', startTime },
  outcome: 'ok',
  point: { time: 1000, memoryUsageBytes },
})

test('of two namespaces’ instances of one name the newest is the one series', (t) => {
  const older = snapshotOf([serviceOf({}, [ok('a', 1, 100)])], { namespace: 'demo' })
  const newer = snapshotOf([serviceOf({}, [ok('b', 2, 200)])], { namespace: 'team' })
  t.deepEqual(samples('memory_usage', older, newer), [{ labels: labelsArticle, value: 2 }])
  t.deepEqual(samples('memory_usage', newer, older), [{ labels: labelsArticle, value: 2 }])
})

test('instances of other names are other series', (t) => {
  const instance = (name: string) => ({ uuid: name, name })
  const snapshot = snapshotOf([
    serviceOf({}, [
      { instance: instance('web.0'), outcome: 'ok', point: { time: 1000, memoryUsageBytes: 1 } },
      { instance: instance('web.1'), outcome: 'ok', point: { time: 1000, memoryUsageBytes: 2 } },
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
  t.deepEqual(samples('memory_usage', snapshot), [{ labels: labelsArticle, value: 1 }])
})

test('an instance without values does not hide an older one that has some', (t) => {
  const instance = { uuid: 'b', name: 'web.0', startTime: 200 }
  const older = snapshotOf([serviceOf({}, [ok('a', 1, 100)])])
  const withoutValues: ReadonlyArray<InstanceReading> = [
    { instance, outcome: 'empty' },
    { instance, outcome: 'gone' },
    { instance, outcome: 'failed', failure: someFailure },
  ]
  for (const reading of withoutValues) {
    const newer = snapshotOf([serviceOf({}, [reading])], { namespace: 'team' })
    t.deepEqual(samples('memory_usage', older, newer), [{ labels: labelsArticle, value: 1 }])
  }
})

import { readFileSync } from 'node:fs'
import { type InstanceMetricsPoint, metricColumns } from '@alauda-exporter/alauda-client'
import test from 'ava'
import fc from 'fast-check'
import { families } from '../../src/families/families.js'
import { instanceMetricsRows, lastSampleRow } from '../../src/families/instance-metrics.js'
import { points } from '../helpers/arbitraries.js'
import { fullPoint, measured, samplesOf, serviceOf, snapshotOf, someFailure } from '../helpers/snapshots.js'

const labels = { namespace: 'demo', service: 'web', instance_name: 'web.0' }

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

test('every row is tested here', (t) => {
  t.deepEqual(
    [...instanceMetricsRows, lastSampleRow].map(({ name }) => name).sort(),
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

test('the time of the point is told', (t) => {
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
  const instance = (name: string) => ({ uuid: name, instance_name: name })
  const snapshot = snapshotOf([
    serviceOf({}, [
      { instance: instance('web.0'), outcome: 'ok', point: fullPoint },
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

test('docs/metrics.md says of every column how it is known', (t) => {
  const page = readFileSync(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8')
  const evidence = page.slice(page.indexOf('fields are known'))
  for (const column of ['time', ...metricColumns]) {
    t.true(
      evidence.split('\n').some((line) => line.split(' | ')[0]?.includes(`\`${column}\``)),
      column,
    )
  }
})

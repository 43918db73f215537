import test from 'ava'
import fc from 'fast-check'
import { articleRows } from '../../src/families/article.js'
import { families, metrics } from '../../src/families/families.js'
import { instanceMetricsRows } from '../../src/families/instance-metrics.js'
import type { Sample } from '../../src/family.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { allOptions, fullPoint, fullSnapshot, measured, samplesOf } from '../helpers/snapshots.js'

const labels = { account: 'north', tier: '1' }

test('labels are on each sample, after its own, and the metrics tell of them', (t) => {
  const snapshot = measured({ memory_usage: 7 })
  t.deepEqual(
    families([snapshot], { labels }).find(({ name }) => name === 'alauda_instance_memory_usage_bytes'),
    {
      name: 'alauda_instance_memory_usage_bytes',
      help: 'Memory that the instance uses, in bytes (memory_usage).',
      type: 'gauge',
      labels: ['namespace', 'project', 'space', 'service', 'instance_name', 'account', 'tier'],
      samples: [
        {
          labels: { namespace: 'demo', service: 'web', instance_name: 'web.0', account: 'north', tier: '1' },
          value: 7,
        },
      ],
    },
  )
  t.true(metrics({ ...allOptions, labels }).every((metric) => metric.labels.slice(-2).join() === 'account,tier'))
})

test('no labels change nothing', (t) => {
  t.deepEqual(families([fullSnapshot], { ...allOptions, labels: {} }), families([fullSnapshot], allOptions))
  t.deepEqual(metrics({ labels: {} }), metrics())
})

const values = [...instanceMetricsRows, ...articleRows].map(({ name }) => name)

test('timestamps are on all measured values, and on nothing else', (t) => {
  for (const { name, samples } of families([fullSnapshot], { ...allOptions, timestamps: true })) {
    t.deepEqual(
      [...new Set(samples.map(({ time }) => time))],
      [values.includes(name) ? fullPoint.time : undefined],
      name,
    )
  }
})

test('a value’s time is that of its own point', (t) => {
  t.deepEqual(samplesOf('alauda_instance_memory_usage_bytes', [measured({ memory_usage: 7 })], { timestamps: true }), [
    { labels: { namespace: 'demo', service: 'web', instance_name: 'web.0' }, value: 7, time: 1000 },
  ])
})

test('without timestamps no sample has a time', (t) => {
  for (const timestamps of [false, undefined]) {
    const samples = families([fullSnapshot], { ...allOptions, timestamps }).flatMap((family) => family.samples)
    t.true(samples.every((sample) => !('time' in sample)))
  }
})

const withoutTime = ({ time: _, ...sample }: Sample) => sample

test('whatever is known, timestamps change nothing but the times', (t) => {
  fc.assert(
    fc.property(snapshotLists, (snapshots) => {
      t.deepEqual(
        families(snapshots, { ...allOptions, timestamps: true }).map((family) => ({
          ...family,
          samples: family.samples.map(withoutTime),
        })),
        families(snapshots, allOptions),
      )
    }),
  )
})

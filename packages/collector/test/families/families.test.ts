import test from 'ava'
import fc from 'fast-check'
import { apiFamilies } from '../../src/families/api.js'
import { describeMetrics, families } from '../../src/families/families.js'
import { articleRows, pointRows } from '../../src/families/instance.js'
import { withoutStale } from '../../src/families/stale.js'
import type { Sample } from '../../src/family.js'
import { type InstanceReading, lastMeasured, lastPoint } from '../../src/snapshot.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { seriesKey } from '../helpers/parse-text.js'
import {
  allOptions,
  fullPoint,
  fullSnapshot,
  measured,
  samplesOf,
  serviceOf,
  snapshotOf,
  someFailure,
} from '../helpers/snapshots.js'
import { fullStatistics } from '../helpers/statistics.js'

const all = describeMetrics(allOptions)
const ofSnapshots = families([], allOptions)
const articleNames = ['cpu_cumulative_usage', 'cpu_utilization', 'memory_usage', 'memory_utilization']

test('every metric keeps the contract of names, help, types and labels', (t) => {
  for (const { name, help, type, labels } of all) {
    t.regex(name, /^[a-zA-Z_:][a-zA-Z0-9_:]*$/)
    t.regex(help, /^\S.*\S\.$/, name)
    t.is(name.endsWith('_total'), type === 'counter', name)
    t.deepEqual(labels, [...new Set(labels)], name)
    for (const label of labels) t.regex(label, /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, name)
    t.is(labels.includes('instance'), articleNames.includes(name), name)
  }
})

test('no two metrics have one name', (t) => {
  const names = all.map(({ name }) => name)
  t.deepEqual(names, [...new Set(names)])
})

test('a full snapshot and full statistics give every metric, with every label that it declares, in order', (t) => {
  const full = [...families([fullSnapshot], allOptions), ...apiFamilies(fullStatistics)]
  t.deepEqual(
    full.map(({ samples: _, ...metric }) => metric),
    all.map(({ name, help, type, labels }) => ({ name, help, type, labels })),
  )
  for (const { name, labels, samples } of full) {
    t.true(samples.length > 0, name)
    for (const sample of samples) {
      const expected = sample.suffix === '_bucket' ? [...labels, 'le'] : labels
      t.deepEqual(Object.keys(sample.labels), expected, name)
    }
  }
})

test('any snapshots give the same metrics, samples with declared labels in order, and no NaN', (t) => {
  fc.assert(
    fc.property(snapshotLists, (snapshots) => {
      const given = families(snapshots, allOptions)
      t.deepEqual(
        given.map(({ name }) => name),
        ofSnapshots.map(({ name }) => name),
      )
      for (const { labels, samples } of given) {
        for (const sample of samples) {
          t.deepEqual(
            Object.keys(sample.labels),
            labels.filter((label) => label in sample.labels),
          )
          t.false(Number.isNaN(sample.value))
        }
      }
    }),
  )
})

test('any snapshots give no series twice', (t) => {
  fc.assert(
    fc.property(snapshotLists, (snapshots) => {
      for (const { samples } of families(snapshots, allOptions)) {
        const keys = samples.map(({ labels }) => seriesKey(labels))
        t.is(new Set(keys).size, keys.length)
      }
    }),
  )
})

test('no snapshots give all metrics without samples', (t) => {
  t.true(families([]).every(({ samples }) => samples.length === 0))
  t.deepEqual([...families([]), ...apiFamilies(undefined)], describeMetrics())
})

test('the article’s names and the service labels are there on request only', (t) => {
  const without = describeMetrics().map(({ name }) => name)
  t.deepEqual(
    all.map(({ name }) => name).filter((name) => !without.includes(name)),
    ['alauda_service_labels', ...articleNames],
  )
  t.deepEqual(describeMetrics({ articleNames: false, serviceLabels: [] }), describeMetrics())
})

test('a project and a space are labels where the API returns them', (t) => {
  const labelsOf = (service: Parameters<typeof serviceOf>[0]) =>
    samplesOf('alauda_service_info', [snapshotOf([serviceOf(service)])])?.map(({ labels }) => labels)
  t.deepEqual(labelsOf({}), [{ namespace: 'demo', service: 'web' }])
  t.deepEqual(labelsOf({ project_name: 'shop' }), [{ namespace: 'demo', project: 'shop', service: 'web' }])
  t.deepEqual(labelsOf({ space_name: 'test' }), [{ namespace: 'demo', space: 'test', service: 'web' }])
})

test('the namespace is the one that was read, whatever the service says of itself', (t) => {
  const snapshot = snapshotOf([serviceOf({ namespace: 'other' })], { namespace: 'team' })
  t.deepEqual(samplesOf('alauda_service_info', [snapshot]), [
    { labels: { namespace: 'team', service: 'web' }, value: 1 },
  ])
})

test('an empty project or space is none: for Prometheus an empty label is an absent one', (t) => {
  const shown = families([snapshotOf([serviceOf({ service_name: 'web', project_name: '', space_name: '' })])])
  t.deepEqual(
    shown.find(({ name }) => name === 'alauda_service_info')?.samples.map(({ labels }) => labels),
    [{ namespace: 'demo', service: 'web' }],
  )
})

const labels = { account: 'north', tier: '1' }

test('labels are on each sample, after its own, and the metrics declare them', (t) => {
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
  t.true(
    describeMetrics({ ...allOptions, labels }).every((metric) => metric.labels.slice(-2).join() === 'account,tier'),
  )
})

test('no labels change nothing', (t) => {
  t.deepEqual(families([fullSnapshot], { ...allOptions, labels: {} }), families([fullSnapshot], allOptions))
  t.deepEqual(describeMetrics({ labels: {} }), describeMetrics())
})

const values = [...pointRows, ...articleRows].map(({ name }) => name)

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

const instance = { uuid: 'u0', name: 'web.0' }
const point = { time: 1000, memoryUsageBytes: 7 }
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

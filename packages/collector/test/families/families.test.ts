import test from 'ava'
import fc from 'fast-check'
import { apiFamilies } from '../../src/families/api.js'
import { families, metrics } from '../../src/families/families.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { seriesKey } from '../helpers/parse-text.js'
import { allOptions, fullSnapshot, samplesOf, serviceOf, snapshotOf } from '../helpers/snapshots.js'
import { fullStatistics } from '../helpers/statistics.js'

const all = metrics(allOptions)
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
  t.deepEqual([...families([]), ...apiFamilies(undefined)], metrics())
})

test('the article’s names and the service labels are there on request only', (t) => {
  const without = metrics().map(({ name }) => name)
  t.deepEqual(
    all.map(({ name }) => name).filter((name) => !without.includes(name)),
    ['alauda_service_labels', ...articleNames],
  )
  t.deepEqual(metrics({ articleNames: false, serviceLabels: [] }), metrics())
})

test('a project and a space are labels where the API tells them', (t) => {
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

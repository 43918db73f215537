import { atOnce, type Family, type Metric, type Steps } from '../family.js'
import type { Point } from '../model.js'
import { newestByKey } from '../newest.js'
import { identityLabels } from '../service-labels.js'
import { type InstanceReading, lastPoint, type ServiceReading, type Snapshot, servicesIn } from '../snapshot.js'
import { apiFamilies } from './api.js'
import { collectionRows } from './collection.js'
import { customFamily, type OnCustomFailure, warnOfCustomFailure } from './custom.js'
import { articleRows, instanceRows, lastSampleRow, pointRows } from './instance.js'
import { assertFamiliesOptions, type FamiliesOptions, takenLabels } from './options.js'
import { counter, family, type Identified, type Row, table } from './row.js'
import { serviceLabelsRow, serviceRows } from './service.js'
import { withoutStale } from './stale.js'

/**
 * The metrics of snapshots, one per namespace. A value that the API did not return has no sample. Units are Prometheus' own:
 * seconds, bytes, ratios. Pure: the same snapshots give the same families.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, families } from '@alauda-exporter/collector'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const collector = createCollector({ client, namespaces: ['demo'] })
 * const snapshots = await collector.collect()
 * const up = families(snapshots).find(({ name }) => name === 'alauda_up')
 * assert.deepEqual(up?.samples, [{ labels: { namespace: 'demo' }, value: 1 }])
 * ```
 */
export const families = (snapshots: ReadonlyArray<Snapshot>, options: FamiliesOptions = {}): ReadonlyArray<Family> => {
  assertFamiliesOptions(builtInMetrics, options)
  return atOnce(familiesInSteps(snapshots, options, warnOfCustomFailure))
}

/** As {@link families}, in steps and for options that were checked. */
export function* familiesInSteps(
  snapshots: ReadonlyArray<Snapshot>,
  options: FamiliesOptions,
  onCustomFailure: OnCustomFailure,
): Steps<ReadonlyArray<Family>> {
  const { articleNames = false, serviceLabels: keys = [], timestamps = false, labels = {}, freshness } = options
  const { customMetrics = [], sizes } = options
  const measured = timestamps ? atItsTime : (row: Row<Point>) => row
  const shown = freshness === undefined ? snapshots : snapshots.map((snapshot) => withoutStale(snapshot, freshness))
  yield
  const readings = shown.flatMap(readingsOf)
  yield
  const instances = readings.flatMap(instancesOf)
  yield
  const points = instances.flatMap(withPoint)
  yield
  const services = readings.map(({ labels, subject }) => ({ labels, subject: subject.service }))
  yield
  // What became of a collection does not get stale.
  const collections = snapshots.map((snapshot) => ({ labels: { namespace: snapshot.namespace }, subject: snapshot }))
  const made = [
    ...(yield* table(instanceIdentity, [...pointRows.map(measured), lastSampleRow], points, labels)),
    ...(yield* table(instanceIdentity, instanceRows, instances.flatMap(stillThere), labels)),
    ...(yield* table(serviceIdentity, serviceRows(sizes), services, labels)),
    ...(keys.length > 0 ? yield* table(serviceIdentity, [serviceLabelsRow(keys)], services, labels) : []),
    ...(yield* table(['namespace'], collectionRows, collections, labels)),
    ...(articleNames
      ? yield* table(['service', 'instance'], articleRows.map(measured), articlePoints(instances), labels)
      : []),
  ]
  for (const metric of customMetrics) {
    made.push(customFamily(metric, shown, onCustomFailure, labels))
    yield
  }
  return made
}

/**
 * All metrics that a collector may show, with the same options: names, helps, types and labels, without a single value.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { describeMetrics } from '@alauda-exporter/collector'
 *
 * const up = describeMetrics().find(({ name }) => name === 'alauda_up')
 * assert.equal(up?.type, 'gauge')
 * assert.deepEqual(up?.labels, ['namespace'])
 * ```
 */
export const describeMetrics = (options: FamiliesOptions = {}): ReadonlyArray<Metric> => {
  assertFamiliesOptions(builtInMetrics, options)
  return metricsOf(options)
}

/** As {@link describeMetrics}, for options that were checked. */
export const metricsOf = (options: FamiliesOptions): ReadonlyArray<Metric> => [
  ...atOnce(familiesInSteps([], options, warnOfCustomFailure)),
  ...(options.customMetrics?.length ? [customFailuresFamily(new Map(), options)] : []),
  ...apiFamilies(undefined, options),
]

const customFailuresRow = counter(
  'alauda_custom_metric_failures_total',
  'Times that a metric of the host’s own could not be read for a namespace, and was left out, by its name.',
  (count: number) => count,
)

/** How often each custom metric failed. */
export const customFailuresFamily = (
  failures: ReadonlyMap<string, number>,
  { labels }: Pick<FamiliesOptions, 'labels'>,
): Family =>
  family(
    customFailuresRow,
    ['metric'],
    [...failures].map(([metric, count]) => ({ labels: { metric }, subject: count })),
    labels,
  )

const serviceIdentity = ['namespace', 'project', 'space', 'service']
const instanceIdentity = [...serviceIdentity, 'instance_name']

const atItsTime = (row: Row<Point>): Row<Point> => ({
  ...row,
  samples: (point) => row.samples(point).map((sample) => ({ ...sample, time: point.time })),
})

const readingsOf = (snapshot: Snapshot): ReadonlyArray<Identified<ServiceReading>> =>
  servicesIn(snapshot).map((reading) => ({
    labels: identityLabels(snapshot.namespace, reading.service),
    subject: reading,
  }))

const instancesOf = ({ labels, subject }: Identified<ServiceReading>): ReadonlyArray<Identified<InstanceReading>> =>
  subject.instances.map((reading) => ({
    labels: { ...labels, instance_name: reading.instance.name },
    subject: reading,
  }))

const withPoint = ({ labels, subject }: Identified<InstanceReading>) => {
  const point = lastPoint(subject)
  return point === undefined ? [] : [{ labels, subject: point }]
}

const stillThere = ({ labels, subject }: Identified<InstanceReading>) =>
  subject.outcome === 'gone' ? [] : [{ labels, subject: subject.instance }]

// These two labels do not distinguish namespaces, projects and spaces: of instances that share them the newest is shown.
const articlePoints = (instances: ReadonlyArray<Identified<InstanceReading>>) => {
  const measured = instances.filter(({ subject }) => lastPoint(subject) !== undefined)
  const { kept } = newestByKey(measured, {
    key: ({ labels }) => JSON.stringify([labels.service, labels.instance_name]),
    time: ({ subject }) => subject.instance.startTime,
    id: ({ subject }) => subject.instance.uuid,
  })
  return kept.flatMap(withPoint).map(({ labels: { service = '', instance_name: instance = '' }, subject }) => ({
    labels: { service, instance },
    subject,
  }))
}

/** Every metric that there may be beside the host's own, with all their labels. */
export const builtInMetrics: ReadonlyArray<Metric> = [
  ...metricsOf({ articleNames: true, serviceLabels: ['any'] }),
  customFailuresFamily(new Map(), {}),
]

/**
 * What no label of the option `labels` can be called, beside these options: labels that a metric has already, and those
 * that Prometheus gives a meaning.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { takenLabelNames } from '@alauda-exporter/collector'
 *
 * assert.ok(takenLabelNames().has('namespace'))
 * assert.ok(takenLabelNames({ serviceLabels: ['app.tier'] }).has('label_app_tier'))
 * ```
 */
export const takenLabelNames = (
  options: Pick<FamiliesOptions, 'serviceLabels' | 'customMetrics'> = {},
): ReadonlySet<string> => takenLabels(builtInMetrics, options)

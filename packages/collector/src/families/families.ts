import { atOnce, type Family, type Metric, type Steps, withLabels } from '../family.js'
import type { Point } from '../model.js'
import { newestByKey } from '../newest.js'
import { identityLabels } from '../service-labels.js'
import { type InstanceReading, lastPoint, type ServiceReading, type Snapshot, servicesIn } from '../snapshot.js'
import { apiFamilies } from './api.js'
import { articleRows } from './article.js'
import { collectionRows } from './collection.js'
import { customFamily, type OnCustomFailure, warnOfCustomFailure } from './custom.js'
import { instanceRows } from './instance.js'
import { instanceMetricsRows, lastSampleRow } from './instance-metrics.js'
import { assertFamiliesOptions, type FamiliesOptions, takenLabels } from './options.js'
import { counter, family, type Identified, lazyTable, type Row } from './row.js'
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
 * const client = createAlaudaClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const collector = createCollector({ client, namespaces: ['demo'] })
 * const snapshots = await collector.collect()
 * const up = families(snapshots).find(({ name }) => name === 'alauda_up')
 * assert.deepEqual(up?.samples, [{ labels: { namespace: 'demo' }, value: 1 }])
 * ```
 */
export const families = (snapshots: ReadonlyArray<Snapshot>, options: FamiliesOptions = {}): ReadonlyArray<Family> => {
  assertFamiliesOptions(builtInMetrics, options)
  return lazyFamiliesOf(snapshots, options, warnOfCustomFailure).map((make) => atOnce(make()))
}

/** As {@link families}, for options that were checked; each family is made when it is asked for, in steps. */
export const lazyFamiliesOf = (
  snapshots: ReadonlyArray<Snapshot>,
  options: FamiliesOptions,
  onCustomFailure: OnCustomFailure,
): ReadonlyArray<() => Steps<Family>> => {
  const { articleNames = false, serviceLabels: keys = [], timestamps = false, labels = {}, freshness } = options
  const { customMetrics = [], sizes } = options
  const shown = once(function* () {
    return freshness === undefined ? snapshots : snapshots.map((snapshot) => withoutStale(snapshot, freshness))
  })
  const measured = timestamps ? atItsTime : (row: Row<Point>) => row
  const instances = once(after(shown, instancesOf))
  const points = once(after(instances, (all) => all.flatMap(withPoint)))
  const services = once(after(shown, servicesOf))
  return [
    ...lazyTable(instanceIdentity, instanceMetricsRows.map(measured), points),
    ...lazyTable(instanceIdentity, [lastSampleRow], points),
    ...lazyTable(instanceIdentity, instanceRows, once(after(instances, (all) => all.flatMap(stillThere)))),
    ...lazyTable(serviceIdentity, serviceRows(sizes), services),
    ...(keys.length > 0 ? lazyTable(serviceIdentity, [serviceLabelsRow(keys)], services) : []),
    // What became of a collection does not get stale.
    ...lazyTable(
      ['namespace'],
      collectionRows,
      once(function* () {
        return snapshots.map((snapshot) => ({ labels: { namespace: snapshot.namespace }, subject: snapshot }))
      }),
    ),
    ...(articleNames
      ? lazyTable(['service', 'instance'], articleRows.map(measured), once(after(shown, articleInstancesOf)))
      : []),
    ...customMetrics.map((metric) => after(shown, (fresh) => customFamily(metric, fresh, onCustomFailure))),
  ].map((make) => after(make, withLabels(labels)))
}

/**
 * All metrics that a collector may show, with the same options: names, helps, types and labels, without a single value.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { metrics } from '@alauda-exporter/collector'
 *
 * const up = metrics().find(({ name }) => name === 'alauda_up')
 * assert.equal(up?.type, 'gauge')
 * assert.deepEqual(up?.labels, ['namespace'])
 * ```
 */
export const metrics = (options: FamiliesOptions = {}): ReadonlyArray<Metric> => {
  assertFamiliesOptions(builtInMetrics, options)
  return metricsOf(options)
}

/** As {@link metrics}, for options that were checked. */
export const metricsOf = (options: FamiliesOptions): ReadonlyArray<Metric> => [
  ...lazyFamiliesOf([], options, warnOfCustomFailure).map((make) => atOnce(make())),
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
  { labels = {} }: Pick<FamiliesOptions, 'labels'>,
): Family =>
  withLabels(labels)(
    family(
      customFailuresRow,
      ['metric'],
      [...failures].map(([metric, count]) => ({ labels: { metric }, subject: count })),
    ),
  )

/** Families that are made one by one share what each of them needs: it is made with the first of them. */
const once = <A>(make: () => Steps<A>): (() => Steps<A>) => {
  let made: { readonly of: A } | undefined
  return function* () {
    made ??= { of: yield* make() }
    return made.of
  }
}

/** One more step. */
const after = <A, B>(make: () => Steps<A>, then: (made: A) => B): (() => Steps<B>) =>
  function* () {
    const made = yield* make()
    yield
    return then(made)
  }

const serviceIdentity = ['namespace', 'project', 'space', 'service']
const instanceIdentity = [...serviceIdentity, 'instance_name']

const atItsTime = (row: Row<Point>): Row<Point> => ({
  ...row,
  samples: (point) => row.samples(point).map((sample) => ({ ...sample, time: point.time })),
})

const servicesOf = (snapshots: ReadonlyArray<Snapshot>) =>
  serviceReadingsOf(snapshots).map(({ labels, subject }) => ({ labels, subject: subject.service }))

const serviceReadingsOf = (snapshots: ReadonlyArray<Snapshot>): ReadonlyArray<Identified<ServiceReading>> =>
  snapshots.flatMap((snapshot) =>
    servicesIn(snapshot).map((reading) => ({
      labels: identityLabels(snapshot.namespace, reading.service),
      subject: reading,
    })),
  )

const instancesOf = (snapshots: ReadonlyArray<Snapshot>): ReadonlyArray<Identified<InstanceReading>> =>
  serviceReadingsOf(snapshots).flatMap(({ labels, subject }) =>
    subject.instances.map((reading) => ({
      labels: { ...labels, instance_name: reading.instance.name },
      subject: reading,
    })),
  )

const withPoint = ({ labels, subject }: Identified<InstanceReading>) => {
  const point = lastPoint(subject)
  return point === undefined ? [] : [{ labels, subject: point }]
}

const stillThere = ({ labels, subject }: Identified<InstanceReading>) =>
  subject.outcome === 'gone' ? [] : [{ labels, subject: subject.instance }]

// These two labels do not distinguish namespaces, projects and spaces: of instances that share them the newest is shown.
const articleInstancesOf = (snapshots: ReadonlyArray<Snapshot>) => {
  const candidates = snapshots.flatMap(servicesIn).flatMap(({ service, instances }) =>
    instances
      .filter((reading) => lastPoint(reading) !== undefined)
      .map((reading) => ({
        labels: { service: service.name, instance: reading.instance.name },
        subject: reading,
      })),
  )
  const { kept } = newestByKey(candidates, {
    key: ({ labels }) => JSON.stringify([labels.service, labels.instance]),
    time: ({ subject }) => subject.instance.startTime,
    id: ({ subject }) => subject.instance.uuid,
  })
  return kept.flatMap(withPoint)
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

import { type Format, linesOf, type MetricLines } from '../exposition/lines.js'
import { atOnce, type Family, type Metric, mergeFamilies, perStep, type Steps } from '../family.js'
import type { Instance, Point, Service } from '../model.js'
import { newestByKey } from '../newest.js'
import { lastPoint, type Snapshot } from '../snapshot.js'
import { apiFamilies } from './api.js'
import { collectionRows } from './collection.js'
import { customFamily, type OnCustomFailure, warnOfCustomFailure } from './custom.js'
import { createIdentities, type IdentifiedService, identityOf } from './identity.js'
import { articleRows, instanceRows, lastSampleRow, pointRows } from './instance.js'
import { assertFamiliesOptions, type FamiliesOptions, takenLabels } from './options.js'
import { counter, family, type Row } from './row.js'
import { type KnownLabels, rowLines, type Subjects, tableLines } from './row-lines.js'
import { serviceLabelsRow, serviceRows } from './service.js'
import { withoutStale } from './stale.js'
import { createSubjects, table } from './table.js'

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
  const { freshness } = options
  const shown = freshness === undefined ? snapshots : snapshots.map((snapshot) => withoutStale(snapshot, freshness))
  yield
  return [
    ...(yield* tablesInSteps(snapshots, shown, options)),
    ...(yield* customInSteps(shown, options, onCustomFailure)),
  ]
}

/** What the tables of a snapshot take from those of the one before. */
export const createKnown = () => {
  const labelTexts: KnownLabels = new Map()
  return { identities: createIdentities(), labelTexts }
}

/** The metrics of the project's own. `shown` are the snapshots without what is too old. */
export const tablesInSteps = (
  snapshots: ReadonlyArray<Snapshot>,
  shown: ReadonlyArray<Snapshot>,
  options: FamiliesOptions,
  { identities, labelTexts } = createKnown(),
): Steps<ReadonlyArray<Family>> =>
  eachTable(snapshots, shown, options, identities, (identity, rows, subjects, areDistinct) =>
    table(identity, rows, subjects, options.labels ?? {}, areDistinct, labelTexts),
  )

/**
 * The lines of {@link tablesInSteps}, for a page that is written once: of snapshots of a few instances, families take longer to make
 * than all else.
 */
export const linesInSteps = (
  snapshots: ReadonlyArray<Snapshot>,
  shown: ReadonlyArray<Snapshot>,
  options: FamiliesOptions,
  format: Format,
): Steps<ReadonlyArray<MetricLines>> => {
  const { identities, labelTexts } = createKnown()
  const { labels = {} } = options
  return eachTable(snapshots, shown, options, identities, (identity, rows, subjects, areDistinct) => {
    if (!areDistinct) {
      const families = mergeFamilies(table(identity, rows, subjects, labels, areDistinct))
      return families.map((metric): MetricLines => ({ metric, lines: linesOf(metric, format) }))
    }
    const lines = tableLines(subjects, labels, labelTexts, rows[0]?.name ?? '')
    return rows.map((row): MetricLines => ({ metric: row, lines: rowLines(row, lines, format) }))
  })
}

/** Gives each table's rows and subjects to a function, and gives what it makes of them. */
function* eachTable<A>(
  snapshots: ReadonlyArray<Snapshot>,
  shown: ReadonlyArray<Snapshot>,
  { articleNames = false, serviceLabels: keys = [], timestamps = false, sizes }: FamiliesOptions,
  identities: ReturnType<typeof createIdentities>,
  make: <Subject>(
    identity: ReadonlyArray<string>,
    rows: ReadonlyArray<Row<Subject>>,
    subjects: Subjects<Subject>,
    areDistinct: boolean,
  ) => ReadonlyArray<A>,
): Steps<ReadonlyArray<A>> {
  const measured = timestamps ? atItsTime : (row: Row<Point>) => row
  const identified = yield* identities(shown)
  const [points, instances, services] = [createSubjects<Point>(), createSubjects<Instance>(), createSubjects<Service>()]
  let read = 0
  for (const { identity, reading, ofInstances } of identified.services) {
    services.add(identity, reading.service)
    reading.instances.forEach((one, index) => {
      const ofInstance = ofInstances[index] ?? identity
      const point = lastPoint(one)
      if (point !== undefined) points.add(ofInstance, point)
      if (one.outcome !== 'gone') instances.add(ofInstance, one.instance)
    })
    read += 1 + reading.instances.length
    if (read < perStep) continue
    read = 0
    yield
  }
  const collections = createSubjects<Snapshot>()
  // What became of a collection does not get stale.
  for (const snapshot of snapshots) collections.add(identityOf({}, 'namespace', snapshot.namespace), snapshot)
  const namespaces = new Set(snapshots.map(({ namespace }) => namespace))
  const areDistinct = identified.areDistinct && namespaces.size === snapshots.length
  const tableOf = <Subject>(
    identity: ReadonlyArray<string>,
    rows: ReadonlyArray<Row<Subject>>,
    subjects: Subjects<Subject>,
  ) => make(identity, rows, subjects, areDistinct)
  return [
    ...tableOf(instanceIdentity, [...pointRows.map(measured), lastSampleRow], points),
    ...tableOf(instanceIdentity, instanceRows, instances),
    ...tableOf(serviceIdentity, serviceRows(sizes), services),
    ...(keys.length > 0 ? tableOf(serviceIdentity, [serviceLabelsRow(keys)], services) : []),
    ...tableOf(['namespace'], collectionRows, collections),
    ...(articleNames
      ? tableOf(['service', 'instance'], articleRows.map(measured), articlePoints(identified.services))
      : []),
  ]
}

/** The metrics of the host's own. */
export function* customInSteps(
  shown: ReadonlyArray<Snapshot>,
  { customMetrics = [], labels = {} }: FamiliesOptions,
  onCustomFailure: OnCustomFailure,
): Steps<ReadonlyArray<Family>> {
  const made: Family[] = []
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
  time: (point) => point.time,
  samples: (point) => row.samples(point).map((sample) => ({ ...sample, time: point.time })),
})

// These two labels do not distinguish namespaces, projects and spaces: of instances that share them the newest is shown.
const articlePoints = (services: ReadonlyArray<IdentifiedService>): Subjects<Point> => {
  const measured = services.flatMap(({ reading: { service, instances } }) =>
    instances
      .filter((reading) => lastPoint(reading) !== undefined)
      .map((reading) => ({ service: service.name, reading })),
  )
  const { kept } = newestByKey(measured, {
    key: ({ service, reading }) => JSON.stringify([service, reading.instance.name]),
    time: ({ reading }) => reading.instance.startTime,
    id: ({ reading }) => reading.instance.uuid,
  })
  const points = createSubjects<Point>()
  for (const { service, reading } of kept) {
    const point = lastPoint(reading)
    if (point !== undefined) points.add(identityOf({ service }, 'instance', reading.instance.name), point)
  }
  return points
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

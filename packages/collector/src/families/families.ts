import { type Family, family, type Identified, type Labels, type Metric, type Row } from '../family.js'
import { newestByKey } from '../newest.js'
import { type InstanceReading, lastPoint, type ServiceReading, type Snapshot } from '../snapshot.js'
import { articleRows } from './article.js'
import { collectionRows } from './collection.js'
import { instanceRows } from './instance.js'
import { instanceMetricsRows } from './instance-metrics.js'
import { serviceLabelsRow, serviceRows } from './service.js'
import { type Freshness, withoutStale } from './stale.js'

/** Which metrics there are beside those that are always there. */
export interface FamiliesOptions {
  /** Adds the exporter of 2016's four gauges, in the API's own units and with its labels `service` and `instance`. */
  readonly articleNames?: boolean | undefined
  /** Keys of service labels to show as labels of `alauda_service_labels`. */
  readonly serviceLabels?: ReadonlyArray<string> | undefined
  /** What is too old to be shown. Default: nothing. */
  readonly freshness?: Freshness | undefined
}

/**
 * What Prometheus is told of the snapshots, one for each namespace. A value that the API did not give has no sample.
 *
 * @example
 * families([snapshot]).find(({ name }) => name === 'alauda_up')?.samples // [{ labels: { namespace: 'demo' }, value: 1 }]
 */
export const families = (snapshots: ReadonlyArray<Snapshot>, options: FamiliesOptions = {}): ReadonlyArray<Family> => {
  const { freshness } = options
  const shown = freshness === undefined ? snapshots : snapshots.map((snapshot) => withoutStale(snapshot, freshness))
  return tables(options, snapshots).flatMap((table) => table.families(shown))
}

/** All metrics that {@link families} may give, with the same options. */
export const metrics = (options: FamiliesOptions = {}): ReadonlyArray<Metric> => families([], options)

interface Table {
  readonly families: (snapshots: ReadonlyArray<Snapshot>) => ReadonlyArray<Family>
}

const table = <Subject>(
  identity: ReadonlyArray<string>,
  rows: ReadonlyArray<Row<Subject>>,
  subjectsOf: (snapshots: ReadonlyArray<Snapshot>) => ReadonlyArray<Identified<Subject>>,
): Table => ({
  families: (snapshots) => {
    const subjects = subjectsOf(snapshots)
    return rows.map((row) => family(row, identity, subjects))
  },
})

const serviceIdentity = ['namespace', 'project', 'space', 'service']
const instanceIdentity = [...serviceIdentity, 'instance_name']

const tables = (
  { articleNames = false, serviceLabels = [] }: FamiliesOptions,
  collected: ReadonlyArray<Snapshot>,
): ReadonlyArray<Table> => [
  table(instanceIdentity, instanceMetricsRows, (snapshots) => instancesOf(snapshots).flatMap(withPoint)),
  table(instanceIdentity, instanceRows, (snapshots) => instancesOf(snapshots).flatMap(stillThere)),
  table(serviceIdentity, serviceRows, servicesOf),
  ...(serviceLabels.length > 0 ? [table(serviceIdentity, [serviceLabelsRow(serviceLabels)], servicesOf)] : []),
  // What became of a collection does not get stale.
  table(['namespace'], collectionRows, () =>
    collected.map((snapshot) => ({ labels: { namespace: snapshot.namespace }, subject: snapshot })),
  ),
  ...(articleNames ? [table(['service', 'instance'], articleRows, articleInstancesOf)] : []),
]

const servicesOf = (snapshots: ReadonlyArray<Snapshot>) =>
  serviceReadingsOf(snapshots).map(({ labels, subject }) => ({ labels, subject: subject.service }))

const serviceReadingsOf = (snapshots: ReadonlyArray<Snapshot>): ReadonlyArray<Identified<ServiceReading>> =>
  snapshots.flatMap(({ namespace, services }) =>
    services.map((reading) => ({ labels: serviceLabels(namespace, reading), subject: reading })),
  )

const serviceLabels = (namespace: string, { service }: ServiceReading): Labels => ({
  namespace,
  ...(service.project_name === undefined ? {} : { project: service.project_name }),
  ...(service.space_name === undefined ? {} : { space: service.space_name }),
  service: service.service_name,
})

const instancesOf = (snapshots: ReadonlyArray<Snapshot>): ReadonlyArray<Identified<InstanceReading>> =>
  serviceReadingsOf(snapshots).flatMap(({ labels, subject }) =>
    subject.instances.map((reading) => ({
      labels: { ...labels, instance_name: reading.instance.instance_name },
      subject: reading,
    })),
  )

const withPoint = ({ labels, subject }: Identified<InstanceReading>) => {
  const point = lastPoint(subject)
  return point === undefined ? [] : [{ labels, subject: point }]
}

const stillThere = ({ labels, subject }: Identified<InstanceReading>) =>
  subject.outcome === 'gone' ? [] : [{ labels, subject: subject.instance }]

// These two labels cannot tell namespaces, projects and spaces apart: of instances that share them the newest is shown.
const articleInstancesOf = (snapshots: ReadonlyArray<Snapshot>) => {
  const candidates = snapshots
    .flatMap(({ services }) => services)
    .flatMap(({ service, instances }) =>
      instances
        .filter((reading) => lastPoint(reading) !== undefined)
        .map((reading) => ({
          labels: { service: service.service_name, instance: reading.instance.instance_name },
          subject: reading,
        })),
    )
  const { kept } = newestByKey(candidates, {
    key: ({ labels }) => JSON.stringify([labels.service, labels.instance]),
    time: ({ subject }) => subject.instance.started_at,
    id: ({ subject }) => subject.instance.uuid,
  })
  return kept.flatMap(withPoint)
}

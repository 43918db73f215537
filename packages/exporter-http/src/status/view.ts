import type { ClientStatistics, Service } from '@alauda-exporter/alauda-client'
import {
  type Failure,
  type InstanceReading,
  limitsOf,
  type ServiceReading,
  type Sizes,
  type Snapshot,
  withoutStale,
} from '@alauda-exporter/collector'
import type { History, Place } from './history.js'
import type {
  AccountStatus,
  FailureStatus,
  InstanceStatus,
  NamespaceStatus,
  ServiceStatus,
  Status,
  Usage,
} from './model.js'
import { meanOf, sumOf } from './totals.js'

/** What is known of an account. */
export interface Seen {
  readonly name?: string | undefined
  readonly namespaces: ReadonlyArray<string>
  readonly snapshots: ReadonlyArray<Snapshot>
  /** What the cloud's named sizes stand for. */
  readonly sizes?: Sizes | undefined
  readonly statistics?: Pick<ClientStatistics, 'requests'> | undefined
}

export interface ViewOptions {
  readonly version: string
  /** Seconds since the epoch. */
  readonly now: number
  readonly maxAgeSeconds: number
  readonly history: History
  /** Whether to tell the last hour of each service too. */
  readonly withHistory: boolean
}

/**
 * What the page and the API tell.
 *
 * @example
 * statusOf([{ namespaces: ['demo'], snapshots: [] }], options).accounts[0]?.namespaces[0]?.up // undefined: not collected yet
 */
export const statusOf = (accounts: ReadonlyArray<Seen>, options: ViewOptions): Status => ({
  apiVersion: 2,
  version: options.version,
  time: options.now,
  accounts: accounts.map((seen) => accountStatus(seen, options)),
})

const accountStatus = (
  { name, namespaces, snapshots, sizes, statistics }: Seen,
  options: ViewOptions,
): AccountStatus => ({
  ...known({ account: text(name) }),
  apiRequests: statistics?.requests.reduce((sum, { count }) => sum + count, 0) ?? 0,
  namespaces: [...new Set(namespaces)].map((namespace) => {
    const snapshot = snapshots.find((candidate) => candidate.namespace === namespace)
    return snapshot === undefined
      ? { namespace: namespace.toWellFormed(), failedInstances: 0, leftOutInstances: 0, duplicates: 0, services: [] }
      : namespaceStatus({ account: name, namespace }, snapshot, sizes, options)
  }),
})

const namespaceStatus = (
  place: Place,
  snapshot: Snapshot,
  sizes: Sizes | undefined,
  options: ViewOptions,
): NamespaceStatus => {
  const failures = snapshot.services.flatMap(failuresOf)
  const shown = withoutStale(snapshot, options)
  return {
    namespace: snapshot.namespace.toWellFormed(),
    up: snapshot.failure === undefined,
    lastCollectionTime: snapshot.startTime,
    ...known({
      lastSuccessTime: snapshot.lastSuccessTime,
      collectionIntervalSeconds: snapshot.intervalSeconds,
      failure: failureStatus(snapshot.failure),
      firstInstanceFailure: failures[0],
    }),
    collectionDurationSeconds: snapshot.durationSeconds,
    failedInstances: failures.length,
    leftOutInstances: snapshot.leftOut.instances ?? 0,
    duplicates: snapshot.services.reduce((sum, { duplicates }) => sum + duplicates, snapshot.duplicates),
    services: shown.services.map((reading) => serviceStatus(place, reading, sizes, options)),
  }
}

// A service whose instances are not known counts as one that failed, as in the metrics.
const failuresOf = ({ instances, instancesFailure }: ServiceReading): ReadonlyArray<FailureStatus> => {
  const failures = instances.flatMap((reading) => (reading.outcome === 'failed' ? [reading.failure] : []))
  return (instances.length === 0 && instancesFailure !== undefined ? [instancesFailure] : failures).map(toStatus)
}

const serviceStatus = (
  place: Place,
  reading: ServiceReading,
  sizes: Sizes | undefined,
  options: ViewOptions,
): ServiceStatus => {
  const { service, listedTime, instancesFailure } = reading
  const limits = limitsOf(service, sizes)
  const instances = reading.instances.map((instance) => instanceStatus(place, instance, limits.cpu, options.history))
  return {
    service: service.service_name.toWellFormed(),
    ...known({
      uuid: text(service.uuid ?? service.unique_name),
      project: text(service.project_name),
      space: text(service.space_name),
      region: text(service.region_name ?? service.region?.name),
      size: text(service.instance_size === '' ? undefined : service.instance_size),
      cpuLimitCores: limits.cpu,
      memoryLimitBytes: limits.memory,
      image: text(imageOf(service)),
      status: text(service.current_status),
      targetInstances: number(service.target_num_instances),
      runningInstances: number(service.started_num_instances ?? service.current_num_instances),
      instancesFailure: failureStatus(instancesFailure),
      history: options.withHistory ? options.history.ofService(place, service, options.now) : undefined,
    }),
    listedTime,
    ...totalsOf(instances),
    instances,
  }
}

const imageOf = ({ image_name, image_tag }: Service): string | undefined =>
  image_name === undefined || image_tag === undefined ? image_name : `${image_name}:${image_tag}`

/** Ratios are means, since each instance has its own limit; all else adds up. */
const totalsOf = (instances: ReadonlyArray<InstanceStatus>): Usage => {
  const all = (key: keyof Usage) => instances.map((instance) => instance[key])
  return known({
    cpuUsageCores: sumOf(all('cpuUsageCores')),
    cpuUtilizationRatio: meanOf(all('cpuUtilizationRatio')),
    memoryUsageBytes: sumOf(all('memoryUsageBytes')),
    memoryUtilizationRatio: meanOf(all('memoryUtilizationRatio')),
    networkReceiveBytesPerSecond: sumOf(all('networkReceiveBytesPerSecond')),
    networkTransmitBytesPerSecond: sumOf(all('networkTransmitBytesPerSecond')),
  })
}

const instanceStatus = (
  place: Place,
  reading: InstanceReading,
  cpuLimit: number | undefined,
  history: History,
): InstanceStatus => {
  const { instance, outcome, point } = reading
  const { uuid, instance_name, started_at } = instance
  const rates = point === undefined ? {} : history.ratesOf(place, uuid)
  return {
    instance: instance_name.toWellFormed(),
    uuid: uuid.toWellFormed(),
    outcome,
    ...known({
      failure: reading.outcome === 'failed' ? failureStatus(reading.failure) : undefined,
      startTime: number(started_at),
      sampleTime: number(point?.time),
      cpuUsageSecondsTotal: dividedBy(1e9, point?.cpu_cumulative_usage),
      cpuUsageCores: number(rates.cores),
      cpuUtilizationRatio: cpuLimit === undefined ? undefined : dividedBy(cpuLimit, rates.cores),
      memoryUsageBytes: number(point?.memory_usage),
      memoryUtilizationRatio: dividedBy(100, point?.memory_utilization),
      networkReceiveBytesTotal: number(point?.rx_bytes),
      networkTransmitBytesTotal: number(point?.tx_bytes),
      networkReceiveBytesPerSecond: rates.receive,
      networkTransmitBytesPerSecond: rates.transmit,
    }),
  }
}

const failureStatus = (failure: Failure | undefined): FailureStatus | undefined =>
  failure === undefined ? undefined : toStatus(failure)

// Of a failure only its message is made for people; what caused it may hold anything.
const toStatus = ({ _tag, message }: Failure): FailureStatus => ({ kind: _tag, message: message.toWellFormed() })

const text = (value: string | undefined): string | undefined => value?.toWellFormed()

// JSON has no word for what is not finite.
const number = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined)

const dividedBy = (divisor: number, value: number | undefined): number | undefined =>
  value === undefined ? undefined : number(value / divisor)

type Known<A> = { readonly [K in keyof A]?: NonNullable<A[K]> }

/** Without what is undefined: what is not known is absent. */
const known = <A extends object>(values: A): Known<A> => {
  const result: { -readonly [K in keyof A]?: NonNullable<A[K]> } = {}
  for (const key in values) {
    const value = values[key]
    if (value !== undefined && value !== null) result[key] = value
  }
  return result
}

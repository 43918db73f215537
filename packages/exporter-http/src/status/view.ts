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
import type { Arrangement } from './arrangement.js'
import type { History, Place } from './history.js'
import type {
  AccountStatus,
  FailureStatus,
  InstancePages,
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
  /** Which services. Default: the first page of all. */
  readonly wanted?: Wanted
}

/** Which services to tell of, and which of their instances. */
export type Wanted = Pick<Arrangement, 'name' | 'status' | 'region' | 'page' | 'instances'>

/** How many services there are on a page, and how many instances of each of them. */
export const pageSize = 500

/**
 * What the page and the API tell, in steps: there may be any number of services and instances.
 *
 * @example
 * const { accounts } = await inSteps(statusOf([{ namespaces: ['demo'], snapshots: [] }], options))
 * accounts[0]?.namespaces[0]?.up // undefined: not collected yet
 */
export function* statusOf(accounts: ReadonlyArray<Seen>, options: ViewOptions): Steps<Status> {
  const { wanted = everything } = options
  const window = createWindow(wanted)
  const told: AccountStatus[] = []
  for (const seen of accounts) told.push(yield* accountStatus(seen, options, window))
  const matchingServices = window.matching()
  return {
    apiVersion: 2,
    version: options.version,
    time: options.now,
    accounts: told,
    matchingServices,
    page: wanted.page,
    pageCount: Math.max(1, Math.ceil(matchingServices / pageSize)),
  }
}

type Steps<A> = Generator<undefined, A>

const everything: Wanted = { name: '', status: '', region: '', page: 1, instances: 1 }

/** Lets through what matches and is on the page, of all that is shown to it one after the other. */
interface Window {
  readonly has: (reading: ServiceReading) => boolean
  readonly matching: () => number
}

const createWindow = ({ name, status, region, page }: Wanted): Window => {
  const part = name.toLowerCase()
  const begin = (page - 1) * pageSize
  let matching = 0
  return {
    has: ({ service }) => {
      const isMatch =
        service.service_name.toWellFormed().toLowerCase().includes(part) &&
        (status === '' || status === text(service.current_status)) &&
        (region === '' || region === text(service.region))
      if (isMatch) matching += 1
      return isMatch && matching > begin && matching <= begin + pageSize
    },
    matching: () => matching,
  }
}

const runningOf = ({ service }: ServiceReading): number | undefined =>
  number(service.started_num_instances ?? service.current_num_instances)

function* accountStatus(
  { name, namespaces, snapshots, sizes, statistics }: Seen,
  options: ViewOptions,
  window: Window,
): Steps<AccountStatus> {
  const told: NamespaceStatus[] = []
  for (const namespace of new Set(namespaces)) {
    const snapshot = snapshots.find((candidate) => candidate.namespace === namespace)
    told.push(
      snapshot === undefined
        ? {
            namespace: namespace.toWellFormed(),
            failedInstances: 0,
            leftOutInstances: 0,
            tooLong: 0,
            duplicates: 0,
            serviceCount: 0,
            services: [],
          }
        : yield* namespaceStatus({ account: name, namespace }, snapshot, sizes, options, window),
    )
  }
  return {
    ...known({ account: text(name) }),
    apiRequests: statistics?.requests.reduce((sum, { count }) => sum + count, 0) ?? 0,
    namespaces: told,
  }
}

function* namespaceStatus(
  place: Place,
  snapshot: Snapshot,
  sizes: Sizes | undefined,
  options: ViewOptions,
  window: Window,
): Steps<NamespaceStatus> {
  let failedInstances = 0
  let firstInstanceFailure: FailureStatus | undefined
  const shown: ServiceReading[] = []
  const bearers = new Map<string, number>()
  for (const reading of snapshot.services) {
    const failures = failuresOf(reading)
    failedInstances += failures.length
    firstInstanceFailure ??= failures[0] && toStatus(failures[0])
    for (const one of withoutStale({ ...snapshot, services: [reading] }, options).services) {
      shown.push(one)
      bearers.set(one.service.service_name, (bearers.get(one.service.service_name) ?? 0) + 1)
    }
    yield
  }
  const services: ServiceStatus[] = []
  for (const reading of shown) {
    const isNamesake = (bearers.get(reading.service.service_name) ?? 0) > 1
    if (window.has(reading)) services.push(yield* serviceStatus(place, reading, isNamesake, sizes, options))
    yield
  }
  return {
    namespace: snapshot.namespace.toWellFormed(),
    up: snapshot.failure === undefined,
    lastCollectionTime: snapshot.startTime,
    ...known({
      lastSuccessTime: snapshot.lastSuccessTime,
      collectionIntervalSeconds: snapshot.intervalSeconds,
      failure: failureStatus(snapshot.failure),
      firstInstanceFailure,
    }),
    collectionDurationSeconds: snapshot.durationSeconds,
    failedInstances,
    leftOutInstances: snapshot.leftOut.instances ?? 0,
    tooLong: snapshot.leftOut['name-length'] ?? 0,
    duplicates: snapshot.services.reduce((sum, { duplicates }) => sum + duplicates, snapshot.duplicates),
    serviceCount: shown.length,
    ...known({ runningInstances: sumOf(shown.map(runningOf)) }),
    services,
  }
}

// A service whose instances are not known counts as one that failed, as in the metrics.
const failuresOf = ({ instances, instancesFailure }: ServiceReading): ReadonlyArray<Failure> => {
  if (instances.length === 0 && instancesFailure !== undefined) return [instancesFailure]
  return instances.flatMap((reading) => (reading.outcome === 'failed' ? [reading.failure] : []))
}

function* serviceStatus(
  place: Place,
  reading: ServiceReading,
  isNamesake: boolean,
  sizes: Sizes | undefined,
  options: ViewOptions,
): Steps<ServiceStatus> {
  const { service, listedTime, instancesFailure } = reading
  const limits = limitsOf(service, sizes)
  const all: InstanceStatus[] = []
  for (const instance of reading.instances) {
    all.push(instanceStatus(place, instance, limits.cpu, options.history))
    yield
  }
  const { instances, instancePages } = pageOfInstances(all, options.wanted ?? everything)
  return {
    service: service.service_name.toWellFormed(),
    ...(isNamesake ? { isNamesake } : {}),
    ...known({
      uuid: text(service.uuid),
      project: text(service.project_name),
      space: text(service.space_name),
      region: text(service.region),
      size: text(service.instance_size === '' ? undefined : service.instance_size),
      cpuLimitCores: limits.cpu,
      memoryLimitBytes: limits.memory,
      image: text(imageOf(service)),
      status: text(service.current_status),
      targetInstances: number(service.target_num_instances),
      runningInstances: runningOf(reading),
      instancesFailure: failureStatus(instancesFailure),
      history: options.withHistory ? options.history.ofService(place, service, options.now) : undefined,
    }),
    listedTime,
    ...totalsOf(all),
    instances,
    ...known({ instancePages }),
  }
}

/** A service that has fewer pages than the one that is asked for shows its last one. */
const pageOfInstances = (
  all: ReadonlyArray<InstanceStatus>,
  { instances: asked }: Wanted,
): Pick<ServiceStatus, 'instances'> & { readonly instancePages: InstancePages | undefined } => {
  const pageCount = Math.ceil(all.length / pageSize)
  if (pageCount <= 1) return { instances: all, instancePages: undefined }
  const page = Math.min(asked, pageCount)
  return {
    instances: all.slice((page - 1) * pageSize, page * pageSize),
    instancePages: { count: all.length, page, pageCount },
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

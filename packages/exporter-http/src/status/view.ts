import type { ClientStatistics } from '@alauda-exporter/alauda-client'
import {
  duplicatesIn,
  type Failure,
  type ServiceReading,
  type Sizes,
  type Snapshot,
  servicesIn,
  withoutStale,
} from '@alauda-exporter/collector'
import type { Arrangement } from './arrangement.js'
import type { Place } from './history.js'
import type { AccountStatus, FailureStatus, NamespaceStatus, ServiceStatus, Status } from './model.js'
import {
  failureStatus,
  known,
  pageSize,
  runningOf,
  type ServiceOptions,
  type Steps,
  serviceStatus,
  text,
} from './service-status.js'
import { sumOf } from './totals.js'

/** What is known of an account. */
export interface Seen {
  readonly name?: string | undefined
  readonly namespaces: ReadonlyArray<string>
  readonly snapshots: ReadonlyArray<Snapshot>
  /** What the cloud's named sizes stand for. */
  readonly sizes?: Sizes | undefined
  readonly statistics?: Pick<ClientStatistics, 'requests'> | undefined
}

export interface ViewOptions extends ServiceOptions {
  readonly version: string
  readonly maxAgeSeconds: number
  /** Which services. Default: the first page of all. */
  readonly wanted?: Wanted
}

/** Selects services, and the page of their instances. */
export type Wanted = Pick<Arrangement, 'name' | 'status' | 'region' | 'page' | 'instances'>

/**
 * The data of the page and the API, made in steps: there may be any number of services and instances.
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
        service.name.toWellFormed().toLowerCase().includes(part) &&
        (status === '' || status === text(service.status)) &&
        (region === '' || region === text(service.region))
      if (isMatch) matching += 1
      return isMatch && matching > begin && matching <= begin + pageSize
    },
    matching: () => matching,
  }
}

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
  for (const reading of servicesIn(snapshot)) {
    const failures = failuresOf(reading)
    failedInstances += failures.length
    firstInstanceFailure ??= failureStatus(failures[0])
    for (const one of servicesIn(withoutStale({ ...snapshot, services: [reading] }, options))) {
      shown.push(one)
      bearers.set(one.service.name, (bearers.get(one.service.name) ?? 0) + 1)
    }
    yield
  }
  const services: ServiceStatus[] = []
  for (const reading of shown) {
    const isNamesake = (bearers.get(reading.service.name) ?? 0) > 1
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
    duplicates: duplicatesIn(snapshot),
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

import type { ClientStatistics } from '@alauda-exporter/alauda-client'
import { known } from '@alauda-exporter/alauda-client/options'
import {
  duplicatesIn,
  type Failure,
  type ServiceReading,
  type Sizes,
  type Snapshot,
  servicesIn,
  withoutStale,
} from '@alauda-exporter/collector'
import { type Arrangement, isMatch } from './arrangement.js'
import type { Place } from './history.js'
import type { AccountStatus, FailureStatus, NamespaceStatus, ServiceStatus, Status } from './model.js'
import {
  failureStatus,
  pageSize,
  runningOf,
  type ServiceOptions,
  type Steps,
  serviceStatus,
  text,
} from './service-status.js'
import { sumOf } from './units.js'

/** What is known of an account. */
export interface Seen {
  readonly name?: string | undefined
  readonly namespaces: ReadonlyArray<string>
  readonly snapshots: ReadonlyArray<Snapshot>
  /** The limits that the cloud's named sizes stand for. */
  readonly sizes?: Sizes | undefined
  readonly statistics?: Pick<ClientStatistics, 'requests'> | undefined
}

/** Selects services, and the page of their instances. */
export type Wanted = Pick<Arrangement, 'name' | 'status' | 'region' | 'page' | 'instances'>

export interface ViewOptions extends Omit<ServiceOptions, 'instancesPage' | 'sizes'> {
  readonly version: string
  readonly maxAgeSeconds: number
  /** Default: the first page of all services. */
  readonly wanted?: Wanted
}

/** Whether a service matches and is on the wanted page. It sees all services, one after the other. */
type IsShown = (service: ServiceReading['service']) => boolean

/**
 * The data of the page and the API, made in steps: there may be any number of services and instances.
 *
 * @example
 * const { accounts } = await inSteps(statusOf([{ namespaces: ['demo'], snapshots: [] }], options))
 * accounts[0]?.namespaces[0]?.up // undefined: not collected yet
 */
export function* statusOf(
  accounts: ReadonlyArray<Seen>,
  { wanted = { name: '', status: '', region: '', page: 1, instances: 1 }, ...options }: ViewOptions,
): Steps<Status> {
  const { page } = wanted
  let matchingServices = 0
  const isShown: IsShown = ({ name, status, region }) => {
    const isMatching = isMatch(wanted, { service: name.toWellFormed(), status: text(status), region: text(region) })
    if (isMatching) matchingServices += 1
    return isMatching && Math.ceil(matchingServices / pageSize) === page
  }
  const shown: AccountStatus[] = []
  for (const { name: account, namespaces, snapshots, sizes, statistics } of accounts) {
    const ofNamespaces: NamespaceStatus[] = []
    for (const namespace of new Set(namespaces)) {
      const snapshot = snapshots.find((candidate) => candidate.namespace === namespace)
      const serviceOptions = { ...options, sizes, instancesPage: wanted.instances }
      ofNamespaces.push(yield* namespaceStatus({ account, namespace }, snapshot, serviceOptions, isShown))
    }
    shown.push({
      ...known({ account: text(account) }),
      apiRequests: requestsOf(statistics),
      namespaces: ofNamespaces,
    })
  }
  return {
    apiVersion: 2,
    version: options.version,
    time: options.now,
    accounts: shown,
    matchingServices,
    page,
    pageCount: Math.max(1, Math.ceil(matchingServices / pageSize)),
  }
}

/** How many requests to the API there were. */
export const requestsOf = (statistics: Seen['statistics']): number =>
  statistics?.requests.reduce((sum, { count }) => sum + count, 0) ?? 0

function* namespaceStatus(
  place: Place,
  snapshot: Snapshot | undefined,
  options: ServiceOptions & Pick<ViewOptions, 'maxAgeSeconds'>,
  isShown: IsShown,
): Steps<NamespaceStatus> {
  const freshOf = (reading: ServiceReading) =>
    snapshot === undefined ? [] : servicesIn(withoutStale({ ...snapshot, services: [reading] }, options))
  let failedInstances = 0
  let firstInstanceFailure: FailureStatus | undefined
  const current: ServiceReading[] = []
  const bearers = new Map<string, number>()
  for (const reading of snapshot === undefined ? [] : servicesIn(snapshot)) {
    const failures = failuresOf(reading)
    failedInstances += failures.length
    firstInstanceFailure ??= failureStatus(failures[0])
    for (const one of freshOf(reading)) {
      current.push(one)
      bearers.set(one.service.name, (bearers.get(one.service.name) ?? 0) + 1)
    }
    yield
  }
  const services: ServiceStatus[] = []
  for (const reading of current) {
    const isNamesake = (bearers.get(reading.service.name) ?? 0) > 1
    if (isShown(reading.service)) services.push(yield* serviceStatus(place, reading, isNamesake, options))
    yield
  }
  return {
    namespace: place.namespace.toWellFormed(),
    ...known({
      up: snapshot && snapshot.failure === undefined,
      lastCollectionTime: snapshot?.startTime,
      lastSuccessTime: snapshot?.lastSuccessTime,
      collectionDurationSeconds: snapshot?.durationSeconds,
      collectionIntervalSeconds: snapshot?.intervalSeconds,
      failure: failureStatus(snapshot?.failure),
      firstInstanceFailure,
      runningInstances: sumOf(current.map(runningOf)),
    }),
    failedInstances,
    leftOutInstances: snapshot?.leftOut.instances ?? 0,
    tooLong: snapshot?.leftOut['name-length'] ?? 0,
    duplicates: snapshot === undefined ? 0 : duplicatesIn(snapshot),
    serviceCount: current.length,
    services,
  }
}

// A service whose instances are not known counts as one that failed, as in the metrics.
const failuresOf = ({ instances, instancesFailure }: ServiceReading): ReadonlyArray<Failure> => {
  if (instances.length === 0 && instancesFailure !== undefined) return [instancesFailure]
  return instances.flatMap((reading) => (reading.outcome === 'failed' ? [reading.failure] : []))
}

import type { Instance, Service } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { carryOver } from './carry-over.js'
import { reasonOf } from './failure-reason.js'
import { isInstanceTooLong } from './name-length.js'
import { newestByKey } from './newest.js'
import { byLabels, byName, labelsKey } from './service-labels.js'
import type { Failure, InstanceReading, ServiceReading, Snapshot } from './snapshot.js'

/** What leaves objects out. */
export interface Bounds {
  readonly maxInstances: number
  readonly maxNameLength: number
}

/** What a collection knows by now. The calls write into it as they end; a snapshot can be taken of it at any time. */
export interface Progress {
  readonly startTime: number
  /** When the list of services was read whole, or why it was not; absent while it is being read. */
  list?: E.Either<Failure, { readonly readTime: number }>
  readonly services: Map<Service, ServiceProgress>
  /** Of the services that share their name with others: those of which it is sure that what was read is theirs. */
  readonly settled: Set<Service>
  /** Names that several services of the collection before had. */
  readonly ambiguousBefore: ReadonlySet<string>
  /** The uuids of the instances that the collection before read: they go first. */
  readonly readBefore: ReadonlySet<string>
  /** How many more instances may be read beside those. */
  allowance: number
  /** Longer names and other labels leave an object out. */
  readonly maxNameLength: number
  /** Services that were left out because of a name. */
  readonly tooLong: Set<Service>
  /** Places in the list of services that could not be read. */
  readonly unreadable: string[]
}

export interface ServiceProgress {
  /** When it was listed, in seconds since the epoch. */
  readonly listedTime: number
  /** Absent while they are not known. */
  instances?: E.Either<Failure, ListedInstances> | undefined
  /** Of the instances whose metrics have been asked for, and answered. */
  readonly readings: Map<Instance, InstanceReading>
  /** What of its instances and their metrics could not be read, by name. */
  readonly unreadable: Map<string, number>
  /** How many points of its instances' metrics are of a time that has not come. */
  futurePoints: number
}

const emptyProgress = (listedTime: number): ServiceProgress => ({
  listedTime,
  readings: new Map(),
  unreadable: new Map(),
  futurePoints: 0,
})

export interface ListedInstances {
  /** Those to read, in the order of their names. */
  readonly wanted: ReadonlyArray<Instance>
  /** How many were left out because a newer one bears the same name. */
  readonly duplicates: number
  /** How many were left out because there are more than allowed. */
  readonly leftOut: number
  /** How many were left out because of a name. */
  readonly tooLong: number
}

export const createProgress = (
  startTime: number,
  { maxInstances, maxNameLength, previous }: Bounds & Pick<SnapshotContext, 'previous'>,
): Progress => {
  const before = previous?.services ?? []
  const uuids = before.flatMap(({ instances }) => instances.map(({ instance }) => instance.uuid))
  const readBefore = new Set(uuids.length <= maxInstances ? uuids : [])
  return {
    startTime,
    services: new Map(),
    settled: new Set(),
    ambiguousBefore: repeatedAmong(before.map(({ service }) => service.service_name)),
    readBefore,
    allowance: maxInstances - readBefore.size,
    maxNameLength,
    tooLong: new Set(),
    unreadable: [],
  }
}

/** The names that several services have. */
export const ambiguousNames = ({ services, ambiguousBefore }: Progress): ReadonlySet<string> =>
  new Set([...ambiguousBefore, ...repeatedAmong([...services.keys()].map(({ service_name }) => service_name))])

const repeatedAmong = (texts: ReadonlyArray<string>): ReadonlySet<string> => {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const text of texts) (seen.has(text) ? repeated : seen).add(text)
  return repeated
}

/** Begins to read a service, or begins again: then what is known of its instances is forgotten. */
export const beginService = (progress: Progress, service: Service, now: number): ServiceProgress => {
  progress.allowance += newIn(progress, wantedOf(progress.services.get(service)))
  const begun = emptyProgress(now)
  progress.services.set(service, begun)
  return begun
}

/** Forgets services that were on a page, but are not in the list that counts: they were deleted meanwhile. */
export const forgetAllBut = (progress: Progress, listed: ReadonlySet<Service>): void => {
  for (const [service, known] of progress.services) {
    if (listed.has(service)) continue
    progress.allowance += newIn(progress, wantedOf(known))
    progress.services.delete(service)
  }
}

/** Notes a service that was listed before and is not now: it is not known yet whether it is still there. */
export const noteMissing = (progress: Progress, { service, listedTime }: ServiceReading): ServiceProgress => {
  const missing = emptyProgress(listedTime)
  progress.services.set(service, missing)
  return missing
}

/** Notes which instances a service has, and gives those that are to be read. */
export const noteInstances = (
  progress: Progress,
  service: ServiceProgress,
  listed: E.Either<Failure, ReadonlyArray<Instance>>,
): ReadonlyArray<Instance> => {
  service.instances = E.isLeft(listed) ? listed : E.right(withinAllowance(listed.right, progress))
  const wanted = wantedOf(service)
  progress.allowance -= newIn(progress, wanted)
  return wanted
}

const newIn = ({ readBefore }: Progress, instances: ReadonlyArray<Instance>): number =>
  instances.filter(({ uuid }) => !readBefore.has(uuid)).length

const wantedOf = (service: ServiceProgress | undefined): ReadonlyArray<Instance> =>
  service?.instances !== undefined && E.isRight(service.instances) ? service.instances.right.wanted : []

// What was read before goes first, so that series do not come and go with the order in which services are answered.
const withinAllowance = (listed: ReadonlyArray<Instance>, progress: Progress): ListedInstances => {
  const { allowance, readBefore, maxNameLength } = progress
  const instances = listed.filter((instance) => !isInstanceTooLong(instance, maxNameLength))
  const { kept, duplicates } = newestByKey(instances, {
    key: ({ instance_name }) => instance_name,
    time: ({ started_at }) => started_at,
    id: ({ uuid }) => uuid,
  })
  const inOrder = [...kept].sort((a, b) => byName(a.instance_name, b.instance_name))
  const others = inOrder.filter(({ uuid }) => !readBefore.has(uuid))
  const leftOut = new Set(others.slice(Math.max(0, allowance)))
  const wanted = inOrder.filter((instance) => !leftOut.has(instance))
  return { wanted, duplicates, leftOut: leftOut.size, tooLong: listed.length - instances.length }
}

/** The services as they are known; of those with the same labels the newest. */
export const serviceReadings = (
  progress: Progress,
): { readonly kept: ReadonlyArray<ServiceReading>; readonly duplicates: number } => {
  const ambiguous = ambiguousNames(progress)
  const isUnsettled = (service: Service) =>
    ambiguous.has(service.service_name) && service.uuid !== undefined && !progress.settled.has(service)
  return newestByKey(
    [...progress.services].map(([service, known]) =>
      // What was read by a name that others have too may be another one's.
      serviceReading(service, isUnsettled(service) ? { ...known, instances: undefined } : known),
    ),
    {
      key: ({ service }) => labelsKey(service),
      time: ({ service }) => service.started_at ?? service.created_at,
      id: ({ service }) => service.uuid,
    },
  )
}

const serviceReading = (service: Service, { listedTime, instances, readings }: ServiceProgress): ServiceReading => {
  const unknown = { service, listedTime, instances: [], duplicates: 0 }
  if (instances === undefined) return { ...unknown, instancesFailure: unfinished }
  if (E.isLeft(instances)) return { ...unknown, instancesFailure: instances.left }
  const { wanted, duplicates } = instances.right
  return {
    service,
    listedTime,
    instances: wanted.map((instance) => readings.get(instance) ?? { instance, outcome: 'failed', failure: unfinished }),
    duplicates,
  }
}

const unfinished: Failure = { _tag: 'UnfinishedError', message: 'the collection is still under way' }

/** What a snapshot needs to know beside what was collected. */
export interface SnapshotContext {
  readonly namespace: string
  readonly maxAgeSeconds: number
  readonly intervalSeconds?: number | undefined
  readonly previous?: Snapshot | undefined
}

/** The collection's snapshot at `now`, in seconds since the epoch. What is not known by then counts as failed. */
export const snapshotOf = (
  progress: Progress,
  { namespace, maxAgeSeconds, intervalSeconds, previous }: SnapshotContext,
  now: number,
): Snapshot => {
  const { startTime, list = E.left(unfinished) } = progress
  const { kept, duplicates } = serviceReadings(progress)
  const lastSuccessTime = E.isRight(list) ? list.right.readTime : previous?.lastSuccessTime
  const fresh = {
    namespace,
    startTime,
    durationSeconds: Math.round((now - startTime) * 1000) / 1000,
    ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
    ...(lastSuccessTime === undefined ? {} : { lastSuccessTime }),
    ...(E.isLeft(list) ? { failure: list.left } : {}),
    services: [...kept].sort(byLabels),
    duplicates,
    leftOut: leftOutOf(progress),
    unreadable: unreadableIn(progress),
    futurePoints: sumOf([...progress.services.values()].map((service) => service.futurePoints)),
    failures: failuresUntil(previous, progress),
  }
  return carryOver(previous, fresh, maxAgeSeconds)
}

const leftOutOf = ({ services, tooLong }: Progress): Snapshot['leftOut'] => {
  const listed = [...services.values()].flatMap(({ instances }) =>
    instances !== undefined && E.isRight(instances) ? [instances.right] : [],
  )
  const instances = sumOf(listed.map(({ leftOut }) => leftOut))
  const names = tooLong.size + sumOf(listed.map((service) => service.tooLong))
  return { ...(instances === 0 ? {} : { instances }), ...(names === 0 ? {} : { 'name-length': names }) }
}

/** What could not be read, by name: which of several objects it was of does not matter. */
const unreadableIn = ({ services, unreadable }: Progress): Snapshot['unreadable'] => {
  const counts = new Map<string, number>()
  const add = (place: string, count: number) => {
    const name = place.replace(/\.\d+/g, '')
    counts.set(name, (counts.get(name) ?? 0) + count)
  }
  for (const place of unreadable) add(place, 1)
  for (const [service, known] of services) {
    for (const place of service.unreadable ?? []) add(place, 1)
    for (const [name, count] of known.unreadable) add(name, count)
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const sumOf = (numbers: ReadonlyArray<number>): number => numbers.reduce((sum, number) => sum + number, 0)

// A list that is still being read has not failed.
const failuresUntil = (previous: Snapshot | undefined, { list }: Progress): Snapshot['failures'] => {
  const before = previous?.failures ?? {}
  if (list === undefined || E.isRight(list)) return before
  const reason = reasonOf(list.left)
  return { ...before, [reason]: (before[reason] ?? 0) + 1 }
}

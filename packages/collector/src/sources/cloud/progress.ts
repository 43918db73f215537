import * as E from 'fp-ts/lib/Either.js'
import type { Steps } from '../../family.js'
import type { Instance, Service } from '../../model.js'
import { newestByKey, newestInSteps } from '../../newest.js'
import { byName, isInstanceTooLong, labelsKey } from '../../service-labels.js'
import { type Failure, type InstanceReading, type ServiceReading, type Snapshot, servicesIn } from '../../snapshot.js'
import { type CollectOptions, type Seen, unfinished } from '../source.js'

export interface ServiceProgress {
  readonly service: Service
  /** When it was listed, in seconds since the epoch. */
  readonly listedTime: number
  /** Its instances, or why they are not known; both absent while they are being listed. */
  listed?: ListedInstances | undefined
  instancesFailure?: Failure | undefined
  /** By the names of the instances whose metrics have been answered. */
  readonly readings: Map<string, InstanceReading>
  /** What of it, its instances and their metrics could not be read, by name. */
  readonly unreadable: Map<string, number>
  /** How many points of its instances' metrics are of a time that has not come. */
  futurePoints: number
}

export interface ListedInstances {
  /** Those to read, in the order of their names. */
  readonly wanted: ReadonlyArray<Instance>
  /** How many were left out because a newer one has the same name. */
  readonly duplicates: number
  /** How many were left out because there are more than allowed. */
  readonly leftOut: number
  /** How many were left out because of a name. */
  readonly tooLong: number
}

/** The identity of a service within its namespace. Some installations give several services the same uuid. */
export const keyOf = ({ uuid, project, space, name }: Service): string => JSON.stringify([uuid, project, space, name])

/** What a collection knows by now. The calls write into it as they end; what is known can be read at any time. */
export const createProgress = ({
  maxInstances,
  maxNameLength,
}: Pick<CollectOptions, 'maxInstances' | 'maxNameLength'>) => {
  const list: Pick<Seen, 'readTime' | 'failure'> = {}
  return {
    /** When the list of services was read whole, or why it was not; empty while it is being read. */
    list,
    /** By their {@link keyOf}: a source need not give the same objects twice. */
    services: new Map<string, ServiceProgress>(),
    /** The keys of those services whose name others have, too, and whose readings are certain to be theirs. */
    settled: new Set<string>(),
    /** Names that several services of the previous collection had. */
    ambiguousBefore: new Set<string>(),
    /** The uuids of the instances that the previous collection read: they go first. */
    readBefore: new Set<string>(),
    /** How many more instances may be read beside those. */
    allowance: maxInstances,
    /** Longer names and other labels leave an object out. */
    maxNameLength,
    /** The keys of services that were left out because of a name. */
    tooLong: new Set<string>(),
    /** How many places of the list could not be read, by name. */
    unreadable: new Map<string, number>(),
  }
}

export type Progress = ReturnType<typeof createProgress>

/** Notes what the previous collection has read. */
export function* notePrevious(progress: Progress, previous: Snapshot | undefined, maxInstances: number): Steps<void> {
  const services = previous === undefined ? [] : servicesIn(previous)
  const names = services.map(({ service }) => service.name)
  for (const name of repeatedAmong(names)) progress.ambiguousBefore.add(name)
  yield
  const count = sumOf(services.map(({ instances }) => instances.length))
  if (count > maxInstances) return
  for (const { instances } of services) {
    for (const { instance } of instances) progress.readBefore.add(instance.uuid)
    yield
  }
  progress.allowance -= progress.readBefore.size
}

/** Counts places that could not be read: which of several objects they are of does not matter. */
export const addUnreadable = (counts: Map<string, number>, places: ReadonlyArray<string>, count = 1): void => {
  for (const place of places) {
    const name = place.replace(/\.\d+/g, '')
    counts.set(name, (counts.get(name) ?? 0) + count)
  }
}

/** The names that several services have. */
export const ambiguousNames = ({ services, ambiguousBefore }: Progress): ReadonlySet<string> =>
  new Set([...ambiguousBefore, ...repeatedAmong([...services.values()].map(({ service }) => service.name))])

const repeatedAmong = (texts: ReadonlyArray<string>): ReadonlySet<string> => {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const text of texts) (seen.has(text) ? repeated : seen).add(text)
  return repeated
}

/** Begins to read a service, or begins again: then what is known of its instances is forgotten. */
export const beginService = (progress: Progress, service: Service, listedTime: number): ServiceProgress => {
  const key = keyOf(service)
  progress.allowance += newIn(progress, progress.services.get(key))
  const begun: ServiceProgress = { service, listedTime, readings: new Map(), unreadable: new Map(), futurePoints: 0 }
  progress.services.set(key, begun)
  return begun
}

/** Forgets services that were on a page, but are not in the list that counts: they were deleted meanwhile. */
export const forgetAllBut = (progress: Progress, listed: ReadonlySet<string>): void => {
  for (const [key, known] of progress.services) {
    if (listed.has(key)) continue
    progress.allowance += newIn(progress, known)
    progress.services.delete(key)
  }
}

/** Notes which instances a service has, and gives those that are to be read. */
export const noteInstances = (
  progress: Progress,
  service: ServiceProgress,
  listed: E.Either<Failure, ReadonlyArray<Instance>>,
): ReadonlyArray<Instance> => {
  if (E.isLeft(listed)) {
    service.instancesFailure = listed.left
    return []
  }
  service.listed = withinAllowance(listed.right, progress)
  progress.allowance -= newIn(progress, service)
  return service.listed.wanted
}

/** How many of a service's instances to read were not read before. */
const newIn = ({ readBefore }: Progress, service: ServiceProgress | undefined): number =>
  service?.listed?.wanted.filter(({ uuid }) => !readBefore.has(uuid)).length ?? 0

// What was read before goes first, so that series do not come and go with the order in which services are answered.
const withinAllowance = (listed: ReadonlyArray<Instance>, progress: Progress): ListedInstances => {
  const { allowance, readBefore, maxNameLength } = progress
  const instances = listed.filter((instance) => !isInstanceTooLong(instance, maxNameLength))
  const { kept, duplicates } = newestByKey(instances, {
    key: ({ name }) => name,
    time: ({ startTime }) => startTime,
    id: ({ uuid }) => uuid,
  })
  const inOrder = [...kept].sort((a, b) => byName(a.name, b.name))
  const others = inOrder.filter(({ uuid }) => !readBefore.has(uuid))
  const leftOut = new Set(others.slice(Math.max(0, allowance)))
  const wanted = inOrder.filter((instance) => !leftOut.has(instance))
  return { wanted, duplicates, leftOut: leftOut.size, tooLong: listed.length - instances.length }
}

/** Of services with the same labels the newest. */
export const newestOfLabels = <A extends Pick<ServiceReading, 'service'>>(services: ReadonlyArray<A>) =>
  newestInSteps(services, {
    key: ({ service }) => labelsKey(service),
    time: ({ service }) => service.startedTime ?? service.createdTime,
    id: ({ service }) => service.uuid,
  })

/** The services as they are known. */
function* serviceReadings(progress: Progress): Steps<ReadonlyArray<ServiceReading>> {
  const ambiguous = ambiguousNames(progress)
  const readings: ServiceReading[] = []
  for (const [key, known] of progress.services) {
    const { name, uuid } = known.service
    const isUnsettled = ambiguous.has(name) && uuid !== undefined && !progress.settled.has(key)
    // What was read by a name that others have too may be another one's.
    readings.push(serviceReading(isUnsettled ? { ...known, listed: undefined, instancesFailure: undefined } : known))
    yield
  }
  return readings
}

const serviceReading = ({ listed, instancesFailure = unfinished, ...known }: ServiceProgress): ServiceReading => {
  const { service, listedTime, readings } = known
  if (listed === undefined) return { service, listedTime, instances: [], duplicates: 0, instancesFailure }
  const instances = listed.wanted.map(
    (instance): InstanceReading => readings.get(instance.name) ?? { instance, outcome: 'failed', failure: unfinished },
  )
  return { service, listedTime, instances, duplicates: listed.duplicates }
}

/** What has been read until now. */
export function* seenIn(progress: Progress): Steps<Seen> {
  const { kept, duplicates } = yield* newestOfLabels(yield* serviceReadings(progress))
  return {
    ...progress.list,
    services: kept,
    duplicates,
    leftOut: leftOutOf(progress),
    unreadableValues: unreadableIn(progress),
    futurePoints: sumOf([...progress.services.values()].map((service) => service.futurePoints)),
  }
}

const leftOutOf = ({ services, tooLong }: Progress): Snapshot['leftOut'] => {
  const listed = [...services.values()].flatMap((service) => service.listed ?? [])
  const instances = sumOf(listed.map(({ leftOut }) => leftOut))
  const names = tooLong.size + sumOf(listed.map((service) => service.tooLong))
  return { ...(instances === 0 ? {} : { instances }), ...(names === 0 ? {} : { 'name-length': names }) }
}

const unreadableIn = ({ services, unreadable }: Progress): Snapshot['unreadableValues'] => {
  const counts = new Map(unreadable)
  for (const known of services.values()) {
    for (const [name, count] of known.unreadable) addUnreadable(counts, [name], count)
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const sumOf = (numbers: ReadonlyArray<number>): number => numbers.reduce((sum, number) => sum + number, 0)

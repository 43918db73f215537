import {
  type AlaudaError,
  type AlaudaTaskClient,
  type Clock,
  type Instance,
  type InstanceMetricsPoint,
  newestPoint,
  type Period,
  type Service,
} from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { isServiceTooLong } from './name-length.js'
import {
  ambiguousNames,
  beginService,
  createProgress,
  forgetAllBut,
  noteInstances,
  noteMissing,
  type Progress,
  type ServiceProgress,
  serviceReadings,
  snapshotOf,
} from './progress.js'
import { labelsKey } from './service-labels.js'
import type { Failure, InstanceReading, ServiceReading, Snapshot } from './snapshot.js'

/** Where a collection reads from: the calls of an `AlaudaTaskClient` that it makes. */
export type AlaudaSource = Pick<
  AlaudaTaskClient,
  'listServices' | 'getService' | 'listInstances' | 'getInstanceMetrics'
>

export interface CollectOptions {
  readonly namespace: string
  /** How far back to look for an instance's newest point, in milliseconds. */
  readonly windowMs: number
  /** How far apart the points are that the API is asked for. */
  readonly period: Period
  readonly clock: Clock
  /** Which services to read. Default: all. */
  readonly isWanted?: ((service: Service) => boolean) | undefined
  /** How many instances to read at the most; the rest is left out. */
  readonly maxInstances: number
  /** Longer names, and other values that become labels, leave their object out: UTF-16 code units. */
  readonly maxNameLength: number
  /** Keys of the service labels that are shown. Default: none. */
  readonly labelKeys?: ReadonlyArray<string> | undefined
  /** For how long what was read once is kept when it cannot be read again, in seconds. */
  readonly maxAgeSeconds: number
  /** Ends the collection: it then gives what it has. */
  readonly signal: AbortSignal
  /** The same namespace's last snapshot, for what is told beyond one collection. */
  readonly previous?: Snapshot | undefined
  /** From the start of one collection to the start of the next; absent when there is one at each scrape. */
  readonly intervalSeconds?: number | undefined
}

/** A collection under way. */
export interface Collection {
  /** What it saw, when it is done. Never rejects: what went wrong is told in the snapshot, and the rest of it holds. */
  readonly done: Promise<Snapshot>
  /** What it has seen until now; what is not known yet counts as failed. */
  readonly soFar: () => Snapshot
}

/** Reads a namespace: its services page by page, and the metrics of each instance as soon as its service is known. */
export const collect = (source: AlaudaSource, options: CollectOptions): Collection => {
  const { clock, signal } = options
  const progress = createProgress(clock.now() / 1000, options)
  const soFar = () => snapshotOf(progress, options, clock.now() / 1000)
  const reading = { ...options, source, progress, attempt: attemptUntilAborted(signal) }
  const done = readNamespace(reading)
    .catch((cause) => {
      // Something in it is not what its type says: a client of the host's own may give anything.
      progress.list = E.left(unexpected(cause))
    })
    .then(soFar)
  return { done, soFar }
}

// The collection's signal ends its calls: in a long queue a call may well wait longer than one of its own would.
const noDeadline = 0

interface Reading extends CollectOptions {
  readonly source: AlaudaSource
  readonly attempt: Attempt
  readonly progress: Progress
}

const readNamespace = async (reading: Reading): Promise<void> => {
  const { source, attempt, progress, namespace, clock, signal } = reading
  const byName = new Map<Service, Promise<void>>()
  const onPage = (services: ReadonlyArray<Service>) => {
    for (const service of services.filter((one) => isToRead(reading, one))) {
      if (byName.has(service)) continue
      const isRead = readService(reading, service, service.service_name)
      // It is awaited only when the whole list is there.
      isRead.catch(() => {})
      byName.set(service, isRead)
    }
  }
  const onUnreadable = (places: ReadonlyArray<string>) => {
    for (const place of places) progress.unreadable.push(place)
  }
  const list = await attempt(() =>
    pipe(
      source.listServices(namespace, { signal, onPage, onUnreadable, timeoutMs: noDeadline }),
      TE.map((services) => {
        onPage(services)
        return { services, readTime: clock.now() / 1000 }
      }),
    ),
  )
  progress.list = list
  // Those that were deleted while the list was read.
  const listed = E.isRight(list) ? new Set(list.right.services) : undefined
  if (listed !== undefined) forgetAllBut(progress, listed)
  const ambiguous = ambiguousNames(progress)
  const shown = new Set(serviceReadings(progress).kept.map(({ service }) => service))
  const missing = E.isRight(list) ? missingIn(list.right.services, reading) : []
  await Promise.all([
    ...[...byName].map(async ([service, isRead]) => {
      if (listed?.has(service) === false) return
      await isRead
      if (shown.has(service)) await settle(reading, service, ambiguous)
    }),
    ...missing.map((known) => readMissing(reading, known, ambiguous)),
  ])
}

// Where several services bear one name, a call by that name may be answered for another one of them: a list of instances
// may be that one's, and an instance may not be found though it is there. These are read again by their uuids.
const settle = async (reading: Reading, service: Service, ambiguous: ReadonlySet<string>): Promise<void> => {
  const { progress } = reading
  const { uuid } = service
  const isDoubtful = ambiguous.has(service.service_name) && mayBeOfAnother(progress, service)
  if (uuid !== undefined && isDoubtful) await readService(reading, service, uuid)
  progress.settled.add(service)
}

const mayBeOfAnother = ({ services }: Progress, service: Service): boolean => {
  if (service.instances === undefined) return true
  const outcomes = [...(services.get(service)?.readings.values() ?? [])].map(({ outcome }) => outcome)
  return outcomes.includes('gone') && outcomes.every((outcome) => outcome === 'gone' || outcome === 'failed')
}

const missingIn = (
  services: ReadonlyArray<Service>,
  { previous, clock, maxAgeSeconds }: Reading,
): ReadonlyArray<ServiceReading> => {
  const listed = new Set(services.map(labelsKey))
  const oldest = clock.now() / 1000 - maxAgeSeconds
  const before = previous?.services ?? []
  return before.filter(({ service, listedTime }) => !listed.has(labelsKey(service)) && listedTime >= oldest)
}

// A list that changes while its pages are read may lack a service that is still there: it has moved to a page that was read
// before. So what is missing is asked for by itself before it is taken for gone.
const readMissing = async (reading: Reading, known: ServiceReading, ambiguous: ReadonlySet<string>): Promise<void> => {
  const { source, attempt, progress, namespace, signal } = reading
  const { service } = known
  const missing = noteMissing(progress, known)
  const address = service.uuid ?? service.service_name
  const found = await attempt(() => source.getService(namespace, address, { signal, timeoutMs: noDeadline }))
  if (E.isLeft(found) && !isNotFound(found.left)) {
    missing.instances = found
    progress.settled.add(service)
    return
  }
  progress.services.delete(service)
  if (E.isLeft(found) || labelsKey(found.right) !== labelsKey(service) || !isToRead(reading, found.right)) return
  await readService(reading, found.right, found.right.service_name)
  await settle(reading, found.right, ambiguous)
}

/** Whether a service is wanted, and is not left out because of a name. */
const isToRead = (
  { isWanted = () => true, maxNameLength, labelKeys, progress }: Reading,
  service: Service,
): boolean => {
  if (!isWanted(service)) return false
  if (!isServiceTooLong(service, maxNameLength, labelKeys)) return true
  progress.tooLong.add(service)
  return false
}

/** `address` is what calls name the service by: its name or its uuid. */
const readService = async (reading: Reading, service: Service, address: string): Promise<void> => {
  const { progress, clock } = reading
  const begun = beginService(progress, service, clock.now() / 1000)
  const listed = await listInstances(reading, service, address, begun)
  const wanted = noteInstances(progress, begun, listed)
  await Promise.all(
    wanted.map(async (instance) => {
      begun.readings.set(instance, await readInstance(reading, address, instance, begun))
    }),
  )
}

const listInstances = async (
  { source, attempt, namespace, signal }: Reading,
  service: Service,
  address: string,
  { unreadable }: ServiceProgress,
): Promise<E.Either<Failure, ReadonlyArray<Instance>>> => {
  if (service.instances !== undefined) return E.right(service.instances)
  const onUnreadable = (places: ReadonlyArray<string>) => addTo(unreadable, 'instances', places.length)
  const options = { signal, onUnreadable, timeoutMs: noDeadline }
  const listed = await attempt(() => source.listInstances(namespace, address, options))
  if (E.isLeft(listed)) return isNotFound(listed.left) ? E.right([]) : listed
  for (const field of listed.right.flatMap((instance) => instance.unreadable ?? [])) {
    addTo(unreadable, `instances.${field}`, 1)
  }
  return listed
}

const addTo = (counts: Map<string, number>, name: string, count: number): void => {
  counts.set(name, (counts.get(name) ?? 0) + count)
}

const readInstance = async (
  { source, attempt, namespace, windowMs, period, clock, signal }: Reading,
  address: string,
  instance: Instance,
  service: ServiceProgress,
): Promise<InstanceReading> => {
  const end = clock.now() / 1000
  const start = end - windowMs / 1000
  const options = { start, end, period, signal, timeoutMs: noDeadline }
  const metrics = await attempt(() => source.getInstanceMetrics(namespace, address, instance.uuid, options))
  if (E.isLeft(metrics)) {
    return isNotFound(metrics.left)
      ? { instance, outcome: 'gone' }
      : { instance, outcome: 'failed', failure: metrics.left }
  }
  const { unreadable = {} } = metrics.right
  for (const [column, count] of Object.entries(unreadable)) addTo(service.unreadable, column, count)
  // A time that has not come is a fault of the cloud's: shown, it would stand in the way of every true one.
  const isFuture = ({ time }: InstanceMetricsPoint) => time > end + clockSlackSeconds
  const future = metrics.right.points.filter(isFuture).length
  service.futurePoints += future
  const points = metrics.right.points.filter((point) => point.time >= 0 && !isFuture(point))
  const point = newestPoint({ points })
  if (point === undefined) {
    const failure = unusablePoints(instance, Object.keys(unreadable), future)
    return failure === undefined ? { instance, outcome: 'empty' } : { instance, outcome: 'failed', failure }
  }
  const isOfAskedTime = point.time >= start - clockSlackSeconds
  return { instance, outcome: 'ok', point, ...(isOfAskedTime ? {} : { ageFrom: end }) }
}

/** Why there is nothing to show though something came; absent when nothing came. */
const unusablePoints = (
  { instance_name }: Instance,
  columns: ReadonlyArray<string>,
  future: number,
): Failure | undefined => {
  const faults = [
    ...(columns.length === 0 ? [] : [`values cannot be read (${columns.join(', ')})`]),
    ...(future === 0
      ? []
      : [`the time of ${future} has not come; compare the clocks of the cloud and of this machine`]),
  ]
  if (faults.length === 0) return undefined
  const where = `metrics of instance ${JSON.stringify(instance_name)}`
  return {
    _tag: 'UnusablePointsError',
    message: `${where}: points came, none of them can be used: ${faults.join(', ')}`,
  }
}

// How far the cloud's clock may be from ours.
const clockSlackSeconds = 60

type Attempt = <A>(call: () => TE.TaskEither<AlaudaError, A>) => Promise<E.Either<Failure, A>>

/** Makes calls so that they neither throw nor outlast the collection, whoever wrote the source. */
const attemptUntilAborted = (signal: AbortSignal): Attempt => {
  const ended = new Promise<E.Either<Failure, never>>((resolve) => {
    // A source that heeds the signal says better what it was doing: it goes first.
    const end = () => setImmediate(() => resolve(E.left(unexpected(signal.reason))))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
  })
  return async (call) => {
    try {
      return await Promise.race([call()(), ended])
    } catch (cause) {
      return E.left(unexpected(cause))
    }
  }
}

const unexpected = (cause: unknown): Failure => ({
  _tag: 'UnexpectedError',
  message: `the collection broke off: ${cause instanceof Error ? cause.message : 'unknown reason'}`,
  cause,
})

// The API says that an object is not there in JSON or in plain words; a page of HTML is another server's, or says that the API
// has no such call. And a login is not about the object.
const isNotFound = (failure: Failure): boolean =>
  failure._tag === 'HttpError' && failure.status === 404 && failure.method === 'GET' && failure.mediaType === undefined

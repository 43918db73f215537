import {
  type AlaudaClient,
  type AlaudaError,
  type Clock,
  type Instance,
  newestPoint,
  type Period,
  type Service,
} from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  ambiguousNames,
  beginService,
  createProgress,
  noteInstances,
  noteMissing,
  type Progress,
  serviceReadings,
  serviceUuid,
  snapshotOf,
} from './progress.js'
import { labelsKey } from './service-labels.js'
import type { Failure, InstanceReading, ServiceReading, Snapshot } from './snapshot.js'

/** Where a collection reads from: the calls of an `AlaudaClient` that it makes. */
export type AlaudaSource = Pick<AlaudaClient, 'listServices' | 'getService' | 'listInstances' | 'getInstanceMetrics'>

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
  const { clock, maxInstances, signal } = options
  const progress = createProgress(clock.now() / 1000, maxInstances, options.previous)
  const soFar = () => snapshotOf(progress, options, clock.now() / 1000)
  const reading = { ...options, source, progress, attempt: attemptUntilAborted(signal) }
  return { done: readNamespace(reading).then(soFar), soFar }
}

// The collection's signal ends its calls: in a long queue a call may well wait longer than one of its own would.
const noDeadline = 0

interface Reading extends CollectOptions {
  readonly source: AlaudaSource
  readonly attempt: Attempt
  readonly progress: Progress
}

const readNamespace = async (reading: Reading): Promise<void> => {
  const { source, attempt, progress, namespace, clock, signal, isWanted = () => true } = reading
  const byName = new Map<Service, Promise<void>>()
  const onPage = (services: ReadonlyArray<Service>) => {
    for (const service of services.filter(isWanted)) {
      if (!byName.has(service)) byName.set(service, readService(reading, service, service.service_name))
    }
  }
  const list = await attempt(() =>
    pipe(
      source.listServices(namespace, { signal, onPage, timeoutMs: noDeadline }),
      TE.map((services) => {
        onPage(services)
        return { services, readTime: clock.now() / 1000 }
      }),
    ),
  )
  progress.list = list
  const ambiguous = ambiguousNames(progress)
  const shown = new Set(serviceReadings(progress).kept.map(({ service }) => service))
  const missing = E.isRight(list) ? missingIn(list.right.services, reading) : []
  await Promise.all([
    ...[...byName].map(async ([service, isRead]) => {
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
  const uuid = serviceUuid(service)
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
  const address = serviceUuid(service) ?? service.service_name
  const found = await attempt(() => source.getService(namespace, address, { signal, timeoutMs: noDeadline }))
  if (E.isLeft(found) && !isNotFound(found.left)) {
    missing.instances = found
    progress.settled.add(service)
    return
  }
  progress.services.delete(service)
  if (E.isLeft(found) || labelsKey(found.right) !== labelsKey(service)) return
  await readService(reading, found.right, found.right.service_name)
  await settle(reading, found.right, ambiguous)
}

/** `address` is what calls name the service by: its name or its uuid. */
const readService = async (reading: Reading, service: Service, address: string): Promise<void> => {
  const { progress, clock } = reading
  const begun = beginService(progress, service, clock.now() / 1000)
  const listed = await listInstances(reading, service, address)
  const wanted = noteInstances(progress, begun, listed)
  await Promise.all(
    wanted.map(async (instance) => {
      begun.readings.set(instance, await readInstance(reading, address, instance))
    }),
  )
}

const listInstances = async (
  { source, attempt, namespace, signal }: Reading,
  service: Service,
  address: string,
): Promise<E.Either<Failure, ReadonlyArray<Instance>>> => {
  if (service.instances !== undefined) return E.right(service.instances)
  const listed = await attempt(() => source.listInstances(namespace, address, { signal, timeoutMs: noDeadline }))
  return E.isLeft(listed) && isNotFound(listed.left) ? E.right([]) : listed
}

const readInstance = async (
  { source, attempt, namespace, windowMs, period, clock, signal }: Reading,
  address: string,
  instance: Instance,
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
  // A time that has not come is a fault of the cloud's: shown, it would stand in the way of every true one.
  const points = metrics.right.points.filter(({ time }) => time >= 0 && time <= end + clockSlackSeconds)
  const point = newestPoint({ points })
  if (point === undefined) return { instance, outcome: 'empty' }
  const isOfAskedTime = point.time >= start - clockSlackSeconds
  return { instance, outcome: 'ok', point, ...(isOfAskedTime ? {} : { ageFrom: end }) }
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

const isNotFound = (failure: Failure): boolean => failure._tag === 'HttpError' && failure.status === 404

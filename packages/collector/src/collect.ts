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
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { carryOver } from './carry-over.js'
import { newestByKey } from './newest.js'
import { byLabels, byName, labelsKey } from './service-labels.js'
import type { Failure, InstanceReading, ServiceReading, Snapshot } from './snapshot.js'

/** Where a collection reads from: the calls of an `AlaudaClient` that it makes. */
export type AlaudaSource = Pick<AlaudaClient, 'listServices' | 'listInstances' | 'getInstanceMetrics'>

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
}

/**
 * Reads a namespace: its services page by page, and the metrics of each instance as soon as its service is known. Never
 * rejects: what went wrong is told in the snapshot, and the rest of it holds.
 */
export const collect = async (source: AlaudaSource, options: CollectOptions): Promise<Snapshot> => {
  const { namespace, clock, signal, previous, maxInstances, maxAgeSeconds, isWanted = () => true } = options
  const collection = {
    ...options,
    source,
    attempt: attemptUntilAborted(signal),
    allowance: createAllowance(maxInstances),
  }
  const startMs = clock.now()
  const readings = new Map<Service, Promise<ServiceReading>>()
  const onPage = (services: ReadonlyArray<Service>) => {
    for (const service of services.filter(isWanted)) {
      if (!readings.has(service)) readings.set(service, readService(collection, service, service.service_name))
    }
  }

  const list = await collection.attempt(() => source.listServices(namespace, { signal, onPage }))
  if (E.isRight(list)) onPage(list.right)
  const read = await Promise.all(readings.values())
  const { kept, duplicates } = newestByKey(read, {
    key: ({ service }) => labelsKey(service),
    time: ({ service }) => service.started_at ?? service.created_at,
    id: ({ service }) => serviceUuid(service),
  })
  const ambiguous = repeatedAmong(read.map(({ service }) => service.service_name))
  const services = await Promise.all(
    kept.map((reading) =>
      ambiguous.has(reading.service.service_name) ? readAgainByUuid(collection, reading) : reading,
    ),
  )

  const endMs = clock.now()
  const lastSuccessTime = E.isRight(list) ? endMs / 1000 : previous?.lastSuccessTime
  const fresh = {
    namespace,
    startTime: startMs / 1000,
    durationSeconds: (endMs - startMs) / 1000,
    ...(lastSuccessTime === undefined ? {} : { lastSuccessTime }),
    ...(E.isLeft(list) ? { failure: list.left } : {}),
    services: services.sort(byLabels),
    duplicates,
    leftOut: collection.allowance.leftOut(),
  }
  return carryOver(previous, fresh, maxAgeSeconds)
}

/** Hands out so many instances and no more. */
const createAllowance = (maxInstances: number) => {
  let taken = 0
  let leftOut = 0
  return {
    take: <A>(items: ReadonlyArray<A>): ReadonlyArray<A> => {
      const allowed = items.slice(0, maxInstances - taken)
      taken += allowed.length
      leftOut += items.length - allowed.length
      return allowed
    },
    leftOut: () => leftOut,
  }
}

interface Collection extends CollectOptions {
  readonly source: AlaudaSource
  readonly attempt: Attempt
  readonly allowance: ReturnType<typeof createAllowance>
}

const serviceUuid = ({ uuid, unique_name }: Service): string | undefined => uuid ?? unique_name

// Where several services bear one name, a call by that name may be answered for another one of them: a list of instances
// may be that one's, and an instance may not be found though it is there.
const readAgainByUuid = async (collection: Collection, reading: ServiceReading): Promise<ServiceReading> => {
  const { service, instances } = reading
  const uuid = serviceUuid(service)
  const isListOfAnother = service.instances === undefined
  const isNotFound = instances.length > 0 && instances.every(({ outcome }) => outcome === 'gone')
  if (uuid === undefined || !(isListOfAnother || isNotFound)) return reading
  return readService(collection, service, uuid)
}

const repeatedAmong = (texts: ReadonlyArray<string>): ReadonlySet<string> => {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const text of texts) (seen.has(text) ? repeated : seen).add(text)
  return repeated
}

/** `address` is what calls name the service by: its name or its uuid. */
const readService = async (collection: Collection, service: Service, address: string): Promise<ServiceReading> => {
  const listedTime = collection.clock.now() / 1000
  const listed = await listInstances(collection, service, address)
  if (E.isLeft(listed)) return { service, listedTime, instances: [], duplicates: 0, instancesFailure: listed.left }
  const { kept, duplicates } = newestByKey(listed.right, {
    key: ({ instance_name }) => instance_name,
    time: ({ started_at }) => started_at,
    id: ({ uuid }) => uuid,
  })
  const inOrder = [...kept].sort((a, b) => byName(a.instance_name, b.instance_name))
  const allowed = collection.allowance.take(inOrder)
  const instances = await Promise.all(allowed.map((instance) => readInstance(collection, address, instance)))
  return { service, listedTime, instances, duplicates }
}

const listInstances = async (
  { source, attempt, namespace, signal }: Collection,
  service: Service,
  address: string,
): Promise<E.Either<Failure, ReadonlyArray<Instance>>> => {
  if (service.instances !== undefined) return E.right(service.instances)
  const listed = await attempt(() => source.listInstances(namespace, address, { signal }))
  return E.isLeft(listed) && isNotFound(listed.left) ? E.right([]) : listed
}

const readInstance = async (
  { source, attempt, namespace, windowMs, period, clock, signal }: Collection,
  address: string,
  instance: Instance,
): Promise<InstanceReading> => {
  const end = clock.now() / 1000
  const options = { start: end - windowMs / 1000, end, period, signal }
  const metrics = await attempt(() => source.getInstanceMetrics(namespace, address, instance.uuid, options))
  if (E.isLeft(metrics)) {
    return isNotFound(metrics.left)
      ? { instance, outcome: 'gone' }
      : { instance, outcome: 'failed', failure: metrics.left }
  }
  // A time that has not come is a fault of the cloud's: shown, it would stand in the way of every true one.
  const points = metrics.right.points.filter(({ time }) => time <= end + clockSlackSeconds)
  const point = newestPoint({ points })
  return point === undefined ? { instance, outcome: 'empty' } : { instance, outcome: 'ok', point }
}

// How far the cloud's clock may be ahead of ours.
const clockSlackSeconds = 60

type Attempt = <A>(call: () => TaskEither<AlaudaError, A>) => Promise<E.Either<Failure, A>>

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

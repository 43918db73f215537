import type { Instance, Service } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { carryOver } from './carry-over.js'
import { newestByKey } from './newest.js'
import { byLabels, byName, labelsKey } from './service-labels.js'
import type { Failure, InstanceReading, ServiceReading, Snapshot } from './snapshot.js'

/** What a collection knows by now. The calls write into it as they end; a snapshot can be taken of it at any time. */
export interface Progress {
  readonly startTime: number
  /** When the list of services was read whole, or why it was not; absent while it is being read. */
  list?: E.Either<Failure, { readonly readTime: number }>
  readonly services: Map<Service, ServiceProgress>
  /** How many more instances may be read. */
  allowance: number
}

export interface ServiceProgress {
  /** When it was listed, in seconds since the epoch. */
  readonly listedTime: number
  /** Absent while they are not known. */
  instances?: E.Either<Failure, ListedInstances>
  /** Of the instances whose metrics have been asked for, and answered. */
  readonly readings: Map<Instance, InstanceReading>
}

export interface ListedInstances {
  /** Those to read, in the order of their names. */
  readonly wanted: ReadonlyArray<Instance>
  /** How many were left out because a newer one bears the same name. */
  readonly duplicates: number
  /** How many were left out because there are more than allowed. */
  readonly leftOut: number
}

export const createProgress = (startTime: number, maxInstances: number): Progress => ({
  startTime,
  services: new Map(),
  allowance: maxInstances,
})

/** Begins to read a service, or begins again: then what is known of its instances is forgotten. */
export const beginService = (progress: Progress, service: Service, now: number): ServiceProgress => {
  progress.allowance += wantedOf(progress.services.get(service)).length
  const begun: ServiceProgress = { listedTime: now, readings: new Map() }
  progress.services.set(service, begun)
  return begun
}

/** Notes that nothing could be learned of a service that was listed before. */
export const noteUnreadable = (progress: Progress, service: Service, listedTime: number, failure: Failure): void => {
  progress.services.set(service, { listedTime, instances: E.left(failure), readings: new Map() })
}

/** Notes which instances a service has, and gives those that are to be read. */
export const noteInstances = (
  progress: Progress,
  service: ServiceProgress,
  listed: E.Either<Failure, ReadonlyArray<Instance>>,
): ReadonlyArray<Instance> => {
  service.instances = E.isLeft(listed) ? listed : E.right(withinAllowance(listed.right, progress.allowance))
  const wanted = wantedOf(service)
  progress.allowance -= wanted.length
  return wanted
}

const wantedOf = (service: ServiceProgress | undefined): ReadonlyArray<Instance> =>
  service?.instances !== undefined && E.isRight(service.instances) ? service.instances.right.wanted : []

const withinAllowance = (instances: ReadonlyArray<Instance>, allowance: number): ListedInstances => {
  const { kept, duplicates } = newestByKey(instances, {
    key: ({ instance_name }) => instance_name,
    time: ({ started_at }) => started_at,
    id: ({ uuid }) => uuid,
  })
  const inOrder = [...kept].sort((a, b) => byName(a.instance_name, b.instance_name))
  const wanted = inOrder.slice(0, allowance)
  return { wanted, duplicates, leftOut: inOrder.length - wanted.length }
}

/** What calls can name a service by when its name is not enough. */
export const serviceUuid = ({ uuid, unique_name }: Service): string | undefined => uuid ?? unique_name

/** The services as they are known; of those with the same labels the newest. */
export const serviceReadings = (
  progress: Progress,
): { readonly kept: ReadonlyArray<ServiceReading>; readonly duplicates: number } =>
  newestByKey(
    [...progress.services].map(([service, known]) => serviceReading(service, known)),
    {
      key: ({ service }) => labelsKey(service),
      time: ({ service }) => service.started_at ?? service.created_at,
      id: ({ service }) => serviceUuid(service),
    },
  )

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
  }
  return carryOver(previous, fresh, maxAgeSeconds)
}

const leftOutOf = ({ services }: Progress): number =>
  [...services.values()].reduce(
    (sum, { instances }) => sum + (instances !== undefined && E.isRight(instances) ? instances.right.leftOut : 0),
    0,
  )

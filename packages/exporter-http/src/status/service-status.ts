import { known } from '@alauda-exporter/alauda-client/options'
import {
  type Failure,
  type InstanceReading,
  limitsOf,
  type Service,
  type ServiceReading,
  type Sizes,
} from '@alauda-exporter/collector'
import type { History, Place } from './history.js'
import type { FailureStatus, InstanceStatus, ServiceStatus, Usage } from './model.js'
import { meanOf, sumOf } from './units.js'

/** Work in steps, each of which is soon done. */
export type Steps<A> = Generator<undefined, A>

export interface ServiceOptions {
  /** Seconds since the epoch. */
  readonly now: number
  readonly history: History
  /** Whether to include the last hour of each service. */
  readonly withHistory: boolean
  /** Which page of the instances of each service, from 1. */
  readonly instancesPage: number
  readonly sizes: Sizes | undefined
}

/** Maximum services on a page, and maximum instances of each. */
export const pageSize = 500

/** A service as shown by the page and the API, made in steps: it may have any number of instances. */
export function* serviceStatus(
  place: Place,
  reading: ServiceReading,
  isNamesake: boolean,
  { sizes, history, withHistory, now, instancesPage }: ServiceOptions,
): Steps<ServiceStatus> {
  const { service, listedTime, instancesFailure } = reading
  const limits = limitsOf(service, sizes)
  const all: InstanceStatus[] = []
  for (const instance of reading.instances) {
    all.push(instanceStatus(place, instance, limits.cpu, history))
    yield
  }
  // A service that has fewer pages shows its last one.
  const pageCount = Math.max(1, Math.ceil(all.length / pageSize))
  const page = Math.min(instancesPage, pageCount)
  return {
    service: service.name.toWellFormed(),
    ...(isNamesake ? { isNamesake } : {}),
    ...known({
      uuid: text(service.uuid),
      project: text(service.project),
      space: text(service.space),
      region: text(service.region),
      size: text(service.size === '' ? undefined : service.size),
      cpuLimitCores: limits.cpu,
      memoryLimitBytes: limits.memory,
      image: text(imageOf(service)),
      status: text(service.status),
      targetInstances: number(service.targetInstances),
      runningInstances: runningOf(reading),
      instancesFailure: failureStatus(instancesFailure),
      history: withHistory ? history.ofService(place, service, now) : undefined,
    }),
    listedTime,
    ...totalsOf(all),
    instances: all.slice((page - 1) * pageSize, page * pageSize),
    ...(pageCount === 1 ? {} : { instancePages: { count: all.length, page, pageCount } }),
  }
}

/** Running instances, as the service reports them. */
export const runningOf = ({ service }: ServiceReading): number | undefined =>
  number(service.startedInstances ?? service.currentInstances)

const imageOf = ({ image, imageTag }: Service): string | undefined =>
  image === undefined || imageTag === undefined ? image : `${image}:${imageTag}`

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
  const { outcome, point } = reading
  const { uuid, name, startTime } = reading.instance
  const rates = point === undefined ? {} : history.ratesOf(place, uuid)
  return {
    instance: name.toWellFormed(),
    uuid: uuid.toWellFormed(),
    outcome,
    ...known({
      failure: reading.outcome === 'failed' ? failureStatus(reading.failure) : undefined,
      startTime: number(startTime),
      sampleTime: number(point?.time),
      cpuUsageSecondsTotal: number(point?.cpuUsageSeconds),
      cpuUsageCores: number(rates.cores),
      cpuUtilizationRatio:
        cpuLimit === undefined || rates.cores === undefined ? undefined : number(rates.cores / cpuLimit),
      memoryUsageBytes: number(point?.memoryUsageBytes),
      memoryUtilizationRatio: number(point?.memoryUtilizationRatio),
      networkReceiveBytesTotal: number(point?.networkReceiveBytes),
      networkTransmitBytesTotal: number(point?.networkTransmitBytes),
      networkReceiveBytesPerSecond: rates.receive,
      networkTransmitBytesPerSecond: rates.transmit,
    }),
  }
}

/** The cause of a failure may contain secrets; its message is written for readers. */
export const failureStatus = (failure: Failure | undefined): FailureStatus | undefined =>
  failure && { kind: failure.kind, message: failure.message.toWellFormed() }

export const text = (value: string | undefined): string | undefined => value?.toWellFormed()

// JSON cannot express other numbers.
const number = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined)

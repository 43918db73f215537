import type { Service } from '@alauda-exporter/alauda-client'
import {
  type Failure,
  type InstanceReading,
  limitsOf,
  type ServiceReading,
  type Sizes,
} from '@alauda-exporter/collector'
import type { History, Place } from './history.js'
import type { FailureStatus, InstancePages, InstanceStatus, ServiceStatus, Usage } from './model.js'
import { meanOf, sumOf } from './totals.js'

/** Work in steps, each of which is soon done. */
export type Steps<A> = Generator<undefined, A>

export interface ServiceOptions {
  /** Seconds since the epoch. */
  readonly now: number
  readonly history: History
  /** Whether to tell the last hour of each service too. */
  readonly withHistory: boolean
  /** Which page of the instances of each service. Default: the first. */
  readonly wanted?: { readonly instances: number }
}

/** How many services there are on a page, and how many instances of each of them. */
export const pageSize = 500

/** What the page and the API tell of a service, in steps: it may have any number of instances. */
export function* serviceStatus(
  place: Place,
  reading: ServiceReading,
  isNamesake: boolean,
  sizes: Sizes | undefined,
  options: ServiceOptions,
): Steps<ServiceStatus> {
  const { service, listedTime, instancesFailure } = reading
  const limits = limitsOf(service, sizes)
  const all: InstanceStatus[] = []
  for (const instance of reading.instances) {
    all.push(instanceStatus(place, instance, limits.cpu, options.history))
    yield
  }
  const { instances, instancePages } = pageOfInstances(all, options.wanted?.instances ?? 1)
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
  asked: number,
): Pick<ServiceStatus, 'instances'> & { readonly instancePages: InstancePages | undefined } => {
  const pageCount = Math.ceil(all.length / pageSize)
  if (pageCount <= 1) return { instances: all, instancePages: undefined }
  const page = Math.min(asked, pageCount)
  return {
    instances: all.slice((page - 1) * pageSize, page * pageSize),
    instancePages: { count: all.length, page, pageCount },
  }
}

/** Those that run, as the service itself tells. */
export const runningOf = ({ service }: ServiceReading): number | undefined =>
  number(service.started_num_instances ?? service.current_num_instances)

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

/** Of a failure only its message is made for people; what caused it may hold anything. */
export const failureStatus = (failure: Failure | undefined): FailureStatus | undefined =>
  failure && { kind: failure._tag, message: failure.message.toWellFormed() }

export const text = (value: string | undefined): string | undefined => value?.toWellFormed()

// JSON has no word for what is not finite.
const number = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined)

const dividedBy = (divisor: number, value: number | undefined): number | undefined =>
  value === undefined ? undefined : number(value / divisor)

type Known<A> = { readonly [K in keyof A]?: NonNullable<A[K]> }

/** Without what is undefined: what is not known is absent. */
export const known = <A extends object>(values: A): Known<A> => {
  const result: { -readonly [K in keyof A]?: NonNullable<A[K]> } = {}
  for (const key in values) {
    const value = values[key]
    if (value !== undefined && value !== null) result[key] = value
  }
  return result
}

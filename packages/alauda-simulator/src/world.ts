import type { Change } from './history.js'
import type { CpuUtilization, MetricPoint } from './metric-point.js'
import { createService, type PointsQuery, type Service, type ServiceState } from './service.js'
import type { ServiceDefinition } from './service-definition.js'

/** The world at one time. */
export interface WorldState {
  /** In the order of their creation. */
  readonly services: ReadonlyArray<ServiceState>
}

/**
 * A cloud's contents as a pure function of the seed, the time and the changes: the same question has the same answer, in any
 * order. All times are seconds since the epoch.
 */
export interface World {
  /** Decides loads and uuids. */
  readonly seed: number
  /** Start of the world's schedules; its services are older. */
  readonly origin: number
  /** The world at `t`. */
  stateAt(t: number): WorldState
  /** The service of that name or uuid at `t`, if any. */
  serviceAt(nameOrUuid: string, t: number): ServiceState | undefined
  /** Measurements of the instance with that uuid at `t`; undefined if it did not run then. */
  pointAt(instance: string, t: number): MetricPoint | undefined
  /** An instance's points in a window, newest first; none for times at which it did not run. */
  points(query: PointsQuery): MetricPoint[]
  /** Changes the world. Throws an Error if the service does not exist at that time, or if a new service's name is in use. */
  change(change: Change): void
}

/** 2026-01-01T00:00:00Z. */
const defaultOrigin = Date.UTC(2026, 0, 1) / 1000

/** Age of the first services at the origin: more than the 30 days of retention. */
const ageAtOrigin = 45 * 86_400

/** Options of every world. */
export interface WorldOptions {
  /** The same seed gives the same world. Default: 1. */
  readonly seed?: number
  /** Start of the world's schedules, in seconds since the epoch. Default: 2026-01-01T00:00:00Z. */
  readonly origin?: number
  /** Meaning of the column `cpu_utilization`. Default: `mean`, as in the vendor's sample. */
  readonly cpuUtilization?: CpuUtilization
}

/**
 * A world of the given services, created 45 days before `origin`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createWorld } from '@alauda-exporter/alauda-simulator'
 *
 * const world = createWorld({ services: [{ service_name: 'cache', image_name: 'library/redis' }] })
 * const [cache] = world.stateAt(world.origin).services
 * assert.equal(cache?.current_status, 'Running')
 * ```
 */
export const createWorld = (options: WorldOptions & { readonly services: ReadonlyArray<ServiceDefinition> }): World => {
  const { seed = 1, origin = defaultOrigin, cpuUtilization = 'mean' } = options
  const services: Service[] = []
  /** By name and by uuid. */
  const known = new Map<string, ReadonlyArray<Service>>()

  const named = (nameOrUuid: string): ReadonlyArray<Service> => known.get(nameOrUuid) ?? []
  const add = (definition: ServiceDefinition, at: number): void => {
    const generation = named(definition.service_name).length
    const service = createService({ seed, origin, cpuUtilization }, definition, at, generation)
    services.push(service)
    for (const key of [service.name, service.uuid]) known.set(key, [...named(key), service])
  }

  for (const [index, definition] of options.services.entries()) add(definition, origin - ageAtOrigin + index * 60)

  return {
    seed,
    origin,
    stateAt: (t) => ({ services: services.flatMap((service) => service.stateAt(t) ?? []) }),
    serviceAt: (nameOrUuid, t) => named(nameOrUuid).flatMap((service) => service.stateAt(t) ?? [])[0],
    pointAt: (instance, t) =>
      services.find((service) => service.pointAt(instance, t) !== undefined)?.pointAt(instance, t),
    points: ({ service, ...query }) => named(service).flatMap((known) => known.points(query)),
    change(change) {
      const { at, action } = change
      const name = action === 'create' ? change.service.service_name : change.service
      const service = named(name).find((candidate) => candidate.stateAt(at) !== undefined)
      if (action === 'create') {
        if (service !== undefined) throw new Error(`There is a service ${name} already at ${at}.`)
        return add(change.service, at)
      }
      if (service === undefined) throw new Error(`There is no service ${name} at ${at}.`)
      if (action === 'restart') {
        const running = service.stateAt(at)?.instances.some(({ ordinal }) => ordinal === change.ordinal)
        if (!running) throw new Error(`There is no instance ${name}.${change.ordinal} at ${at}.`)
      }
      service.change(change)
    },
  }
}

/**
 * A world for load tests: equal services named `service-0001` and so on, with `instances` each. Nothing changes by itself.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { largeWorld } from '@alauda-exporter/alauda-simulator'
 *
 * const world = largeWorld({ services: 1000, instances: 5 })
 * assert.equal(world.serviceAt('service-0042', world.origin)?.current_num_instances, 5)
 * ```
 */
export const largeWorld = (
  options: WorldOptions & { readonly services: number; readonly instances: number },
): World => {
  const { services, instances, ...world } = options
  return createWorld({
    ...world,
    services: Array.from({ length: services }, (_, index) => ({
      service_name: `service-${String(index + 1).padStart(4, '0')}`,
      image_name: 'index.alauda.cn/demo/load',
      target_num_instances: instances,
    })),
  })
}

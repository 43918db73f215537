import type { ServiceDefinition, ServiceSettings } from './service-definition.js'

/**
 * A change of the world at a time.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { articleWorld, type Change } from '@alauda-exporter/alauda-simulator'
 *
 * const world = articleWorld()
 * const at = world.origin + 60
 * const scaleUp: Change = { at, action: 'update', service: 'kibana', set: { target_num_instances: 4 } }
 * world.change(scaleUp)
 * assert.equal(world.serviceAt('kibana', at)?.target_num_instances, 4)
 * ```
 */
export type Change =
  | {
      /** Seconds since the epoch. */
      readonly at: number
      /** Creates a service. */
      readonly action: 'create'
      /** The new service. */
      readonly service: ServiceDefinition
    }
  | ChangeOfService

/** A change of an existing service. */
export type ChangeOfService = {
  /** Seconds since the epoch. */
  readonly at: number
  /** Name or uuid. */
  readonly service: string
} & (
  | {
      /** Changes settings. Another image, size, command or environment replaces the instances one by one. */
      readonly action: 'update'
      /** The settings to change. */
      readonly set: Partial<ServiceSettings>
    }
  | {
      /** `start` and `stop` are those of the API; `redeploy` replaces the instances one by one. */
      readonly action: 'start' | 'stop' | 'delete' | 'redeploy'
    }
  | {
      /** Ends an instance's container; a new one with counters at 0 starts a few seconds later. */
      readonly action: 'restart'
      /** The number at the end of the instance's name. */
      readonly ordinal: number
    }
)

import type { ServiceDefinition, ServiceSettings } from './service-definition.js'

/**
 * A change of the world at a time (`at`: seconds since the epoch). `service` is a name or a uuid.
 *
 * - `create` creates a service; `delete` deletes it.
 * - `update` changes settings: `target_num_instances` scales; a different image, size, command or environment replaces the
 *   instances one by one.
 * - `start` and `stop` work as in the API.
 * - `redeploy` replaces the instances without a change of settings; `restart` ends the container of one ordinal, which starts again
 *   a few seconds later with a new uuid and its counters at 0.
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
      /** Time in seconds since the epoch. */
      readonly at: number
      /** Creates a service. */
      readonly action: 'create'
      /** The new service. */
      readonly service: ServiceDefinition
    }
  | ChangeOfService

/** A change of an existing service. */
export type ChangeOfService =
  | {
      /** Time in seconds since the epoch. */
      readonly at: number
      /** Changes settings. */
      readonly action: 'update'
      /** Its name or uuid. */
      readonly service: string
      /** The changed settings; the others stay. */
      readonly set: Partial<ServiceSettings>
    }
  | {
      /** Time in seconds since the epoch. */
      readonly at: number
      /** An action on the whole service. */
      readonly action: 'start' | 'stop' | 'delete' | 'redeploy'
      /** Its name or uuid. */
      readonly service: string
    }
  | {
      /** Time in seconds since the epoch. */
      readonly at: number
      /** Ends the container of one instance and starts a new one. */
      readonly action: 'restart'
      /** Its name or uuid. */
      readonly service: string
      /** The number at the end of the instance's name. */
      readonly ordinal: number
    }

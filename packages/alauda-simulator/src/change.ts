import type { ServiceDefinition, ServiceSettings } from './service-definition.js'

/**
 * Something that is done to the world at a time (`at`: seconds since the epoch). `service` is a name or a uuid.
 *
 * - `create` brings a service into being; `delete` ends it.
 * - `update` changes settings: `target_num_instances` scales, another image, size, command or environment rolls the
 *   instances over one by one.
 * - `start` and `stop` are what they are in the API.
 * - `redeploy` rolls the instances over without changing anything; `restart` ends the container of one ordinal, which
 *   comes back a few seconds later with a new uuid and its counters at 0.
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
      /** When, in seconds since the epoch. */
      readonly at: number
      /** A new service comes into being. */
      readonly action: 'create'
      /** What it is to be. */
      readonly service: ServiceDefinition
    }
  | ChangeOfService

/** A change of a service that is there already. */
export type ChangeOfService =
  | {
      /** When, in seconds since the epoch. */
      readonly at: number
      /** Settings are changed. */
      readonly action: 'update'
      /** Its name or uuid. */
      readonly service: string
      /** What changes; the rest stays. */
      readonly set: Partial<ServiceSettings>
    }
  | {
      /** When, in seconds since the epoch. */
      readonly at: number
      /** What is done to the service as a whole. */
      readonly action: 'start' | 'stop' | 'delete' | 'redeploy'
      /** Its name or uuid. */
      readonly service: string
    }
  | {
      /** When, in seconds since the epoch. */
      readonly at: number
      /** The container of one instance ends, and another takes its place. */
      readonly action: 'restart'
      /** Its name or uuid. */
      readonly service: string
      /** Which instance: the number at the end of its name. */
      readonly ordinal: number
    }

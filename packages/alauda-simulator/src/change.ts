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
 * world.change({ at: now, action: 'update', service: 'kibana', set: { target_num_instances: 4 } })
 */
export type Change =
  | { readonly at: number; readonly action: 'create'; readonly service: ServiceDefinition }
  | ChangeOfService

/** A change of a service that is there already. */
export type ChangeOfService =
  | {
      readonly at: number
      readonly action: 'update'
      readonly service: string
      readonly set: Partial<ServiceSettings>
    }
  | { readonly at: number; readonly action: 'start' | 'stop' | 'delete' | 'redeploy'; readonly service: string }
  | { readonly at: number; readonly action: 'restart'; readonly service: string; readonly ordinal: number }

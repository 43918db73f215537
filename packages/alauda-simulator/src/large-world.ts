import { createWorld, DEFAULT_ORIGIN, type World } from './world.js'

/**
 * Many services of one size, named `service-0001` and so on, for load: nothing happens in it by itself.
 *
 * `instances` is how many each service has. With the same `seed` (1 unless given) it is the same world; `origin`, in seconds
 * since the epoch, is 2026-01-01T00:00:00Z unless given.
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
export function largeWorld(options: {
  readonly services: number
  readonly instances: number
  readonly seed?: number
  readonly origin?: number
}): World {
  const { services, instances, seed = 1, origin = DEFAULT_ORIGIN } = options
  return createWorld({
    seed,
    origin,
    services: Array.from({ length: services }, (_, index) => ({
      service_name: `service-${String(index + 1).padStart(4, '0')}`,
      image_name: 'index.alauda.cn/demo/load',
      target_num_instances: instances,
    })),
  })
}

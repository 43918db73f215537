import { createWorld, type World, type WorldOptions } from './world.js'

/**
 * Many services of one size, named `service-0001` and so on, for load tests. They never change without `change`.
 *
 * `instances` is how many each service has.
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

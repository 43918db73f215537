import { known } from '@alauda-exporter/alauda-client/options'
import type { Service } from './model.js'

/** What one instance of a size may use. */
export interface SizeLimits {
  /** In cores. */
  readonly cpu?: number | undefined
  /** In bytes. */
  readonly memory?: number | undefined
}

/**
 * What the cloud's named sizes stand for, by name: the API gives only the name. Each cloud has sizes of its own, so there is no
 * default.
 */
export type Sizes = Readonly<Record<string, SizeLimits>>

/**
 * What each instance of a service may use: its own limit, else what `sizes` says of its `size`. A limit of
 * 0 limits nothing, so it counts as absent.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { limitsOf } from '@alauda-exporter/collector'
 *
 * const sizes = { XS: { cpu: 0.25 } }
 * assert.deepEqual(limitsOf({ size: 'XS' }, sizes), { cpu: 0.25 })
 * assert.deepEqual(limitsOf({ size: 'S' }, sizes), {})
 * ```
 */
export const limitsOf = (
  { cpuLimitCores, memoryLimitBytes, size }: Pick<Service, 'cpuLimitCores' | 'memoryLimitBytes' | 'size'>,
  sizes: Sizes = {},
): SizeLimits => {
  const named = size !== undefined && Object.hasOwn(sizes, size) ? sizes[size] : undefined
  const cpu = limit(cpuLimitCores) ?? limit(named?.cpu)
  const memory = limit(memoryLimitBytes) ?? limit(named?.memory)
  return known({ cpu, memory })
}

const limit = (value: number | undefined): number | undefined =>
  Number.isFinite(value) && value !== undefined && value > 0 ? value : undefined

import type { Service } from '@alauda-exporter/alauda-client'

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
 * What each instance of a service may use: its `custom_instance_size`, else what `sizes` says of its `instance_size`. A limit of
 * 0 limits nothing, so it counts as absent.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { limitsOf } from '@alauda-exporter/collector'
 *
 * const sizes = { XS: { cpu: 0.25 } }
 * assert.deepEqual(limitsOf({ service_name: 'web', instance_size: 'XS' }, sizes), { cpu: 0.25 })
 * assert.deepEqual(limitsOf({ service_name: 'web', instance_size: 'S' }, sizes), {})
 * ```
 */
export const limitsOf = (
  { custom_instance_size: custom, instance_size: name }: Service,
  sizes: Sizes = {},
): SizeLimits => {
  const named = name !== undefined && Object.hasOwn(sizes, name) ? sizes[name] : undefined
  const cpu = limit(custom?.cpu) ?? limit(named?.cpu)
  const memory = limit(custom?.mem, 1_048_576) ?? limit(named?.memory)
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) }
}

const limit = (value: number | undefined, unit = 1): number | undefined =>
  Number.isFinite(value) && value !== undefined && value > 0 ? value * unit : undefined

import { type InstanceReading, type Snapshot, servicesIn, withServices } from '../snapshot.js'

/** When what is known only from before is too old to be shown. */
export interface Freshness {
  /** Seconds since the epoch. */
  readonly now: number
  /** What is older than so many seconds is not shown. */
  readonly maxAgeSeconds: number
}

/**
 * A snapshot without what is too old to be shown: values that were measured longer ago than the maximum age, and services
 * that were last listed longer ago.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, withoutStale } from '@alauda-exporter/collector'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const collector = createCollector({ client, namespaces: ['demo'] })
 * const snapshots = await collector.collect()
 *
 * const tomorrow = Date.now() / 1000 + 86_400
 * const shown = snapshots.map((snapshot) => withoutStale(snapshot, { now: tomorrow, maxAgeSeconds: 300 }))
 * assert.deepEqual(shown.flatMap(({ services }) => services), [])
 * ```
 */
export const withoutStale = (snapshot: Snapshot, { now, maxAgeSeconds }: Freshness): Snapshot => {
  const isFresh = (time: number): boolean => now - time <= maxAgeSeconds
  const withoutStalePoint = (reading: InstanceReading): InstanceReading => {
    if (reading.point === undefined) return reading
    const { point, ageFrom, ...rest } = reading
    if (isFresh(ageFrom ?? point.time)) return reading
    return rest.outcome === 'ok' ? { ...rest, outcome: 'empty' } : rest
  }
  const fresh = servicesIn(snapshot).filter(({ listedTime }) => isFresh(listedTime))
  return withServices(
    snapshot,
    fresh.map((reading) => ({ ...reading, instances: reading.instances.map(withoutStalePoint) })),
  )
}

import type { InstanceReading, Snapshot } from '../snapshot.js'

/** When what is known only from before is too old to be shown. */
export interface Freshness {
  /** Seconds since the epoch. */
  readonly now: number
  readonly maxAgeSeconds: number
}

/**
 * A snapshot without what is too old to be shown: values that were measured longer ago than the maximum age, and services
 * that were last listed longer ago.
 *
 * @example
 * withoutStale(snapshot, { now: Date.now() / 1000, maxAgeSeconds: 300 })
 */
export const withoutStale = (snapshot: Snapshot, { now, maxAgeSeconds }: Freshness): Snapshot => {
  const isFresh = (time: number): boolean => now - time <= maxAgeSeconds
  const withoutStalePoint = (reading: InstanceReading): InstanceReading => {
    if (reading.point === undefined) return reading
    const { point, ageFrom, ...rest } = reading
    if (isFresh(ageFrom ?? point.time)) return reading
    return rest.outcome === 'ok' ? { ...rest, outcome: 'empty' } : rest
  }
  return {
    ...snapshot,
    services: snapshot.services
      .filter(({ listedTime }) => isFresh(listedTime))
      .map((reading) => ({ ...reading, instances: reading.instances.map(withoutStalePoint) })),
  }
}

import { atOnce, type Steps } from '../family.js'
import { type InstanceReading, type ServiceReading, type Snapshot, servicesIn, withServices } from '../snapshot.js'

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
export const withoutStale = (snapshot: Snapshot, freshness: Freshness): Snapshot =>
  atOnce(freshOf([snapshot], freshness)).shown[0] ?? snapshot

/** Snapshots without what is too old to be shown, as {@link withoutStale} has them. */
export interface Fresh {
  readonly shown: ReadonlyArray<Snapshot>
  /** Whether the same is shown of them at another time, in seconds since the epoch: nothing more is too old, and nothing less. */
  readonly isSameAt: (time: number) => boolean
}

export function* freshOf(snapshots: ReadonlyArray<Snapshot>, { now, maxAgeSeconds }: Freshness): Steps<Fresh> {
  const isFreshAt = (at: number, time: number): boolean => at - time <= maxAgeSeconds
  let oldestShown = Number.POSITIVE_INFINITY
  let newestHidden = Number.NEGATIVE_INFINITY
  const isFresh = (time: number): boolean => {
    const fresh = isFreshAt(now, time)
    if (fresh) oldestShown = Math.min(oldestShown, time)
    else newestHidden = Math.max(newestHidden, time)
    return fresh
  }
  const isPointFresh = (reading: InstanceReading): boolean =>
    reading.point === undefined || isFresh(reading.ageFrom ?? reading.point.time)
  const withoutStalePoint = (reading: InstanceReading): InstanceReading => {
    if (reading.point === undefined || isPointFresh(reading)) return reading
    const { point: _, ageFrom: __, ...rest } = reading
    return rest.outcome === 'ok' ? { ...rest, outcome: 'empty' } : rest
  }
  const withoutStalePoints = (reading: ServiceReading): ServiceReading =>
    reading.instances.every(isPointFresh)
      ? reading
      : { ...reading, instances: reading.instances.map(withoutStalePoint) }
  const shown: Snapshot[] = []
  for (const snapshot of snapshots) {
    const services: ServiceReading[] = []
    for (const reading of servicesIn(snapshot)) {
      if (isFresh(reading.listedTime)) services.push(withoutStalePoints(reading))
      yield
    }
    shown.push(withServices(snapshot, services))
  }
  return {
    shown,
    isSameAt: (time) =>
      (oldestShown === Number.POSITIVE_INFINITY || isFreshAt(time, oldestShown)) &&
      (newestHidden === Number.NEGATIVE_INFINITY || !isFreshAt(time, newestHidden)),
  }
}

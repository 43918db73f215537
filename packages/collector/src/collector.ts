import {
  assertBetween,
  type Clock,
  longestTimerMs,
  type Period,
  type Service,
  systemClock,
} from '@alauda-exporter/alauda-client'
import { type AlaudaSource, collect } from './collect.js'
import { toText } from './exposition/text.js'
import { type FamiliesOptions, families } from './families/families.js'
import type { Family } from './family.js'
import { createPoller } from './poller.js'
import type { Snapshot } from './snapshot.js'

export interface CollectorConfig extends Omit<FamiliesOptions, 'freshness'> {
  /** Where to read from: an `AlaudaClient`. */
  readonly source: AlaudaSource
  /** Whose services: user names or organizations' names. */
  readonly namespaces: ReadonlyArray<string>
  /** From the start of one collection to the start of the next, in milliseconds. Default: 60 000. */
  readonly intervalMs?: number | undefined
  /** How long one collection may take, in milliseconds. Default: the interval. */
  readonly timeoutMs?: number | undefined
  /** How far back to look for an instance's newest point, in milliseconds. Default: 300 000. */
  readonly windowMs?: number | undefined
  /** How far apart the points are that the API is asked for. Default: `1m`. */
  readonly period?: Period | undefined
  /**
   * How long what cannot be read again is shown, in milliseconds: a value from when it was measured, a service from when it
   * was last listed. Default: {@link defaultMaxAgeMs}.
   */
  readonly maxAgeMs?: number | undefined
  /** Which services to watch; no calls are made for others. Default: all. */
  readonly isWanted?: ((service: Service) => boolean) | undefined
  /** How many instances of a namespace to watch at the most. Default: 50 000. */
  readonly maxInstances?: number | undefined
  readonly clock?: Clock | undefined
  /** Told each collection's result, and the one before it. */
  readonly onCollected?: ((snapshot: Snapshot, previous: Snapshot | undefined) => void) | undefined
}

/** As long as Prometheus itself looks back, or twice the interval if that is longer. In milliseconds. */
export const defaultMaxAgeMs = (intervalMs: number): number => Math.max(300_000, 2 * intervalMs)

export interface Collector {
  /** Collects every namespace at once, and from then on at the interval. Nothing is sent before this. */
  readonly start: () => void
  /** Breaks off what is under way and collects no more. */
  readonly stop: () => void
  /** One collection of every namespace, now. Never rejects. */
  readonly collect: () => Promise<ReadonlyArray<Snapshot>>
  /** The last snapshot of each namespace that has been collected. */
  readonly snapshots: () => ReadonlyArray<Snapshot>
  /**
   * Resolves when the first collection of every namespace is done, or after `waitMs` milliseconds: a scrape right after the
   * start is better a little late than empty. Later, and when nothing is being collected, it resolves at once.
   */
  readonly ready: (waitMs: number) => Promise<void>
  /** What Prometheus is told of the last snapshots. */
  readonly families: () => ReadonlyArray<Family>
  /** The same in Prometheus' text format. */
  readonly expose: () => string
}

/**
 * Collects the metrics of namespaces in the background and keeps the last result.
 *
 * @throws TypeError when a number cannot work, like an interval of 0.
 * @example
 * const collector = createCollector({ source: createAlaudaClient({ credentials }), namespaces: ['demo'] })
 * collector.start()
 * await collector.ready(10_000)
 * console.log(collector.expose())
 */
export const createCollector = (config: CollectorConfig): Collector => {
  const { source, intervalMs = 60_000, timeoutMs = intervalMs, windowMs = 300_000, period = '1m' } = config
  const { clock = systemClock, isWanted, maxInstances = 50_000, onCollected } = config
  const { maxAgeMs = defaultMaxAgeMs(intervalMs) } = config
  assertBetween('intervalMs', intervalMs, 1, longestTimerMs)
  assertBetween('timeoutMs', timeoutMs, 1, longestTimerMs)
  assertBetween('windowMs', windowMs, 1, Number.MAX_SAFE_INTEGER)
  assertBetween('maxAgeMs', maxAgeMs, 0, Number.MAX_SAFE_INTEGER)
  assertBetween('maxInstances', maxInstances, 0, Number.MAX_SAFE_INTEGER)
  const maxAgeSeconds = maxAgeMs / 1000
  const pollers = [...new Set(config.namespaces)].map((namespace) =>
    createPoller<Snapshot>({
      collect: (previous, signal) =>
        collect(source, {
          namespace,
          windowMs,
          period,
          isWanted,
          maxInstances,
          maxAgeSeconds,
          clock,
          signal,
          previous,
        }),
      intervalMs,
      timeoutMs,
      clock,
      onCollected,
    }),
  )
  const snapshots = () => pollers.map((poller) => poller.latest()).filter((snapshot) => snapshot !== undefined)
  const currentFamilies = () =>
    families(snapshots(), { ...config, freshness: { now: clock.now() / 1000, maxAgeSeconds } })
  return {
    start: () => {
      for (const poller of pollers) poller.start()
    },
    stop: () => {
      for (const poller of pollers) poller.stop()
    },
    collect: () => Promise.all(pollers.map((poller) => poller.collect())),
    snapshots,
    ready: async (waitMs) => {
      const first = pollers.filter((poller) => poller.latest() === undefined).map((poller) => poller.underWay())
      if (first.every((collection) => collection === undefined)) return
      let cancel = () => {}
      const patienceEnds = new Promise<void>((resolve) => {
        cancel = clock.setTimeout(resolve, waitMs)
      })
      await Promise.race([Promise.all(first), patienceEnds])
      cancel()
    },
    families: currentFamilies,
    expose: () => toText(currentFamilies()),
  }
}

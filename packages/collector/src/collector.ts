import {
  type AlaudaClient,
  type AlaudaPromiseClient,
  type Clock,
  type Period,
  type Service,
  systemClock,
} from '@alauda-exporter/alauda-client'
import { assertBetween, longestTimerMs } from './bounds.js'
import { type AlaudaSource, collect } from './collect.js'
import { toOpenMetrics } from './exposition/open-metrics.js'
import { toText } from './exposition/text.js'
import { apiFamilies } from './families/api.js'
import { type FamiliesOptions, lazyFamilies, metrics } from './families/families.js'
import type { Family, LazyFamily, Metric } from './family.js'
import { assertSizes } from './limits.js'
import { type Logger, logCollections } from './log-collections.js'
import { createPoller, type Poller } from './poller.js'
import type { Snapshot } from './snapshot.js'
import { createSnapshotStream } from './snapshot-stream.js'

/** A client of either door, or what has the calls of one that a collection makes. */
export type CollectorClient =
  | (AlaudaSource & Partial<Pick<AlaudaClient, 'statistics'>>)
  | Pick<AlaudaPromiseClient, 'taskEithers'>

/** What to collect and how often. Only `client` and `namespaces` are needed. */
export interface CollectorConfig extends Omit<FamiliesOptions, 'freshness'> {
  /** What to read with. What it tells of its own calls is shown too. */
  readonly client: CollectorClient
  /** Whose services: user names or organizations' names. */
  readonly namespaces: ReadonlyArray<string>
  /**
   * From the start of one collection to the start of the next, in milliseconds; 0 for a collection at each scrape, which
   * scrapes at the same time share. Default: 60 000.
   */
  readonly intervalMs?: number | undefined
  /** How long one collection may take, in milliseconds. Default: the interval, or 60 000 without one. */
  readonly timeoutMs?: number | undefined
  /** How far back to look for an instance's newest point, in milliseconds. Default: 300 000. */
  readonly windowMs?: number | undefined
  /** How far apart the points are that the API is asked for. Default: `1m`. */
  readonly period?: Period | undefined
  /**
   * How long what is known is shown, in milliseconds: a value from when it was measured, a service from when it was last
   * listed. Default: {@link defaultMaxAgeMs}.
   */
  readonly maxAgeMs?: number | undefined
  /** Which services to watch; no calls are made for others. Default: all. */
  readonly isWanted?: ((service: Service) => boolean) | undefined
  /** How many instances of a namespace to watch at the most. Default: 50 000. */
  readonly maxInstances?: number | undefined
  /**
   * How long a name, or another value that becomes a label, may be, in UTF-16 code units; what has a longer one is left out.
   * Default: 1024.
   */
  readonly maxNameLength?: number | undefined
  /** Where the time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
  /** What another collector of the same namespaces knew last: this one goes on from there. Default: nothing. */
  readonly initial?: ReadonlyArray<Snapshot> | undefined
  /** From 0 to 1, for the part of the interval at which collections begin. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Told each collection's result, and the one before it. */
  readonly onCollected?: ((snapshot: Snapshot, previous: Snapshot | undefined) => void) | undefined
  /** Told how collections go: each one on level debug, above that what has changed. Default: nobody. */
  readonly logger?: Logger | undefined
  /** Stops the collector when it fires. */
  readonly signal?: AbortSignal | undefined
}

const defaultWindowMs = 300_000

/**
 * How long what is known is shown unless `maxAgeMs` says otherwise: as long as Prometheus itself looks back (5 minutes), or the
 * window, or twice the interval, whichever is longest. All in milliseconds.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { defaultMaxAgeMs } from '@alauda-exporter/collector'
 *
 * assert.equal(defaultMaxAgeMs(60_000), 300_000)
 * assert.equal(defaultMaxAgeMs(600_000), 1_200_000)
 * ```
 */
export const defaultMaxAgeMs = (intervalMs: number, windowMs = defaultWindowMs): number =>
  Math.max(300_000, windowMs, 2 * intervalMs)

/**
 * How long one collection may take unless `timeoutMs` says otherwise: the interval, or a minute without one. Both in
 * milliseconds.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { defaultTimeoutMs } from '@alauda-exporter/collector'
 *
 * assert.equal(defaultTimeoutMs(30_000), 30_000)
 * assert.equal(defaultTimeoutMs(0), 60_000)
 * ```
 */
export const defaultTimeoutMs = (intervalMs: number): number => (intervalMs === 0 ? 60_000 : intervalMs)

/** `text` is Prometheus' text format 0.0.4, `openmetrics` is OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics'

/** Iterating over it gives each snapshot as it is made, until the collector is stopped. */
export interface Collector extends AsyncIterable<Snapshot> {
  /** Collects every namespace at once, and from then on at the interval. Nothing is sent before this, or before a scrape. */
  readonly start: () => void
  /** Breaks off what is under way and collects no more. */
  readonly stop: () => void
  /** One collection of every namespace, now. Never rejects. */
  readonly collect: () => Promise<ReadonlyArray<Snapshot>>
  /** The last snapshot of each namespace that has been collected. */
  readonly snapshots: () => ReadonlyArray<Snapshot>
  /**
   * Waits until a scrape can be answered, but no longer than `waitMs` milliseconds; to be called before `families`. With an
   * interval that is at once, but for the first collection after the start: a first page a little late is better than an
   * empty one. Without an interval it collects; what is not known when the time is over is then shown as it was before.
   */
  readonly ready: (waitMs: number) => Promise<void>
  /** All metrics that it may show, without values. */
  readonly metrics: () => ReadonlyArray<Metric>
  /** What Prometheus is told of what is known, and of the client's calls. */
  readonly families: () => ReadonlyArray<Family>
  /** The same, each family made when it is asked for, of what is known now. Makes long work into short steps. */
  readonly lazyFamilies: () => ReadonlyArray<LazyFamily>
  /** The same as a page for Prometheus. Default: the text format. */
  readonly expose: (options?: { readonly format?: ExpositionFormat | undefined }) => string
}

/**
 * Collects the metrics of namespaces in the background and keeps the last result.
 *
 * @throws TypeError when a number cannot work, like an interval below 0.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaPromiseClient } from '@alauda-exporter/alauda-client'
 * import { createCollector } from '@alauda-exporter/collector'
 *
 * const client = createAlaudaPromiseClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const collector = createCollector({ client, namespaces: ['demo'], intervalMs: 30_000 })
 * collector.start()
 *
 * await collector.ready(10_000)
 * assert.match(collector.expose(), /^alauda_up\{namespace="demo"\} 1$/m)
 * collector.stop()
 * ```
 */
export const createCollector = (config: CollectorConfig): Collector => {
  const { client, intervalMs = 60_000, timeoutMs = defaultTimeoutMs(intervalMs), period = '1m' } = config
  const { clock = systemClock, random = Math.random, maxInstances = 50_000, maxNameLength = 1024, onCollected } = config
  const { isWanted = () => true, initial = [], logger, labels, signal, sizes = {} } = config
  const { windowMs = defaultWindowMs, maxAgeMs = defaultMaxAgeMs(intervalMs, windowMs) } = config
  assertBetween('intervalMs', intervalMs, 0, longestTimerMs)
  assertBetween('timeoutMs', timeoutMs, 1, longestTimerMs)
  assertBetween('windowMs', windowMs, 1, Number.MAX_SAFE_INTEGER)
  assertBetween('maxAgeMs', maxAgeMs, 0, Number.MAX_SAFE_INTEGER)
  assertBetween('maxInstances', maxInstances, 0, Number.MAX_SAFE_INTEGER)
  assertBetween('maxNameLength', maxNameLength, 1, Number.MAX_SAFE_INTEGER)
  assertSizes(sizes)
  const source = 'taskEithers' in client ? client.taskEithers : client
  const isAtScrape = intervalMs === 0
  let isStopped = signal?.aborted ?? false
  const stream = createSnapshotStream()
  const logCollected = logger === undefined ? undefined : logCollections(logger, labels, sizes)
  const tell = (snapshot: Snapshot, previous: Snapshot | undefined) => {
    stream.push(snapshot)
    logCollected?.(snapshot, previous)
    onCollected?.(snapshot, previous)
  }
  const bounds = { maxInstances, maxNameLength, labelKeys: config.serviceLabels }
  const shared = { windowMs, period, isWanted, ...bounds, clock, maxAgeSeconds: maxAgeMs / 1000 }
  const wantedIn = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    services: snapshot.services.filter(({ service }) => isWanted(service)),
  })
  const knownBefore = initial.map(wantedIn)
  const pollers = [...new Set(config.namespaces)].map((namespace) =>
    createPoller<Snapshot>({
      collect: (previous, signal) =>
        collect(source, {
          ...shared,
          namespace,
          signal,
          previous,
          intervalSeconds: isAtScrape ? undefined : intervalMs / 1000,
        }),
      intervalMs,
      timeoutMs,
      clock,
      initial: knownBefore.find((snapshot) => snapshot.namespace === namespace),
      jitter: random(),
      onCollected: tell,
    }),
  )
  const latest = () => pollers.map((poller) => poller.latest()).filter((snapshot) => snapshot !== undefined)
  // What a scrape did not wait for is shown as far as it has come; what another scrape has just begun is not.
  let unfinished: ReadonlySet<Poller<Snapshot>> = new Set()
  const known = () =>
    pollers
      .map((poller) => {
        const isPartShown = unfinished.has(poller) && (isAtScrape || poller.latest() === undefined)
        return (isPartShown ? poller.underWay()?.soFar() : undefined) ?? poller.latest()
      })
      .filter((snapshot) => snapshot !== undefined)
  const currentLazyFamilies = (): ReadonlyArray<LazyFamily> => {
    const freshness = { now: clock.now() / 1000, maxAgeSeconds: shared.maxAgeSeconds }
    const api = apiFamilies(source.statistics?.(), config)
    return [...lazyFamilies(known(), { ...config, freshness }), ...api.map((family) => () => family)]
  }
  const currentFamilies = () => currentLazyFamilies().map((make) => make())
  /** Tells whether the first collection is done, or none is to be waited for. */
  const isFirstDone = async (poller: Poller<Snapshot>, waitMs: number): Promise<boolean> => {
    const first = poller.latest() === undefined ? poller.underWay() : undefined
    if (first === undefined) return true
    // A namespace that hangs must not hold up each scrape of all the others.
    const patienceMs = first.begun + longestFirstWaitMs - clock.now()
    return isDoneWithin(clock, Math.min(waitMs, patienceMs), first.done)
  }
  const stop = () => {
    signal?.removeEventListener('abort', stop)
    isStopped = true
    for (const poller of pollers) poller.stop()
    stream.end()
  }
  return {
    start: () => {
      if (signal?.aborted) return
      signal?.addEventListener('abort', stop)
      isStopped = false
      for (const poller of pollers) poller.start()
    },
    stop,
    collect: () => Promise.all(pollers.map((poller) => poller.collect())),
    snapshots: latest,
    ready: async (waitMs) => {
      if (isAtScrape && isStopped) return
      const areDone = await Promise.all(
        pollers.map((poller) =>
          isAtScrape ? isDoneWithin(clock, waitMs, poller.collect()) : isFirstDone(poller, waitMs),
        ),
      )
      unfinished = new Set(pollers.filter((_, index) => !areDone[index]))
    },
    metrics: () => metrics(config),
    families: currentFamilies,
    lazyFamilies: currentLazyFamilies,
    expose: ({ format = 'text' } = {}) => writers[format](currentFamilies()),
    [Symbol.asyncIterator]: stream.iterate,
  }
}

const writers = { text: toText, openmetrics: toOpenMetrics }

// As long as Prometheus waits for a scrape, unless it is told otherwise.
const longestFirstWaitMs = 10_000

/** Waits for `promise`, which must not reject, and tells whether it was done within `ms` milliseconds. */
const isDoneWithin = async (clock: Clock, ms: number, promise: Promise<unknown>): Promise<boolean> => {
  if (ms <= 0) return false
  let cancel = () => {}
  const patienceEnds = new Promise<boolean>((resolve) => {
    cancel = clock.setTimeout(() => resolve(false), ms)
  })
  const isDone = await Promise.race([promise.then(() => true), patienceEnds])
  cancel()
  return isDone
}

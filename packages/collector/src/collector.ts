import { inSteps } from '@alauda-exporter/alauda-client/turns'
import { collect } from './collect.js'
import {
  assertCollectorConfig,
  type CollectorConfig,
  defaultMaxAgeMs,
  defaultTimeoutMs,
  defaultWindowMs,
} from './collector-config.js'
import { isDoneWithin } from './done-within.js'
import { toOpenMetrics } from './exposition/open-metrics.js'
import { toText } from './exposition/text.js'
import { apiFamilies } from './families/api.js'
import { customFailuresFamily, familiesInSteps, metricsOf } from './families/families.js'
import { atOnce, type Family, type Metric, type Steps } from './family.js'
import { logCollections } from './log-collections.js'
import { createMachineClock } from './machine-clock.js'
import { noteSharing } from './page-sharing.js'
import { createPoller, type Poller } from './poller.js'
import { createSharedWork } from './shared-work.js'
import { type Snapshot, servicesIn, withServices } from './snapshot.js'
import { createSnapshotStream } from './snapshot-stream.js'
import { cloudSource } from './sources/cloud/cloud.js'
import { callHost, messageOf, warn, warningLogger, watchedWhenInDoubt } from './warnings.js'

/** `text` is Prometheus' text format 0.0.4, `openmetrics` is OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics'

/** Iterating over it gives each snapshot as it is made, until the collector is stopped. */
export interface Collector extends AsyncIterable<Snapshot> {
  /**
   * Begins to collect every namespace, and goes on at the interval. Returns at once: `scrape` waits for the first collections.
   * Nothing is sent before this, or before a scrape.
   */
  readonly start: () => void
  /** Breaks off what is under way and collects no more. */
  readonly stop: () => void
  /**
   * Lets the process end though the collector runs, as a timer's `unref` does in Node. Without effect on a `clock` of your
   * own.
   */
  readonly unref: () => void
  /** One collection of every namespace, now. Never rejects. */
  readonly collect: () => Promise<ReadonlyArray<Snapshot>>
  /** The last snapshot of each namespace that has been collected. */
  readonly snapshots: () => ReadonlyArray<Snapshot>
  /**
   * The metrics for a scrape that waits at most `waitMs` milliseconds. With an interval it waits for the first collection after
   * the start only. Without one it collects; what is not known in time has its previous values. Scrapes at the same time share
   * the work, which is done in short steps.
   */
  readonly scrape: (waitMs: number) => Promise<ReadonlyArray<Family>>
  /** All metrics that it may show, without values. */
  readonly metrics: () => ReadonlyArray<Metric>
  /** The metrics as they are known now. Waits for nothing, and collects nothing. */
  readonly families: () => ReadonlyArray<Family>
  /** `families` as a page for Prometheus. Default: the text format. */
  readonly expose: (options?: { readonly format?: ExpositionFormat | undefined }) => string
}

/**
 * Collects the metrics of namespaces in the background and keeps the last result.
 *
 * @throws TypeError that names each option that is unknown or cannot work.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createCollector } from '@alauda-exporter/collector'
 *
 * const client = createAlaudaClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const collector = createCollector({ client, namespaces: ['demo'], intervalMs: 30_000 })
 * collector.start()
 *
 * await collector.scrape(10_000)
 * assert.match(collector.expose(), /^alauda_up\{namespace="demo"\} 1$/m)
 * collector.stop()
 * ```
 */
export const createCollector = (config: CollectorConfig): Collector => {
  assertCollectorConfig(config)
  const { client, intervalMs = 60_000, timeoutMs = defaultTimeoutMs(intervalMs), period = '1m' } = config
  const machine = createMachineClock()
  const {
    clock = machine.clock,
    random = Math.random,
    maxInstances = 50_000,
    maxNameLength = 1024,
    onCollected,
  } = config
  const { initial = [], signal } = config
  const options = copyOf(config)
  const { labels, sizes } = options
  const { windowMs = defaultWindowMs, maxAgeMs = defaultMaxAgeMs(intervalMs, windowMs) } = config
  const filter = watchedWhenInDoubt(config.filter)
  const logger = config.logger === undefined ? undefined : warningLogger(config.logger)
  const source = 'collect' in client ? client : cloudSource(client, { windowMs, period })
  const isAtScrape = intervalMs === 0
  let isStopped = signal?.aborted ?? false
  const stream = createSnapshotStream()
  const logCollected = logger === undefined ? undefined : logCollections(logger, labels, sizes)
  const tell = (snapshot: Snapshot, previous: Snapshot | undefined) => {
    stream.push(snapshot)
    logCollected?.(snapshot, previous)
    callHost(() => onCollected?.(snapshot, previous))
  }
  const bounds = { maxInstances, maxNameLength, labelKeys: options.serviceLabels }
  const shared = { filter, ...bounds, clock, maxAgeSeconds: maxAgeMs / 1000 }
  const wantedIn = (snapshot: Snapshot): Snapshot =>
    withServices(
      snapshot,
      servicesIn(snapshot).filter(({ service }) => filter(service)),
    )
  const knownBefore = initial.map(wantedIn)
  const namespaces = [...new Set(config.namespaces)]
  const pollers = namespaces.map((namespace) =>
    createPoller<Snapshot>({
      collect: (previous, signal) =>
        collect(source, { ...shared, namespace, signal, previous }, isAtScrape ? undefined : intervalMs / 1000),
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
  const customFailures = new Map(options.customMetrics.map(({ name }) => [name, 0]))
  const onCustomFailure = (metric: string, fault: string) => {
    const failures = customFailures.get(metric) ?? 0
    customFailures.set(metric, failures + 1)
    if (failures > 0) return
    if (logger === undefined) warn(`The metric ${metric} could not be read and is left out: ${fault}`)
    else logger.error({ ...labels, metric, error: fault }, 'a custom metric could not be read and is left out')
  }
  let toldStatisticsFault: string | undefined
  /** Of the client's calls. A client of the host's that fails to tell them costs only these. */
  const callFamilies = (): ReadonlyArray<Family> => {
    try {
      return apiFamilies(source.statistics?.(), { labels })
    } catch (error) {
      const fault = messageOf(error)
      if (fault === toldStatisticsFault) return []
      toldStatisticsFault = fault
      if (logger === undefined) warn(`The client's statistics could not be read and are left out: ${fault}`)
      else logger.error({ ...labels, error: fault }, "the client's statistics could not be read and are left out")
      return []
    }
  }
  function* madeFamilies(snapshots: ReadonlyArray<Snapshot>): Steps<ReadonlyArray<Family>> {
    const freshness = { now: clock.now() / 1000, maxAgeSeconds: shared.maxAgeSeconds }
    const made = yield* familiesInSteps(snapshots, { ...options, freshness }, onCustomFailure)
    // After the custom metrics, of which each may fail once more.
    const failures = customFailures.size === 0 ? [] : [customFailuresFamily(customFailures, { labels })]
    return [...made, ...failures, ...callFamilies()]
  }
  const families = () => atOnce(madeFamilies(known()))
  const share = createSharedWork<ReadonlyArray<Family>>()
  /** Tells whether the first collection is done, or none is to be waited for. */
  const isFirstDone = async (poller: Poller<Snapshot>, waitMs: number): Promise<boolean> => {
    const first = poller.latest() === undefined ? poller.underWay() : undefined
    if (first === undefined) return true
    // A namespace that hangs must not hold up each scrape of all the others.
    const patienceMs = first.begun + longestFirstWaitMs - clock.now()
    return isDoneWithin(clock, Math.min(waitMs, patienceMs), first.done)
  }
  /**
   * Waits until a scrape can be answered. With an interval that is at once, but for the first collection after the start: a first
   * page a little late is better than an empty one. Without an interval it collects. Returns what is not done by then.
   */
  const ready = async (waitMs: number): Promise<ReadonlySet<Poller<Snapshot>>> => {
    if (isAtScrape && isStopped) return new Set()
    const areDone = await Promise.all(
      pollers.map((poller) =>
        isAtScrape ? isDoneWithin(clock, waitMs, poller.collect()) : isFirstDone(poller, waitMs),
      ),
    )
    return new Set(pollers.filter((_, index) => !areDone[index]))
  }
  const stop = () => {
    signal?.removeEventListener('abort', stop)
    isStopped = true
    for (const poller of pollers) poller.stop()
    stream.end()
  }
  const collector: Collector = {
    start: () => {
      if (signal?.aborted) return
      signal?.addEventListener('abort', stop)
      isStopped = false
      for (const poller of pollers) poller.start()
    },
    stop,
    collect: () => Promise.all(pollers.map((poller) => poller.collect())),
    snapshots: latest,
    scrape: async (waitMs) => {
      unfinished = await ready(waitMs)
      const snapshots = known()
      return share(snapshots, () => inSteps(madeFamilies(snapshots)))
    },
    metrics: () => metricsOf(options),
    families,
    expose: ({ format = 'text' } = {}) => writers[format](families()),
    unref: machine.unref,
    [Symbol.asyncIterator]: stream.iterate,
  }
  noteSharing(collector, {
    client: clientOf(client),
    labels,
    namespaces,
  })
  return collector
}

// Both doors of a client are one client.
const clientOf = (client: object): object =>
  'taskEithers' in client && typeof client.taskEithers === 'object' && client.taskEithers !== null
    ? client.taskEithers
    : client

/** The options of the page as they were checked: what the host changes in them later could not be shown. */
const copyOf = (config: CollectorConfig) => {
  const { articleNames, timestamps, labels = {}, serviceLabels = [], sizes = {}, customMetrics = [] } = config
  return {
    articleNames,
    timestamps,
    labels: { ...labels },
    serviceLabels: [...serviceLabels],
    sizes: structuredClone(sizes),
    customMetrics: customMetrics.map((metric) => {
      const { name, help, type, labels: names } = metric
      return { name, help, type, labels: [...names], samples: (snapshot: Snapshot) => metric.samples(snapshot) }
    }),
  }
}

const writers = { text: toText, openmetrics: toOpenMetrics }

// As long as Prometheus waits for a scrape, unless it is told otherwise.
const longestFirstWaitMs = 10_000

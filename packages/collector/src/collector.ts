import { inSteps } from '@alauda-exporter/alauda-client/turns'
import { collect } from './collect.js'
import {
  assertCollectorConfig,
  type CollectorClient,
  type CollectorConfig,
  defaultMaxAgeMs,
  defaultTimeoutMs,
  defaultWindowMs,
} from './collector-config.js'
import { collectorMetrics } from './collector-metrics.js'
import { toOpenMetrics } from './exposition/open-metrics.js'
import { toText } from './exposition/text.js'
import { metricsOf } from './families/families.js'
import { atOnce, type Family, type Metric } from './family.js'
import { logCollections } from './log-collections.js'
import type { Service } from './model.js'
import { noteSharing } from './page-sharing.js'
import { createPoller } from './poller.js'
import { createReadings } from './readings.js'
import { type Snapshot, servicesIn, withServices } from './snapshot.js'
import { createSnapshotStream } from './snapshot-stream.js'
import { type CloudOptions, cloudSource } from './sources/cloud/cloud.js'
import type { Source } from './sources/source.js'
import { createMachineClock, createSharedWork, isDoneWithin } from './waiting.js'
import { callHost, warn, warningLogger, watchedWhenInDoubt } from './warnings.js'

/** `text` is Prometheus' text format 0.0.4, `openmetrics` is OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics'

/** Iterating over it gives each snapshot as it is made, until the collector is stopped. */
export interface Collector extends AsyncIterable<Snapshot> {
  /**
   * Starts to collect every namespace, at once and then at each interval. Returns at once: `scrape` waits for the first collections.
   * Nothing is sent before this, or before a scrape.
   */
  readonly start: () => void
  /** Cancels the current collections and collects no more. */
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
  readonly describeMetrics: () => ReadonlyArray<Metric>
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
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
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
  const machine = createMachineClock()
  const { client, intervalMs = 60_000, timeoutMs = defaultTimeoutMs(intervalMs), clock = machine.clock } = config
  const { period = '1m', windowMs = defaultWindowMs, maxAgeMs = defaultMaxAgeMs(intervalMs, windowMs) } = config
  const { maxInstances = 50_000, maxNameLength = 1024, random = Math.random } = config
  const { initialSnapshots = [], prepare, onCollected, signal } = config
  const options = copyOf(config)
  const { labels, sizes, serviceLabels: labelKeys } = options
  const filter = watchedWhenInDoubt(config.filter)
  const logger = config.logger === undefined ? undefined : warningLogger(config.logger)
  const source = sourceOf(client, { windowMs, period })
  const isAtScrape = intervalMs === 0
  const maxAgeSeconds = maxAgeMs / 1000
  const shared = { filter, maxInstances, maxNameLength, labelKeys, clock, maxAgeSeconds }
  const namespaces = [...new Set(config.namespaces)]
  const stream = createSnapshotStream()
  const logCollected = logger === undefined ? undefined : logCollections(logger, labels, sizes)
  const knownBefore = initialSnapshots.map((snapshot) => onlyWanted(snapshot, filter))
  const pollers = namespaces.map((namespace) =>
    createPoller<Snapshot>({
      collect: (previous, signal) => {
        const options = { ...shared, namespace, signal, previous }
        const { done, soFar } = collect(source, options, isAtScrape ? undefined : intervalMs / 1000)
        return { done: isAtScrape ? done : done.then(prepared), soFar }
      },
      intervalMs,
      timeoutMs,
      clock,
      initial: knownBefore.find((snapshot) => snapshot.namespace === namespace),
      jitter: random(),
      onCollected: (snapshot, previous) => {
        stream.push(snapshot)
        logCollected?.(snapshot, previous)
        callHost(() => onCollected?.(snapshot, previous))
      },
    }),
  )
  const { latest, known, scrape } = createReadings(pollers, { clock, isAtScrape })
  const make = collectorMetrics({ options, source, clock, maxAgeSeconds, logger })
  const share = createSharedWork<ReadonlyArray<Family>>()
  const families = () => atOnce(make.families(known()))
  const prepared = async (next: Snapshot): Promise<Snapshot> => {
    if (prepare === undefined || isStopped) return next
    const shownNext = pollers.map((poller, index) => (namespaces[index] === next.namespace ? next : poller.latest()))
    const tables = () => inSteps(make.tablesAhead(shownNext.filter((snapshot) => snapshot !== undefined)))
    const preparing = Promise.resolve(tables).then(prepare).catch(warn)
    await isDoneWithin(clock, longestPreparationMs, preparing)
    return next
  }
  let isStopped = signal?.aborted ?? false
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
      const snapshots = isAtScrape && isStopped ? known() : await scrape(waitMs)
      return share(snapshots, () => inSteps(make.families(snapshots)))
    },
    describeMetrics: () => metricsOf(options),
    families,
    expose: ({ format = 'text' } = {}) => writers[format](families()),
    unref: machine.unref,
    [Symbol.asyncIterator]: stream.iterate,
  }
  noteSharing(collector, { client: clientOf(client), labels, namespaces })
  return collector
}

// What is known is not kept back for longer than it is worth, whatever the host does.
const longestPreparationMs = 5_000

/** The source that a client is, or the cloud's. */
export const sourceOf = (client: CollectorClient, cloud: CloudOptions): Source =>
  'collect' in client ? client : cloudSource(client, cloud)

const onlyWanted = (snapshot: Snapshot, filter: (service: Service) => boolean): Snapshot =>
  withServices(
    snapshot,
    servicesIn(snapshot).filter(({ service }) => filter(service)),
  )

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

import { systemClock } from '@alauda-exporter/alauda-client'
import { assertOptions, type Check } from '@alauda-exporter/alauda-client/options'
import { inShortSteps, nextTurn } from '@alauda-exporter/alauda-client/turns'
import { collect } from '../collect.js'
import { sourceOf } from '../collector.js'
import {
  type CollectorClient,
  type CollectorConfig,
  collectorChecks,
  defaultMaxAgeMs,
  defaultTimeoutMs,
  defaultWindowMs,
} from '../collector-config.js'
import type { Format } from '../exposition/lines.js'
import { type PagePart, partOf, partsOfLines } from '../exposition/page-parts.js'
import { contentTypes } from '../exposition/parts.js'
import { linesInSteps } from '../families/families.js'
import { freshOf } from '../families/stale.js'
import type { Steps } from '../family.js'
import type { Snapshot } from '../snapshot.js'
import { isDoneWithin } from '../waiting.js'
import { watchedWhenInDoubt } from '../warnings.js'
import { formats, type MetricsParts, preferredFormat } from './metrics-page.js'

/** What probes have in common: the options of a collector that do not concern its next collection. */
export interface ProbesConfig
  extends Omit<
    CollectorConfig,
    | 'client'
    | 'customMetrics'
    | 'initialSnapshots'
    | 'intervalMs'
    | 'logger'
    | 'namespaces'
    | 'onCollected'
    | 'prepare'
    | 'random'
    | 'signal'
  > {}

const checksOf = (config: ProbesConfig) => {
  const { timeoutMs, windowMs, period, maxAgeMs, filter, maxInstances, maxNameLength, ...others } =
    collectorChecks(config)
  const { clock, articleNames, serviceLabels, timestamps, sizes, labels } = others
  const ofPage = { articleNames, serviceLabels, timestamps, sizes, labels }
  return {
    timeoutMs,
    windowMs,
    period,
    maxAgeMs,
    filter,
    maxInstances,
    maxNameLength,
    clock,
    ...ofPage,
  } satisfies Record<keyof ProbesConfig, Check>
}

/** What one probe reads, and for which request. */
export interface ProbeRequest {
  /** Reads the cloud, or a part of it. */
  readonly client: CollectorClient
  /** Whose services: a user's name or an organization's. */
  readonly namespace: string
  /** How long to wait for the cloud, in milliseconds. What is not known then is missing on the page. */
  readonly waitMs: number
  /** The request's header `Accept`; the text format without one. */
  readonly accept?: string | undefined
}

/** What came of a probe: its page, and the collection that is shown there. */
export interface Probed extends MetricsParts {
  /** What the collection saw. */
  readonly snapshot: Snapshot
}

/**
 * Collects once for each request, and keeps nothing: what cannot be read now is not on the page. The options are checked and prepared
 * once, so that a probe of a single service costs little more than its calls.
 *
 * The page is that of a collector, without what is counted from one collection to the next.
 *
 * @throws TypeError that names each option that is unknown or cannot work.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createProbe } from '@alauda-exporter/collector'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const probe = createProbe({ maxInstances: 100 })
 * const { parts } = await probe({ client, namespace: 'demo', waitMs: 10_000 })
 * const page = Buffer.concat(parts.map((part) => part.bytes())).toString()
 * assert.match(page, /^alauda_up\{namespace="demo"\} 1$/m)
 * ```
 */
export const createProbe = (config: ProbesConfig = {}): ((request: ProbeRequest) => Promise<Probed>) => {
  assertOptions(checksOf(config), config, 'config')
  const { clock = systemClock, timeoutMs = defaultTimeoutMs(0), period = '1m', windowMs = defaultWindowMs } = config
  const { maxAgeMs = defaultMaxAgeMs(0, windowMs), maxInstances = 50_000, maxNameLength = 1024 } = config
  const options = structuredClone({
    articleNames: config.articleNames,
    timestamps: config.timestamps,
    labels: config.labels,
    serviceLabels: config.serviceLabels,
    sizes: config.sizes,
  })
  const labelKeys = options.serviceLabels ?? []
  const filter = watchedWhenInDoubt(config.filter)
  const maxAgeSeconds = maxAgeMs / 1000
  const shared = { filter, maxInstances, maxNameLength, labelKeys, clock, maxAgeSeconds }

  const read = async ({ client, namespace, waitMs }: ProbeRequest): Promise<Snapshot> => {
    const source = sourceOf(client, { windowMs, period })
    const abort = new AbortController()
    const { done, soFar } = collect(source, { ...shared, namespace, signal: abort.signal })
    if (await isDoneWithin(clock, Math.min(waitMs, timeoutMs), done)) return done
    const snapshot = soFar()
    // Cancels calls that were too slow.
    abort.abort(new DOMException('the probe has ended', 'AbortError'))
    return snapshot
  }

  function* partsInSteps(snapshot: Snapshot, format: Format): Steps<ReadonlyArray<PagePart>> {
    const { shown } = yield* freshOf([snapshot], { now: clock.now() / 1000, maxAgeSeconds })
    const metrics = yield* linesInSteps([snapshot], shown, options, format)
    const ofOneCollection = metrics.filter(({ metric }) => metric.name !== countedOverTime)
    // A response reads a part's length before its bytes: it must not be written for each of them.
    const parts = partsOfLines(ofOneCollection, format, Number.POSITIVE_INFINITY)
    return format.end === '' ? parts : [...parts, partOf(new TextEncoder().encode(format.end))]
  }

  return async (request) => {
    const snapshot = await read(request)
    // Probes whose last answers come at the same time do not write their pages at once.
    await nextTurn()
    const format = preferredFormat(request.accept)
    const parts = await inShortSteps(partsInSteps(snapshot, formats[format]))
    return { snapshot, contentType: contentTypes[format], parts }
  }
}

// For one collection its count would not be a counter. `alauda_up` has the same information.
const countedOverTime = 'alauda_collection_failures_total'

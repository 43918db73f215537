import { type Clock, systemClock } from '@alauda-exporter/alauda-client'
import { longestTimerMs } from '@alauda-exporter/alauda-client/options'
import { inSteps } from '@alauda-exporter/alauda-client/turns'
import Negotiator from 'negotiator'
import type { ExpositionFormat } from '../collector.js'
import { openMetricsPieces } from '../exposition/open-metrics.js'
import { contentTypes } from '../exposition/parts.js'
import { textPieces } from '../exposition/text.js'
import { checkedInSteps } from '../families/checked-family.js'
import { type Family, mergeInSteps } from '../family.js'
import { createSharedWork } from '../waiting.js'
import { warn } from '../warnings.js'
import { assertSources, familiesOf, type MetricsSource } from './metrics-source.js'

/** A page, and the format that it is in. */
export interface MetricsPage {
  /** For the header `Content-Type`: the format and its version. */
  readonly contentType: string
  /** In UTF-8. Other scrapes may have the same bytes: they must not be changed. */
  readonly page: Uint8Array<ArrayBuffer>
}

/**
 * Makes a page for a scrape with these headers, in their format and within their time. It is made in steps between which the event
 * loop runs, and scrapes that show the same families at the same time share it. Of several sources, one that fails, or gives nothing
 * in the time that the scrape has, is left out with a process warning. Rejects when no source is left.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createMetricsPage } from '@alauda-exporter/collector'
 *
 * const makePage = createMetricsPage({
 *   scrape: () => [{ name: 'queue_length', help: 'Jobs.', type: 'gauge', labels: [], samples: [{ labels: {}, value: 7 }] }],
 * })
 * const { page } = await makePage(new Headers())
 * assert.equal(new TextDecoder().decode(page), '# HELP queue_length Jobs.\n# TYPE queue_length gauge\nqueue_length 7\n')
 * ```
 */
export const createMetricsPage = (...given: ReadonlyArray<MetricsSource>) => metricsPageOf(systemClock, given)

/** {@link createMetricsPage} by another clock. */
export const metricsPageOf = (
  clock: Clock,
  given: ReadonlyArray<MetricsSource>,
): ((headers: Pick<Headers, 'get'>) => Promise<MetricsPage>) => {
  assertSources(given)
  const all = [...new Set(given)]
  const share = { text: createSharedWork<Bytes>(), openmetrics: createSharedWork<Bytes>() }

  return async (headers) => {
    const waitMs = scrapeDeadlineMs(headers)
    // Of a single source there is no other that has to be shown in time.
    const deadline = all.length === 1 ? undefined : clock
    const read = await Promise.allSettled(all.map((source) => familiesOf(source, waitMs, deadline)))
    const inputs = read.flatMap((one) => (one.status === 'fulfilled' ? one.value : [one.reason]))
    const format = preferredFormat(headers.get('accept') ?? undefined)
    const page = await share[format](inputs, () => inSteps(render(read, format)))
    return { contentType: contentTypes[format], page }
  }
}

type Bytes = Uint8Array<ArrayBuffer>

const writers = { text: textPieces, openmetrics: openMetricsPieces }

function* render(read: ReadonlyArray<PromiseSettledResult<ReadonlyArray<Family>>>, format: ExpositionFormat) {
  const shown: Family[] = []
  const failures: unknown[] = []
  for (const one of read) {
    try {
      if (one.status === 'rejected') throw one.reason
      const ofSource: Family[] = []
      for (const family of one.value) {
        ofSource.push(yield* checkedInSteps(family))
        yield
      }
      shown.push(...ofSource)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length === read.length) throw failures[0]
  for (const failure of failures) warn(failure)
  const encoder = new TextEncoder()
  const pieces: Uint8Array[] = []
  for (const piece of writers[format](yield* mergeInSteps(shown))) {
    pieces.push(encoder.encode(piece))
    yield
  }
  return Buffer.concat(pieces)
}

// Prometheus 3 also asks how names that are not plain are to be escaped. All of ours are plain: each answer is the same page.
const escapings = ['', '; escaping=allow-utf-8', '; escaping=underscores', '; escaping=dots', '; escaping=values']

// The first of equally preferred formats wins: a client that accepts anything gets text.
const formats: ReadonlyMap<string, ExpositionFormat> = new Map(
  (['text', 'openmetrics'] as const).flatMap((format) =>
    escapings.map((escaping): [string, ExpositionFormat] => [`${contentTypes[format]}${escaping}`, format]),
  ),
)

/**
 * The format that the `Accept` header prefers; text for one that accepts neither.
 *
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 * @example
 * preferredFormat('application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4') // 'openmetrics'
 */
export const preferredFormat = (accept: string | undefined): ExpositionFormat =>
  formats.get(new Negotiator({ headers: { accept } }).mediaType([...formats.keys()]) ?? '') ?? 'text'

const prometheusDefaultSeconds = 10
const reserveSeconds = 0.5

/**
 * How long a scrape may take, in milliseconds: what Prometheus says it waits (`X-Prometheus-Scrape-Timeout-Seconds`), less a
 * reserve for the way back.
 *
 * Without that header Prometheus' own default of 10 seconds is taken.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { scrapeDeadlineMs } from '@alauda-exporter/collector'
 *
 * assert.equal(scrapeDeadlineMs(new Headers({ 'X-Prometheus-Scrape-Timeout-Seconds': '5' })), 4_500)
 * assert.equal(scrapeDeadlineMs(new Headers()), 9_500)
 * ```
 */
export const scrapeDeadlineMs = (headers: Pick<Headers, 'get'>): number => {
  const told = Number(headers.get('x-prometheus-scrape-timeout-seconds'))
  const seconds = told > 0 && Number.isFinite(told) ? told : prometheusDefaultSeconds
  return Math.min(Math.max(seconds - reserveSeconds, seconds / 2) * 1000, longestTimerMs)
}

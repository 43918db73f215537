import { type Clock, systemClock } from '@alauda-exporter/alauda-client'
import { inSteps } from '@alauda-exporter/alauda-client/turns'
import type { ExpositionFormat } from '../collector.js'
import { openMetricsPieces } from '../exposition/open-metrics.js'
import { textPieces } from '../exposition/text.js'
import { type Family, mergeInSteps } from '../family.js'
import { createSharedWork } from '../waiting.js'
import { warn } from '../warnings.js'
import { assertSources, checkedFamily, type MetricsSource, ofEach } from './metrics-source.js'
import { contentTypes, preferredFormat } from './preferred-format.js'
import { scrapeDeadlineMs } from './scrape-deadline.js'

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
    const shown = await ofEach(clock, all, waitMs + afterScrapeMs, (source) => source.scrape(waitMs))
    const format = preferredFormat(headers.get('accept') ?? undefined)
    const page = await share[format](shown.flat(), () => inSteps(render(shown, format)))
    return { contentType: contentTypes[format], page }
  }
}

type Bytes = Uint8Array<ArrayBuffer>

// Half of what a scrape's deadline leaves for the way back: a collector may take all of the deadline.
const afterScrapeMs = 250

const writers = { text: textPieces, openmetrics: openMetricsPieces }

function* render(given: ReadonlyArray<ReadonlyArray<Family>>, format: ExpositionFormat) {
  const shown: Family[] = []
  const failures: unknown[] = []
  for (const families of given) {
    try {
      if (!Array.isArray(families)) throw new TypeError('a source of metrics gave no array of families')
      const ofSource: Family[] = []
      for (const family of families) {
        ofSource.push(checkedFamily(family))
        yield
      }
      shown.push(...ofSource)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length === given.length) throw failures[0]
  for (const failure of failures) warn(failure)
  const encoder = new TextEncoder()
  const pieces: Uint8Array[] = []
  for (const piece of writers[format](yield* mergeInSteps(shown))) {
    pieces.push(encoder.encode(piece))
    yield
  }
  return joined(pieces)
}

const joined = (pieces: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  const page = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0))
  let end = 0
  for (const piece of pieces) {
    page.set(piece, end)
    end += piece.length
  }
  return page
}

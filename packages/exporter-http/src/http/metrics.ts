import type { IncomingHttpHeaders } from 'node:http'
import { type Family, openMetricsContentType, textContentType, toOpenMetrics, toText } from '@alauda-exporter/collector'
import Negotiator from 'negotiator'
import type { Watch } from '../watch.js'
import type { Route } from './route.js'

/**
 * The last collection as a page for Prometheus, in the format that it prefers. The first scrape after the start waits for
 * the first collection, and without an interval each scrape for its own, but not beyond the time that Prometheus gives it.
 */
export const metricsRoute =
  (
    watch: Pick<Watch, 'ready' | 'families'>,
    ownFamilies: () => ReadonlyArray<Family> | Promise<ReadonlyArray<Family>>,
  ): Route =>
  async ({ headers }) => {
    await watch.ready(scrapeDeadlineMs(headers))
    const { contentType, write } = preferredFormat(headers)
    return {
      status: 200,
      contentType,
      body: write([...watch.families(), ...(await ownFamilies())]),
      headers: { vary: 'Accept' },
    }
  }

interface Format {
  readonly contentType: string
  readonly write: (families: ReadonlyArray<Family>) => string
}

const text: Format = { contentType: textContentType, write: toText }
const openMetrics: Format = { contentType: openMetricsContentType, write: toOpenMetrics }

// Prometheus 3 also asks how names that are not plain are to be escaped. All of ours are plain: each answer is the same page.
const escapings = ['', '; escaping=allow-utf-8', '; escaping=underscores', '; escaping=dots', '; escaping=values']

// Of what is preferred equally the first is taken: whoever accepts anything gets text.
const formats: ReadonlyMap<string, Format> = new Map(
  [text, openMetrics].flatMap((format) =>
    escapings.map((escaping): [string, Format] => [`${format.contentType}${escaping}`, format]),
  ),
)

/**
 * The format that the `Accept` header prefers; text for one that accepts neither.
 *
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 * @example
 * preferredFormat({ accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4' }) // openMetrics
 */
export const preferredFormat = (headers: IncomingHttpHeaders): Format =>
  formats.get(new Negotiator({ headers }).mediaType([...formats.keys()]) ?? '') ?? text

const prometheusDefaultSeconds = 10
const reserveSeconds = 0.5

// Beyond this, Node's timers fire at once.
const longestMs = 2 ** 31 - 1

/** How long a scrape may take, in milliseconds: what Prometheus says it waits, less a reserve for the way back. */
export const scrapeDeadlineMs = (headers: IncomingHttpHeaders): number => {
  const told = Number(headers['x-prometheus-scrape-timeout-seconds'])
  const seconds = told > 0 && Number.isFinite(told) ? told : prometheusDefaultSeconds
  return Math.min(Math.max(seconds - reserveSeconds, seconds / 2) * 1000, longestMs)
}

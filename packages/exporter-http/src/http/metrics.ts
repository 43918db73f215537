import type { IncomingHttpHeaders } from 'node:http'
import { type Collector, type Family, textContentType, toText } from '@alauda-exporter/collector'
import type { Route } from './route.js'

/**
 * The last collection as a page for Prometheus. The first scrape after the start waits for the first collection, but not
 * beyond the time that Prometheus gives it.
 */
export const metricsRoute =
  (collector: Collector, ownFamilies: ReadonlyArray<Family>): Route =>
  async ({ headers }) => {
    await collector.ready(scrapeDeadlineMs(headers))
    return {
      status: 200,
      contentType: textContentType,
      body: toText([...collector.families(), ...ownFamilies]),
    }
  }

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

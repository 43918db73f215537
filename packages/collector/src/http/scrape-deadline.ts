const prometheusDefaultSeconds = 10
const reserveSeconds = 0.5

// Beyond this, Node's timers fire at once.
const longestMs = 2 ** 31 - 1

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
  return Math.min(Math.max(seconds - reserveSeconds, seconds / 2) * 1000, longestMs)
}

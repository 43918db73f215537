import type { Collector } from '../collector.js'
import { toOpenMetrics } from '../exposition/open-metrics.js'
import { toText } from '../exposition/text.js'
import { type Family, mergeFamilies } from '../family.js'
import { contentTypes, preferredFormat } from './preferred-format.js'
import { scrapeDeadlineMs } from './scrape-deadline.js'

/** What a page is made of: a collector, or something that has metrics of its own beside one. */
export interface MetricsSource {
  /** Waits until a scrape can be answered, but no longer than `waitMs` milliseconds. */
  readonly ready: Collector['ready']
  /** What the page shows. */
  readonly families: () => ReadonlyArray<Family> | Promise<ReadonlyArray<Family>>
}

const writers = { text: toText, openmetrics: toOpenMetrics }

/**
 * Answers scrapes where requests and responses are those of `fetch`: in Hono, Next.js, Bun, Deno. The page is in the format
 * that the request prefers, and comes within the time that Prometheus gives it. Several sources share a page: collectors of
 * several accounts, told apart by their `labels`. Other methods than GET and HEAD get 405. It rejects only when a source's
 * `families` does, which a collector's does not.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaPromiseClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, createFetchHandler } from '@alauda-exporter/collector'
 *
 * const client = createAlaudaPromiseClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const collector = createCollector({ client, namespaces: ['demo'] })
 * collector.start()
 * const handler = createFetchHandler(collector)
 *
 * const response = await handler(new Request('http://localhost/metrics'))
 * assert.match(await response.text(), /^alauda_up\{namespace="demo"\} 1$/m)
 * collector.stop()
 * ```
 */
export const createFetchHandler =
  (...sources: ReadonlyArray<MetricsSource>) =>
  async ({ method, headers }: Pick<Request, 'method' | 'headers'>): Promise<Response> => {
    if (method !== 'GET' && method !== 'HEAD') {
      const allow = 'GET, HEAD'
      return new Response(`Answered here: ${allow}.\n`, { status: 405, headers: { allow, 'content-type': plain } })
    }
    const waitMs = scrapeDeadlineMs(headers)
    await Promise.all(sources.map((source) => source.ready(waitMs)))
    const format = preferredFormat(headers.get('accept') ?? undefined)
    const families = (await Promise.all(sources.map((source) => source.families()))).flat()
    const page = new TextEncoder().encode(writers[format](mergeFamilies(families)))
    return new Response(method === 'HEAD' ? null : page, {
      headers: { 'content-type': contentTypes[format], 'content-length': String(page.length), vary: 'Accept' },
    })
  }

const plain = 'text/plain; charset=utf-8'

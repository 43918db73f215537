import { createMetricsPage } from './metrics-page.js'
import type { MetricsSource } from './metrics-source.js'

/**
 * Answers scrapes where requests and responses are those of `fetch`: in Hono, Next.js, Bun, Deno. The page is in the format
 * that the request prefers, and comes within the time that Prometheus gives it. Several sources share a page: collectors of
 * several accounts, distinguished by their `labels`; of a series that two of them have the first is shown. A source that throws,
 * rejects, hangs or gives something else than families is left out of the page, with a process warning; when no source is
 * left, the handler rejects. Other methods than GET and HEAD get 405.
 *
 * @throws TypeError when something is no source, or two collectors would show one series.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, createFetchHandler } from '@alauda-exporter/collector'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const collector = createCollector({ client, namespaces: ['demo'] })
 * collector.start()
 * const handler = createFetchHandler(collector)
 *
 * const response = await handler(new Request('http://localhost/metrics'))
 * assert.match(await response.text(), /^alauda_up\{namespace="demo"\} 1$/m)
 * collector.stop()
 * ```
 */
export const createFetchHandler = (...sources: ReadonlyArray<MetricsSource>) => {
  const answer = answerScrapes(sources)
  return async ({ method, headers: asked }: Pick<Request, 'method' | 'headers'>): Promise<Response> => {
    const { status, headers, body } = await answer(method, asked)
    return new Response(body, { status, headers })
  }
}

/** What a scrape is answered, before it has the form of `fetch` or of `node:http`. */
export const answerScrapes = (sources: ReadonlyArray<MetricsSource>) => {
  const makePage = createMetricsPage(...sources)
  return async (method: string, asked: Pick<Headers, 'get'>) => {
    if (method !== 'GET' && method !== 'HEAD') {
      const headers: Record<string, string> = { allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' }
      return { status: 405, headers, body: 'Answered here: GET, HEAD.\n' }
    }
    const { contentType, page } = await makePage(asked)
    const headers: Record<string, string> = {
      'content-type': contentType,
      'content-length': String(page.length),
      vary: 'Accept',
    }
    return { status: 200, headers, body: method === 'HEAD' ? null : page }
  }
}

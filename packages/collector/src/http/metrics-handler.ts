import type { IncomingMessage, ServerResponse } from 'node:http'
import { warn } from '../warnings.js'
import { answerScrapes } from './fetch-handler.js'
import type { MetricsSource } from './metrics-source.js'

/** A request listener of `node:http`, and a handler of Express and Connect. */
export type MetricsHandler = (
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  response: ServerResponse,
  next?: (error: unknown) => void,
) => Promise<void>

/**
 * Answers scrapes in `node:http`, Express and Connect, as `createFetchHandler` does. A page that cannot be made goes to `next`
 * as an error; where there is none, the answer is 500 and Node prints a warning.
 *
 * @example
 * ```ts
 * import http from 'node:http'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, createMetricsHandler } from '@alauda-exporter/collector'
 * import express from 'express'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const collector = createCollector({ client, namespaces: ['demo'] })
 * collector.start()
 *
 * const app = express().get('/metrics', createMetricsHandler(collector))
 * const server = http.createServer(app).listen(0)
 * // Without Express: http.createServer(createMetricsHandler(collector))
 *
 * server.close()
 * collector.stop()
 * ```
 */
export const createMetricsHandler = (...sources: ReadonlyArray<MetricsSource>): MetricsHandler => {
  const answer = answerScrapes(sources)
  return async ({ method = 'GET', headers: asked }, response, next = (error) => refuse(response, error)) => {
    try {
      const { status, headers, body } = await answer(method, scrapeHeaders(asked))
      response.writeHead(status, headers)
      response.end(body)
    } catch (error) {
      next(error)
    }
  }
}

/**
 * Of a request's headers those that a scrape goes by.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { scrapeHeaders } from '@alauda-exporter/collector'
 *
 * const headers = scrapeHeaders({ accept: 'text/plain', cookie: 'a=b' })
 * assert.deepEqual([...headers], [['accept', 'text/plain']])
 * ```
 */
export const scrapeHeaders = (headers: IncomingMessage['headers']): Headers => {
  const kept = new Headers()
  for (const name of ['accept', 'x-prometheus-scrape-timeout-seconds']) {
    const value = headers[name]
    if (typeof value === 'string') kept.set(name, value)
  }
  return kept
}

const refuse = (response: ServerResponse, error: unknown): void => {
  warn(error)
  response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
  response.end('The metrics could not be read.\n')
}

import type { IncomingHttpHeaders } from 'node:http'
import { createFetchHandler, type Family, type MetricsSource, scrapeHeaders } from '@alauda-exporter/collector'
import type { Watch } from '../watch.js'
import type { Route, RouteResponse } from './route.js'

/** The last collection, and what the exporter tells of itself, as a page for Prometheus. */
export const metricsRoute =
  (
    watch: Pick<Watch, 'ready' | 'families'>,
    ownFamilies: () => ReadonlyArray<Family> | Promise<ReadonlyArray<Family>>,
  ): Route =>
  ({ headers }) =>
    answerScrape({ ready: watch.ready, families: async () => [...watch.families(), ...(await ownFamilies())] }, headers)

/** What the collector's own handler answers, as a route's response. */
export const answerScrape = async (source: MetricsSource, headers: IncomingHttpHeaders): Promise<RouteResponse> => {
  const response = await createFetchHandler(source)({ method: 'GET', headers: scrapeHeaders(headers) })
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: await response.text(),
    headers: { vary: response.headers.get('vary') ?? '' },
  }
}

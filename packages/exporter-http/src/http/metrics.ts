import { createMetricsPage, type Family, type MetricsSource, scrapeHeaders } from '@alauda-exporter/collector'
import type { Watch } from '../watch.js'
import type { Route, WireResponse } from './route.js'

/** The last collection, and what the exporter tells of itself, as a page for Prometheus. */
export const metricsRoute = (
  watch: Pick<Watch, 'ready' | 'families' | 'lazyFamilies' | 'snapshots'>,
  ownFamilies: () => ReadonlyArray<Family> | Promise<ReadonlyArray<Family>>,
): Route<WireResponse> =>
  // One source: of several, a page leaves out those that are slow.
  scrapeRoute({
    ready: watch.ready,
    families: async () => [...watch.families(), ...(await ownFamilies())],
    lazyFamilies: async () => {
      const own = await ownFamilies()
      return [...watch.lazyFamilies(), ...own.map((family) => () => family)]
    },
    snapshots: watch.snapshots,
  })

/** What these sources have, as a page for Prometheus. */
export const scrapeRoute = (...sources: ReadonlyArray<MetricsSource>): Route<WireResponse> => {
  const makePage = createMetricsPage(...sources)
  return async ({ headers }) => {
    const { contentType, page } = await makePage(scrapeHeaders(headers))
    return { status: 200, contentType, body: page, headers: { vary: 'Accept' } }
  }
}

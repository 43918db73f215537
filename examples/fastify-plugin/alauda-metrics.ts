import {
  type Collector,
  type CollectorConfig,
  createCollector,
  createFetchHandler,
  scrapeHeaders,
} from '@alauda-exporter/collector'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Collects the metrics of the services on Alauda Cloud. */
    readonly alauda: Collector
  }
}

export interface AlaudaMetricsOptions extends Omit<CollectorConfig, 'logger'> {
  /** Where the metrics are shown. Default: `/metrics`. */
  readonly path?: string
}

/** Collects as long as the app is up, shows the metrics, and gives every scope of the app the collector as `alauda`. */
export const alaudaMetrics = fp<AlaudaMetricsOptions>(
  async (fastify, { path = '/metrics', ...config }) => {
    const collector = createCollector({ ...config, logger: fastify.log })
    fastify.decorate('alauda', collector)
    fastify.addHook('onReady', async () => collector.start())
    // Not onClose: that comes after the last answer, and the scrape that waits for a first collection would hold it up.
    fastify.addHook('preClose', async () => collector.stop())

    const showMetrics = createFetchHandler(collector)
    fastify.route({
      method: ['GET', 'HEAD'], // Fastify's own answer to HEAD cannot measure a page that is a Response
      url: path,
      logLevel: 'warn', // a scrape every few seconds is not worth two lines each
      handler: ({ method, headers }) => showMetrics({ method, headers: scrapeHeaders(headers) }),
    })
  },
  { name: 'alauda-metrics', fastify: '5.x' },
)

import type { MixinConfig } from '../config.js'
import { type Expressions, expressions } from '../expressions.js'
import { inNamespace } from './variables.js'

const ofAccount = 'account=~"$account"'
const ofExporter = 'instance=~"$exporter"'

/** Queries about the exporters, and about what they do for the chosen accounts and namespaces. */
export interface ExporterQueries extends Expressions {
  /** A metric of the calls of the exporters with the chosen accounts. */
  readonly ofAccounts: (name: string) => string
  /** The rate per second of such a counter. */
  readonly perSecond: (name: string) => string
  /** Requests to the API a second. */
  readonly requests: (matchers?: string) => string
  /** The quantile of the requests' durations. */
  readonly latency: (share: number, ...by: ReadonlyArray<string>) => string
  /** A metric of the chosen namespaces: the maximum where several exporters or probes report it. */
  readonly ofNamespaces: (name: string) => string
  /** The collection interval in seconds. No series where each scrape starts a collection. */
  readonly interval: string
  /** A metric of the chosen exporters themselves. */
  readonly ofExporters: (name: string) => string
  /** A standard process metric of the chosen exporters. */
  readonly process: (name: string) => string
}

export const exporterQueries = (config: MixinConfig): ExporterQueries => {
  const parts = expressions(config)
  const { metric, across } = parts
  const rate = `rate${config.rateWindow}`
  const buckets = metric(`endpoint_le:alauda_api_request_duration_seconds_bucket:${rate}`, ofAccount)
  return {
    ...parts,
    ofAccounts: (name) => metric(name, ofAccount),
    perSecond: (name) => `rate(${metric(name, ofAccount)}[$__rate_interval])`,
    requests: (matchers) =>
      metric(
        `endpoint_code:alauda_api_requests:${rate}`,
        matchers === undefined ? ofAccount : `${ofAccount}, ${matchers}`,
      ),
    latency: (share, ...by) => `histogram_quantile(${share}, sum by (${['le', ...by].join(', ')}) (${buckets}))`,
    ofNamespaces: (name) => across(metric(name, inNamespace)),
    interval: across(
      `${metric('alauda_collection_duration_seconds', inNamespace)} / (${metric('alauda_collection_interval_ratio', inNamespace)} > 0)`,
    ),
    ofExporters: (name) => metric(name, ofExporter),
    process: (name) => `${name}{${config.targetSelector}, ${ofExporter}}`,
  }
}

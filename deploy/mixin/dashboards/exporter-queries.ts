import type { MixinConfig } from '../config.js'
import { type Expressions, expressions } from '../expressions.js'
import { inNamespace } from './variables.js'

const ofAccount = 'account=~"$account"'
const ofExporter = 'instance=~"$exporter"'

/** Queries about the exporters, and about what they do for the chosen accounts and namespaces. */
export interface ExporterQueries extends Expressions {
  /** What the exporters of the chosen accounts tell of their calls. */
  readonly ofAccounts: (name: string) => string
  /** The same of a counter, a second. */
  readonly perSecond: (name: string) => string
  /** Requests to the API a second. */
  readonly requests: (matchers?: string) => string
  /** How long this share of the requests takes at most. */
  readonly latency: (share: number, ...by: ReadonlyArray<string>) => string
  /** What is told of the chosen namespaces. Of several exporters or probes that tell it, the greatest. */
  readonly ofNamespaces: (name: string) => string
  /** How much time collections have, in seconds. Nothing where each scrape is one. */
  readonly interval: string
  /** What the chosen exporters tell of themselves. */
  readonly ofExporters: (name: string) => string
  /** What all processes of Prometheus' targets tell, of the chosen exporters. */
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

// What this package promises to keep. How rows and tables are written stays inside.
export { type Collector, createCollector, type ExpositionFormat } from './collector.js'
export {
  type CollectorClient,
  type CollectorConfig,
  defaultMaxAgeMs,
  defaultTimeoutMs,
} from './collector-config.js'
export { toOpenMetrics } from './exposition/open-metrics.js'
export type { PagePart } from './exposition/page-parts.js'
export { contentTypes } from './exposition/parts.js'
export { toText } from './exposition/text.js'
export { apiFamilies } from './families/api.js'
export { describeMetrics, families, takenLabelNames } from './families/families.js'
export type { CustomMetric, FamiliesOptions } from './families/options.js'
export { serviceLabelName } from './families/service.js'
export { type Freshness, withoutStale } from './families/stale.js'
export type { Family, Labels, Metric, MetricType, Sample } from './family.js'
export { createFetchHandler } from './http/fetch-handler.js'
export { createMetricsHandler, type MetricsHandler, scrapeHeaders } from './http/metrics-handler.js'
export {
  createMetricsPage,
  createMetricsParts,
  type MetricsPage,
  type MetricsParts,
  scrapeDeadlineMs,
} from './http/metrics-page.js'
export type { MetricsSource } from './http/metrics-source.js'
export { createProbe, type Probed, type ProbeRequest, type ProbesConfig } from './http/probe.js'
export { limitsOf, type SizeLimits, type Sizes } from './limits.js'
export { failuresIn, type Logger } from './log-collections.js'
export type { Autoscaling, Instance, Point, Service } from './model.js'
export {
  type AlaudaMetrics,
  type AlaudaMetricsConfig,
  type RegistryConfig,
  registerAlaudaMetrics,
} from './register.js'
export type { MetricRegistry, RegisteredMetric } from './registered-metric.js'
export { identityLabels } from './service-labels.js'
export {
  type CollectionBound,
  duplicatesIn,
  type Failure,
  type FailureReason,
  type InstanceReading,
  type Measured,
  type Outcome,
  type ServiceReading,
  type Snapshot,
  servicesIn,
} from './snapshot.js'
export type { AlaudaCalls, AlaudaSource } from './sources/cloud/calls.js'
export type { Collection, CollectOptions, Seen, Source } from './sources/source.js'

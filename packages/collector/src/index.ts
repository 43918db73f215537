// What this package promises to keep. How rows and tables are written stays inside.
export type { AlaudaSource } from './collect.js'
export {
  type Collector,
  type CollectorConfig,
  createCollector,
  defaultMaxAgeMs,
  defaultTimeoutMs,
} from './collector.js'
export { openMetricsContentType, toOpenMetrics } from './exposition/open-metrics.js'
export { textContentType, toText } from './exposition/text.js'
export { apiFamilies } from './families/api.js'
export { type FamiliesOptions, families, metrics } from './families/families.js'
export { serviceLabelName } from './families/service.js'
export { type Freshness, withoutStale } from './families/stale.js'
export { type Family, type Labels, type Metric, type MetricType, mergeFamilies, type Sample } from './family.js'
export {
  type AlaudaMetrics,
  type AlaudaMetricsConfig,
  type MetricRegistry,
  type RegisteredMetric,
  registerAlaudaMetrics,
} from './register.js'
export type {
  Failure,
  InstanceReading,
  Measured,
  Outcome,
  ServiceReading,
  Snapshot,
  UnexpectedError,
  UnfinishedError,
} from './snapshot.js'

// What this package promises to keep. Codecs stay inside: their types are public, how they are written is not.

export { type Clock, systemClock } from './clock.js'
export { createAlaudaClient } from './cloud/client.js'
export {
  type AlaudaClientConfig,
  type ListInstancesOptions,
  type ListServicesOptions,
  type LogOptions,
  type MetricsOptions,
  type Period,
  periods,
  type Time,
  type Window,
} from './cloud/client-config.js'
export type { Organization, Profile, Token } from './cloud/codecs/account.js'
export type { Instance } from './cloud/codecs/instance.js'
export {
  type InstanceMetrics,
  type InstanceMetricsPoint,
  type MetricColumn,
  metricColumns,
  newestPoint,
} from './cloud/codecs/instance-metrics.js'
export type { LogEntry } from './cloud/codecs/log-entry.js'
export type { AutoscalingConfig, InstanceLimits, Port, Service, ServiceLabel } from './cloud/codecs/service.js'
export {
  type Credentials,
  type CredentialsSource,
  type PasswordCredentials,
  parseSecret,
  parseToken,
  type Secret,
  type TokenCredentials,
} from './cloud/credentials.js'
export type { AlaudaClient, AlaudaTaskClient, InstanceAddress, ServiceAddress } from './cloud/doors.js'
export { cloudEndpoints, type Endpoint } from './cloud/endpoints.js'
export { createLoginBackoff, type LoginBackoff } from './cloud/login-backoff.js'
export {
  type AbortError,
  type AlaudaError,
  AlaudaException,
  type AuthError,
  type Bound,
  type DecodeError,
  type FailedCall,
  type HttpError,
  type InvalidJson,
  type LimitError,
  type Mismatch,
  type NetworkError,
  type TimeoutError,
} from './http/errors.js'
export type { ClientStatistics } from './http/statistics.js'
export type { FetchBody, FetchInit, FetchLike, FetchResponse } from './http/transport.js'
export type { WorkQueue } from './limits/budget.js'
export type { CallOptions } from './limits/call-deadline.js'

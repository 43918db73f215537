// What this package promises to keep. Codecs stay inside: their types are public, how they are written is not.
export { createAlaudaClient } from './client.js'
export {
  type AlaudaClientConfig,
  type CallOptions,
  type ListInstancesOptions,
  type ListServicesOptions,
  type LogOptions,
  type MetricsOptions,
  type Period,
  periods,
  type Time,
  type Window,
} from './client-config.js'
export { type Clock, systemClock } from './clock.js'
export type { Instance } from './codecs/instance.js'
export {
  type InstanceMetrics,
  type InstanceMetricsPoint,
  type MetricColumn,
  metricColumns,
  newestPoint,
} from './codecs/instance-metrics.js'
export type { LogEntry } from './codecs/log-entry.js'
export type { Organization } from './codecs/organization.js'
export type { Port } from './codecs/port.js'
export type { Profile } from './codecs/profile.js'
export type { AutoscalingConfig, InstanceLimits, Service, ServiceLabel } from './codecs/service.js'
export type { Token } from './codecs/token.js'
export {
  type Credentials,
  type CredentialsSource,
  type PasswordCredentials,
  parseSecret,
  parseToken,
  type Secret,
  type TokenCredentials,
} from './credentials.js'
export type { AlaudaClient, AlaudaTaskClient } from './doors.js'
export { cloudEndpoints, endpointFault } from './endpoint.js'
export type { Endpoint } from './endpoints.js'
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
} from './errors.js'
export { createLoginBackoff, type LoginBackoff } from './login-backoff.js'
export { assertOptions, type Check, type Checks, checks } from './options.js'
export { printable } from './printable.js'
export type { ClientStatistics } from './statistics.js'
export type { FetchBody, FetchInit, FetchLike, FetchResponse } from './transport.js'

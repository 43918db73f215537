import type * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { assertBetween, longestTimerMs } from './bounds.js'
import { type Clock, systemClock } from './clock.js'
import { Instance } from './codecs/instance.js'
import { InstanceMetrics } from './codecs/instance-metrics.js'
import { LogEntry, parseLog } from './codecs/log-entry.js'
import { Organization } from './codecs/organization.js'
import { page } from './codecs/page.js'
import { Profile } from './codecs/profile.js'
import { Service } from './codecs/service.js'
import type { Token } from './codecs/token.js'
import { type Credentials, credentialsFault } from './credentials.js'
import { cloudEndpoints, normalizedEndpoint } from './endpoint.js'
import { type AlaudaError, decodeError } from './errors.js'
import { type ApiRequest, createSend } from './request.js'
import { createHold, heeding, resilient } from './resilience.js'
import { readServiceList } from './service-list.js'
import { createSession } from './session.js'
import { type ClientStatistics, createRecorder, type Endpoint } from './statistics.js'
import { streamOf } from './stream.js'
import { defaultFetch, type FetchLike } from './transport.js'

/** How to reach the API. Only `credentials` is needed; both doors take the same. */
export interface AlaudaClientConfig {
  /** Who is calling. The first call logs in, and a call that is refused logs in again, once. */
  readonly credentials: Credentials
  /** The base URL of the API, `…/v1/`. Default: the public cloud `cn`. */
  readonly endpoint?: string | undefined
  /** How long one call may take, in milliseconds. Default: 10 000. */
  readonly timeoutMs?: number | undefined
  /** How many calls may be under way at a time. Default: 32. */
  readonly maxConcurrency?: number | undefined
  /** How many calls may begin in a second; logins, which are rare, do not count. Default: 0, no limit. */
  readonly maxRequestsPerSecond?: number | undefined
  /** How often a call is made again that failed for a passing reason: no answer, 429 or 5xx. Default: 2. */
  readonly maxRetries?: number | undefined
  /** What to send requests with. Default: cross-fetch. */
  readonly fetch?: FetchLike | undefined
  /** Where timeouts and waits take their time from. Default: {@link systemClock}. */
  readonly clock?: Clock | undefined
  /** From 0 to 1, for the jitter between retries. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up: it ends with an `AbortError`. */
  readonly signal?: AbortSignal | undefined
}

/** What `listServices` takes beside the namespace. */
export interface ListServicesOptions extends CallOptions {
  /** Told each page's services as soon as they are known, each service once. */
  readonly onPage?: ((services: ReadonlyArray<Service>) => void) | undefined
}

/**
 * How far apart the points of metrics may be. Source: `point_per_period` on the API's page "Calls that monitoring needs".
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type Period, periods } from '@alauda-exporter/alauda-client'
 *
 * const isPeriod = (text: string): text is Period => periods.some((period) => period === text)
 * assert.equal(isPeriod('5m'), true)
 * assert.equal(isPeriod('2m'), false)
 * ```
 */
export const periods = ['1s', '1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '7d', '30d'] as const

/** One of {@link periods}. */
export type Period = (typeof periods)[number]

/** A span of time; both ends in seconds since the epoch. */
export interface Window {
  /** In seconds since the epoch; the API takes whole ones, so this is rounded down. */
  readonly start: number
  /** In seconds since the epoch, rounded up. */
  readonly end: number
}

/** What `getInstanceMetrics` needs: the span, and how far apart its points are to be. */
export interface MetricsOptions extends CallOptions, Window {
  /** How far apart the points are to be. */
  readonly period: Period
}

/** What `getServiceLogs` and `getInstanceLogs` need: the span, of the last 7 days. */
export interface LogOptions extends CallOptions, Window {}

/**
 * The calls of the API that monitoring needs. Each gives a TaskEither: nothing is sent before it is run, it never rejects,
 * and a failure is an {@link AlaudaError}. `service` is a service's name or uuid. A name that cannot stand in a URL (empty,
 * `.` or `..`) is thrown as a TypeError.
 */
export interface AlaudaClient {
  /** Logs in now. Not needed before other calls: they do it themselves. */
  readonly login: (options?: CallOptions) => TaskEither<AlaudaError, Token>
  /** Who the credentials belong to. */
  readonly profile: (options?: CallOptions) => TaskEither<AlaudaError, Profile>
  /** Every service of a namespace, from all pages, each once. */
  readonly listServices: (
    namespace: string,
    options?: ListServicesOptions,
  ) => TaskEither<AlaudaError, ReadonlyArray<Service>>
  /** The same, service by service while pages are still being read. A failure is the last thing that comes. */
  readonly iterateServices: (namespace: string, options?: CallOptions) => AsyncIterable<E.Either<AlaudaError, Service>>
  /** One service, with more fields than the list has. An `HttpError` of status 404 when there is none. */
  readonly getService: (namespace: string, service: string, options?: CallOptions) => TaskEither<AlaudaError, Service>
  /** The containers of a service that run now; empty for a service that is stopped. */
  readonly listInstances: (
    namespace: string,
    service: string,
    options?: CallOptions,
  ) => TaskEither<AlaudaError, ReadonlyArray<Instance>>
  /** One container. An `HttpError` of status 404 when it has ended. */
  readonly getInstance: (
    namespace: string,
    service: string,
    uuid: string,
    options?: CallOptions,
  ) => TaskEither<AlaudaError, Instance>
  /** What an instance used, in the API's units. No points is a usual answer: see {@link newestPoint}. */
  readonly getInstanceMetrics: (
    namespace: string,
    service: string,
    uuid: string,
    options: MetricsOptions,
  ) => TaskEither<AlaudaError, InstanceMetrics>
  /** What all instances of a service wrote. The API keeps 7 days. */
  readonly getServiceLogs: (
    namespace: string,
    service: string,
    options: LogOptions,
  ) => TaskEither<AlaudaError, ReadonlyArray<LogEntry>>
  /** What one instance wrote. The API keeps 7 days. */
  readonly getInstanceLogs: (
    namespace: string,
    service: string,
    uuid: string,
    options: LogOptions,
  ) => TaskEither<AlaudaError, ReadonlyArray<LogEntry>>
  /** The organizations whose namespaces the account may see. */
  readonly listOrganizations: (options?: CallOptions) => TaskEither<AlaudaError, ReadonlyArray<Organization>>
  /** What this client has done since it was made: data as of now, nothing is sent. */
  readonly statistics: () => ClientStatistics
}

/**
 * The API as TaskEithers. For Promises see `createAlaudaPromiseClient`. Nothing is sent before the first call is run.
 *
 * @throws TypeError when the configuration cannot work: an endpoint that is no URL, empty credentials.
 * @example
 * ```ts
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import * as TE from 'fp-ts/lib/TaskEither.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const client = createAlaudaClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const names = pipe(
 *   client.listServices('demo'),
 *   TE.map((services) => services.map(({ service_name }) => service_name).join(', ')),
 *   TE.getOrElse((error) => async () => `${error._tag}: ${error.message}`),
 * )
 * console.log(await names())
 * ```
 */
export const createAlaudaClient = (config: AlaudaClientConfig): AlaudaClient => {
  const { credentials, fetch = defaultFetch, clock = systemClock, random = Math.random, timeoutMs = 10_000 } = config
  const { maxConcurrency = 32, maxRequestsPerSecond = 0, maxRetries = 2 } = config
  const fault = credentialsFault(credentials)
  if (fault !== undefined) throw new TypeError(`credentials: ${fault}`)
  assertBetween('timeoutMs', timeoutMs, 1, longestTimerMs)
  assertBetween('maxConcurrency', maxConcurrency, 1, Number.MAX_SAFE_INTEGER)
  assertBetween('maxRequestsPerSecond', maxRequestsPerSecond, 0, Number.MAX_SAFE_INTEGER)
  assertBetween('maxRetries', maxRetries, 0, Number.MAX_SAFE_INTEGER)
  const baseUrl = normalizedEndpoint(config.endpoint ?? cloudEndpoints.cn)
  const recorder = createRecorder(clock)
  const hold = createHold(clock)
  const sendOnce = heeding(hold, clock, recorder, createSend({ fetch, clock, timeoutMs, recorder }))
  // A call takes its token when its turn has come, not before: it may wait long, and tokens end.
  const session = createSession({ endpoint: baseUrl, credentials, clock, random, recorder, send: sendOnce })
  const limits = { maxConcurrency, maxRequestsPerSecond, maxRetries }
  const send = resilient(limits, clock, random, recorder, hold, session.send)

  const get = <A>(endpoint: Endpoint, path: string, request: Omit<ApiRequest<A>, 'endpoint' | 'method' | 'url'>) =>
    send({ endpoint, method: 'GET', url: baseUrl + path, ...request })

  const listServices: AlaudaClient['listServices'] = (namespace, { onPage, ...options } = {}) =>
    readServiceList(
      (number) =>
        get('listServices', `${servicesPath(namespace)}?page=${number}`, { ...options, decoder: page(Service) }),
      (rows, counted) =>
        decodeError({ method: 'GET', url: baseUrl + servicesPath(namespace) }, [
          { path: 'results', expected: `${counted} services on all pages, as counted; ${rows} came` },
        ]),
      onPage,
    )

  const getLogs = (endpoint: Endpoint, path: string, { start, end, ...options }: LogOptions) =>
    get(endpoint, `${path}logs?${windowQuery({ start, end })}`, {
      ...options,
      decoder: t.array(LogEntry),
      whenEmpty: [],
      parse: parseLog,
    })

  return {
    login: ({ signal } = {}) => session.login(signal),
    profile: (options) => get('profile', 'auth/profile', { ...options, decoder: Profile }),
    listServices,
    iterateServices: (namespace, options) =>
      streamOf((onPage, signal) => listServices(namespace, { onPage, signal }), options?.signal),
    getService: (namespace, service, options) =>
      get('getService', servicePath(namespace, service), { ...options, decoder: Service }),
    listInstances: (namespace, service, options) =>
      get('listInstances', `${servicePath(namespace, service)}instances/`, {
        ...options,
        decoder: t.array(Instance),
        whenEmpty: [],
      }),
    getInstance: (namespace, service, uuid, options) =>
      get('getInstance', instancePath(namespace, service, uuid), { ...options, decoder: Instance }),
    getInstanceMetrics: (namespace, service, uuid, { start, end, period, ...options }) =>
      get(
        'getInstanceMetrics',
        `${instancePath(namespace, service, uuid)}metrics?${windowQuery({ start, end })}&point_per_period=${encodeURIComponent(period)}`,
        {
          ...options,
          decoder: InstanceMetrics,
          whenEmpty: { points: [] },
        },
      ),
    getServiceLogs: (namespace, service, options) =>
      getLogs('getServiceLogs', servicePath(namespace, service), options),
    getInstanceLogs: (namespace, service, uuid, options) =>
      getLogs('getInstanceLogs', instancePath(namespace, service, uuid), options),
    listOrganizations: (options) =>
      get('listOrganizations', 'orgs/', { ...options, decoder: t.array(Organization), whenEmpty: [] }),
    statistics: recorder.statistics,
  }
}

const servicesPath = (namespace: string) => `services/${segment(namespace)}/`
const servicePath = (namespace: string, service: string) => `${servicesPath(namespace)}${segment(service)}/`
const instancePath = (namespace: string, service: string, uuid: string) =>
  `${servicePath(namespace, service)}instances/${segment(uuid)}/`

// URLs fold these away, escaped or not, and the call would be another one.
const foldedAway = new Set(['', '.', '..'])

const segment = (name: string): string => {
  if (foldedAway.has(name)) throw new TypeError(`'${name}' cannot stand in a URL as the name of something`)
  return encodeURIComponent(name)
}

// The API takes whole seconds.
const windowQuery = ({ start, end }: Window) => `start_time=${Math.floor(start)}&end_time=${Math.ceil(end)}`

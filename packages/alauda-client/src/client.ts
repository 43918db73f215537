import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { createCallDeadline } from './call-deadline.js'
import {
  type AlaudaClientConfig,
  assertCallOptions,
  assertClientConfig,
  type CallOptions,
  type ListInstancesOptions,
  type ListServicesOptions,
  type LogOptions,
  type MetricsOptions,
  secondsOf,
  type Window,
} from './client-config.js'
import { systemClock } from './clock.js'
import { Instance } from './codecs/instance.js'
import { InstanceMetrics } from './codecs/instance-metrics.js'
import { items } from './codecs/lists.js'
import { LogEntry, parseLog } from './codecs/log-entry.js'
import { Organization } from './codecs/organization.js'
import { page } from './codecs/page.js'
import { Profile } from './codecs/profile.js'
import { Service } from './codecs/service.js'
import type { Token } from './codecs/token.js'
import { cloudEndpoints, normalizedEndpoint } from './endpoint.js'
import { type AlaudaError, decodeError, type FailedCall, limitError } from './errors.js'
import { createExchange } from './exchange.js'
import { guarded } from './guarded.js'
import { loginCall } from './login.js'
import { createLoginBackoff } from './login-backoff.js'
import { shown } from './options.js'
import { type ApiRequest, createSend } from './request.js'
import { createHold, heeding, resilient } from './resilience.js'
import { readServiceList } from './service-list.js'
import { createSession } from './session.js'
import { type ClientStatistics, createRecorder, type Endpoint } from './statistics.js'
import { streamOf } from './stream.js'
import { defaultFetch } from './transport.js'

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
  /** Every service of a namespace, from all pages, each once, in the API's order. */
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
    options?: ListInstancesOptions,
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
  /** Forgets how long the API asked to be left alone (Retry-After): calls that wait are made now. */
  readonly clearRetryAfter: () => void
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
  assertClientConfig(config)
  const { credentials, fetch = defaultFetch, clock = systemClock, random = Math.random, timeoutMs = 10_000 } = config
  const { callTimeoutMs = 60_000, maxConcurrency = 32, maxRequestsPerSecond = 0, maxRetries = 2 } = config
  const { maxPages = 5_000, maxServices = 100_000, maxAnswerBytes = 4 * 1024 ** 2 } = config
  const baseUrl = normalizedEndpoint(config.endpoint ?? cloudEndpoints.cn)
  const recorder = createRecorder(clock)
  const hold = createHold(clock)
  const exchange = heeding(hold, recorder, createExchange({ fetch, clock, timeoutMs, maxAnswerBytes, recorder }))
  const backoff = config.loginBackoff ?? createLoginBackoff({ clock, random })
  // A call takes its token when its turn has come, not before: it may wait long, and tokens end.
  const session = createSession({
    endpoint: baseUrl,
    credentials,
    clock,
    timeoutMs,
    backoff,
    recorder,
    hold,
    exchange,
    send: createSend(exchange),
  })
  const limits = { maxConcurrency, maxRequestsPerSecond, maxRetries }
  const send = resilient(limits, clock, random, recorder, hold, session.send)

  const within = createCallDeadline(clock, callTimeoutMs)

  type Answer<A> = Pick<ApiRequest<A>, 'decoder' | 'whenEmpty' | 'parse'>

  const getPart = <A>(endpoint: Endpoint, path: string, signal: AbortSignal | undefined, answer: Answer<A>) =>
    send({ endpoint, method: 'GET', url: baseUrl + path, signal, ...answer })

  const get = <A>(endpoint: Endpoint, path: string, options: CallOptions, answer: Answer<A>) =>
    within(callOf(path), options, (signal) => getPart(endpoint, path, signal, answer))

  const callOf = (path: string): FailedCall => ({ method: 'GET', url: baseUrl + path })

  const getPlain = <A>(endpoint: Endpoint, path: string, options: CallOptions = {}, answer: Answer<A>) => {
    assertCallOptions.any(options)
    return get(endpoint, path, options, answer)
  }

  const getItems = <A>(
    endpoint: Endpoint,
    path: string,
    options: CallOptions,
    item: t.Decoder<unknown, A>,
    { onUnreadable, ...parsing }: Pick<ListInstancesOptions, 'onUnreadable'> & Pick<ApiRequest<unknown>, 'parse'> = {},
  ) => {
    const answer = { decoder: items(item, `Array<${item.name}>`), whenEmpty: nothingRead, ...parsing }
    return pipe(
      get(endpoint, path, options, answer),
      TE.chainEitherK(({ read, unreadable }) => {
        if (unreadable.length > 0) onUnreadable?.(unreadable)
        if (read.length > 0 || unreadable.length === 0) return E.right(read)
        const expected = `Array<${item.name}>; none of the ${unreadable.length} that came can be read`
        return E.left(decodeError(callOf(path), [{ path: '', expected }]))
      }),
    )
  }

  // Who iterates gets the API's order; a collection begins with whatever page comes first.
  const readList = (namespace: string, options: ListServicesOptions, isInOrder: boolean) => {
    const path = servicesPath(namespace)
    const incomplete = (expected: string) => decodeError(callOf(path), [{ path: 'results', expected }])
    return within(callOf(path), options, (signal) =>
      readServiceList({
        readPage: (number) => getPart('listServices', `${path}?page=${number}`, signal, { decoder: page('Service') }),
        incomplete,
        beyond: (bound, limit) => limitError(callOf(path), bound, limit),
        maxPages,
        maxServices,
        onPage: options.onPage && guarded('onPage', options.onPage),
        onUnreadable: options.onUnreadable && guarded('onUnreadable', options.onUnreadable),
        isInOrder,
      }),
    )
  }

  const getLogs = (endpoint: Endpoint, path: string, options: LogOptions) => {
    assertCallOptions.logs(options)
    return getItems(endpoint, `${path}logs?${windowQuery(options)}`, options, LogEntry, { parse: parseLog })
  }

  return {
    login: (options = {}) => {
      assertCallOptions.any(options)
      return within(loginCall(baseUrl), options, session.login)
    },
    profile: (options) => getPlain('profile', 'auth/profile', options, { decoder: Profile }),
    listServices: (namespace, options = {}) => {
      assertCallOptions.listServices(options)
      return readList(namespace, options, false)
    },
    iterateServices: (namespace, options = {}) => {
      assertCallOptions.any(options)
      servicesPath(namespace)
      return streamOf((onPage, signal) => readList(namespace, { ...options, onPage, signal }, true), options.signal)
    },
    getService: (namespace, service, options) =>
      getPlain('getService', servicePath(namespace, service), options, { decoder: Service }),
    listInstances: (namespace, service, options = {}) => {
      assertCallOptions.listInstances(options)
      const onUnreadable = options.onUnreadable && guarded('onUnreadable', options.onUnreadable)
      return getItems('listInstances', `${servicePath(namespace, service)}instances/`, options, Instance, {
        onUnreadable,
      })
    },
    getInstance: (namespace, service, uuid, options) =>
      getPlain('getInstance', instancePath(namespace, service, uuid), options, { decoder: Instance }),
    getInstanceMetrics: (namespace, service, uuid, options) => {
      assertCallOptions.metrics(options)
      const query = `${windowQuery(options)}&point_per_period=${options.period}`
      return get('getInstanceMetrics', `${instancePath(namespace, service, uuid)}metrics?${query}`, options, {
        decoder: InstanceMetrics,
        whenEmpty: { points: [] },
      })
    },
    getServiceLogs: (namespace, service, options) =>
      getLogs('getServiceLogs', servicePath(namespace, service), options),
    getInstanceLogs: (namespace, service, uuid, options) =>
      getLogs('getInstanceLogs', instancePath(namespace, service, uuid), options),
    listOrganizations: (options = {}) => {
      assertCallOptions.any(options)
      return getItems('listOrganizations', 'orgs/', options, Organization)
    },
    statistics: recorder.statistics,
    clearRetryAfter: () => {
      hold.clear()
      backoff.clearRetryAfter()
    },
  }
}

const nothingRead = { read: [], unreadable: [] }

const servicesPath = (namespace: string) => `services/${segment('namespace', namespace)}/`
const servicePath = (namespace: string, service: string) => `${servicesPath(namespace)}${segment('service', service)}/`
const instancePath = (namespace: string, service: string, uuid: string) =>
  `${servicePath(namespace, service)}instances/${segment('uuid', uuid)}/`

// URLs fold these away, escaped or not, and the call would be another one.
const foldedAway = new Set(['', '.', '..'])

const segment = (what: string, name: string): string => {
  if (typeof name !== 'string' || foldedAway.has(name) || !name.isWellFormed()) {
    throw new TypeError(`${what}: ${shown(name)} given, expected a name that can stand in a URL`)
  }
  return encodeURIComponent(name)
}

// The API takes whole seconds.
const windowQuery = ({ start, end }: Window) =>
  `start_time=${Math.floor(secondsOf(start))}&end_time=${Math.ceil(secondsOf(end))}`

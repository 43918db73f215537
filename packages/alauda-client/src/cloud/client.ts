import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { systemClock } from '../clock.js'
import { createExchange } from '../http/exchange.js'
import { decodeError, limitError } from '../http/failures.js'
import { type ApiRequest, createSend } from '../http/request.js'
import { createRecorder } from '../http/statistics.js'
import { defaultFetch } from '../http/transport.js'
import { createBudget } from '../limits/budget.js'
import { type CallOptions, createCallDeadline } from '../limits/call-deadline.js'
import { createHold, heldBy } from '../limits/hold.js'
import { retrying } from '../limits/retry.js'
import { cloudEndpoints, normalizedEndpoint } from './base-url.js'
import {
  type AlaudaClientConfig,
  assertCallOptions,
  assertClientConfig,
  guarded,
  type ListInstancesOptions,
  type ListServicesOptions,
  type LogOptions,
  secondsOf,
  type Window,
} from './client-config.js'
import { Instance } from './codecs/instance.js'
import { InstanceMetrics } from './codecs/instance-metrics.js'
import { items } from './codecs/lists.js'
import { LogEntry, parseLog } from './codecs/log-entry.js'
import { Organization } from './codecs/organization.js'
import { page } from './codecs/page.js'
import { Profile } from './codecs/profile.js'
import { Service } from './codecs/service.js'
import { type AlaudaClient, withPromises } from './doors.js'
import { type Endpoint, type Names, pathOf } from './endpoints.js'
import { loginCall } from './login.js'
import { createLoginBackoff } from './login-backoff.js'
import { readServiceList } from './service-list.js'
import { createSession } from './session.js'
import { streamOf } from './stream.js'

/**
 * The API as Promises. `client.taskEithers` has the same calls as fp-ts TaskEithers. Nothing is sent before the first call.
 *
 * @throws TypeError if the configuration is invalid: an endpoint that is not a URL, empty credentials.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 *
 * const client = createAlaudaClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const kibana = await client.getService({ namespace: 'demo', service: 'kibana' })
 * assert.equal(kibana.target_num_instances, 3)
 *
 * for await (const service of client.iterateServices('demo')) console.log(service.service_name)
 * ```
 * @example
 * ```ts
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import * as TE from 'fp-ts/lib/TaskEither.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const { taskEithers } = createAlaudaClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const names = pipe(
 *   taskEithers.listServices('demo'),
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
  const exchange = heldBy(hold, recorder, createExchange({ fetch, clock, timeoutMs, maxAnswerBytes, recorder }))
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
  const budget = createBudget({ maxConcurrency, maxRequestsPerSecond }, clock, recorder, hold)
  const send = retrying({ maxRetries, clock, random, recorder, budget }, session.send)

  const within = createCallDeadline(clock, callTimeoutMs)

  const callOf = <E extends Endpoint>(endpoint: E, names: Names<E>, query = ''): Call => ({
    endpoint,
    method: 'GET',
    url: `${baseUrl}${pathOf(endpoint, names)}${query}`,
  })

  const get = <A>(call: Call, options: CallOptions, answer: Answer<A>) =>
    within(call, options, (signal) => send({ ...call, signal, ...answer }))

  const getPlain = <A>(call: Call, options: CallOptions = {}, decoder: Answer<A>['decoder']) => {
    assertCallOptions.any(options)
    return get(call, options, { decoder })
  }

  const getItems = <A>(
    call: Call,
    options: ListInstancesOptions,
    item: t.Decoder<unknown, A>,
    parse?: ApiRequest<A>['parse'],
  ) => {
    const onUnreadable = options.onUnreadable && guarded('onUnreadable', options.onUnreadable)
    const answer = { decoder: items(item, `Array<${item.name}>`), whenEmpty: nothingRead, ...(parse && { parse }) }
    return pipe(
      get(call, options, answer),
      TE.chainEitherK(({ read, unreadable }) => {
        if (unreadable.length > 0) onUnreadable?.(unreadable)
        if (read.length > 0 || unreadable.length === 0) return E.right(read)
        const expected = `Array<${item.name}>; none of the ${unreadable.length} that came can be read`
        return E.left(decodeError(call, [{ path: '', expected }]))
      }),
    )
  }

  // An iteration keeps the API's order; a collection begins with whatever page comes first.
  const readList = (call: Call, options: ListServicesOptions, isInOrder: boolean) =>
    within(call, options, (signal) =>
      readServiceList({
        readPage: (number) => send({ ...call, url: `${call.url}?page=${number}`, signal, decoder: page('Service') }),
        incomplete: (expected) => decodeError(call, [{ path: 'results', expected }]),
        beyond: (bound, limit) => limitError(call, bound, limit),
        maxPages,
        maxServices,
        onPage: options.onPage && guarded('onPage', options.onPage),
        onUnreadable: options.onUnreadable && guarded('onUnreadable', options.onUnreadable),
        isInOrder,
      }),
    )

  const getLogs = <E extends Endpoint>(endpoint: E, names: Names<E>, options: LogOptions) => {
    assertCallOptions.logs(options)
    return getItems(callOf(endpoint, names, windowQuery(options)), options, LogEntry, parseLog)
  }

  return withPromises({
    login: (options = {}) => {
      assertCallOptions.any(options)
      return within(loginCall(baseUrl), options, session.login)
    },
    profile: (options) => getPlain(callOf('profile', {}), options, Profile),
    listServices: (namespace, options = {}) => {
      assertCallOptions.listServices(options)
      return readList(callOf('listServices', { namespace }), options, false)
    },
    iterateServices: (namespace, options = {}) => {
      assertCallOptions.any(options)
      const call = callOf('listServices', { namespace })
      return streamOf((onPage, signal) => readList(call, { ...options, onPage, signal }, true), options.signal)
    },
    getService: (service, options) => getPlain(callOf('getService', service), options, Service),
    listInstances: (service, options = {}) => {
      assertCallOptions.listInstances(options)
      return getItems(callOf('listInstances', service), options, Instance)
    },
    getInstance: (instance, options) => getPlain(callOf('getInstance', instance), options, Instance),
    getInstanceMetrics: (instance, options) => {
      assertCallOptions.metrics(options)
      const query = `${windowQuery(options)}&point_per_period=${options.period}`
      const call = callOf('getInstanceMetrics', instance, query)
      return get(call, options, { decoder: InstanceMetrics, whenEmpty: { points: [] } })
    },
    getServiceLogs: (service, options) => getLogs('getServiceLogs', service, options),
    getInstanceLogs: (instance, options) => getLogs('getInstanceLogs', instance, options),
    listOrganizations: (options = {}) => {
      assertCallOptions.any(options)
      return getItems(callOf('listOrganizations', {}), options, Organization)
    },
    statistics: recorder.statistics,
    clearRetryAfter: () => {
      hold.clear()
      backoff.clearRetryAfter()
    },
  })
}

type Call = Pick<ApiRequest<unknown>, 'endpoint' | 'method' | 'url'>

type Answer<A> = Pick<ApiRequest<A>, 'decoder' | 'whenEmpty' | 'parse'>

const nothingRead = { read: [], unreadable: [] }

// The API takes whole seconds.
const windowQuery = ({ start, end }: Window) =>
  `?start_time=${Math.floor(secondsOf(start))}&end_time=${Math.ceil(secondsOf(end))}`

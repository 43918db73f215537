import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { systemClock } from '../clock.js'
import { defaultFetch } from '../http/default-fetch.js'
import { createExchange, type HttpCall } from '../http/exchange.js'
import { decodeError } from '../http/failures.js'
import { type ApiRequest, createSend, inOneStep } from '../http/request.js'
import { createRecorder } from '../http/statistics.js'
import { createBudget } from '../limits/budget.js'
import { type CallOptions, createCallDeadline } from '../limits/call-deadline.js'
import { createHold, heldBy } from '../limits/hold.js'
import { retrying } from '../limits/retry.js'
import { assertOptions } from '../options.js'
import {
  type AlaudaClientConfig,
  callChecks,
  clientChecks,
  guarded,
  type ListInstancesOptions,
  type ListServicesOptions,
  type LogOptions,
  listInstancesChecks,
  listServicesChecks,
  logChecks,
  metricsChecks,
  windowQuery,
} from './client-config.js'
import { Organization, Profile } from './codecs/account.js'
import { Instance } from './codecs/instance.js'
import { InstanceMetrics } from './codecs/instance-metrics.js'
import { items } from './codecs/lists.js'
import { LogEntry, parseLog } from './codecs/log-entry.js'
import { Service } from './codecs/service.js'
import { type AlaudaClient, withPromises } from './doors.js'
import { cloudEndpoints, type Endpoint, type Names, normalizedEndpoint, pathOf } from './endpoints.js'
import { createLoginBackoff } from './login-backoff.js'
import { createPageSize, Page, readServiceList } from './service-list.js'
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
  assertOptions(clientChecks, config, 'config')
  const { credentials, fetch = defaultFetch, clock = systemClock, random = Math.random, timeoutMs = 10_000 } = config
  const { callTimeoutMs = 60_000, maxConcurrency = 32, maxRequestsPerSecond = 0, maxRetries = 2 } = config
  const { maxPages = 5_000, maxServices = 100_000, maxAnswerBytes = 4 * 1024 ** 2 } = config
  const baseUrl = normalizedEndpoint(config.endpoint ?? cloudEndpoints.cn)
  const recorder = createRecorder(clock)
  const hold = createHold(clock)
  const exchange = createExchange({ fetch, clock, timeoutMs, maxAnswerBytes, recorder, ...heldBy(hold, recorder) })
  const backoff = config.loginBackoff ?? createLoginBackoff({ clock, random })

  const callOf = <E extends Endpoint>(endpoint: E, names: Names<E>, query = ''): HttpCall => ({
    endpoint,
    method: 'GET',
    url: `${baseUrl}${pathOf(endpoint, names)}${query}`,
  })

  const login: HttpCall = { ...callOf('login', {}), method: 'POST' }
  const loginConfig = { call: login, credentials, clock, timeoutMs, backoff, recorder, exchange }
  // A call takes its token when its turn has come, not before: it may wait long, and tokens end.
  const session = createSession({ ...loginConfig, hold, send: createSend(exchange) })
  const budget = createBudget({ maxConcurrency, maxRequestsPerSecond }, clock, recorder, hold)
  const send = retrying({ maxRetries, clock, random, recorder, budget }, session.send)
  const within = createCallDeadline(clock, callTimeoutMs)

  // The spread comes last: what is added behind one takes V8 a microsecond for each property, forty times as long.
  const get = <A>(call: HttpCall, options: CallOptions, { decoder, whenEmpty, parse }: Answer<A>) =>
    within(call, options, (signal) => send({ signal, decoder, whenEmpty, parse, ...call }))

  const getPlain = <A>(call: HttpCall, options: CallOptions = {}, codec: t.Decoder<unknown, A>) => {
    assertOptions(callChecks, options)
    return get(call, options, { decoder: inOneStep(codec) })
  }

  const getItems = <A>(
    call: HttpCall,
    options: ListInstancesOptions,
    item: t.Decoder<unknown, A>,
    parse?: ApiRequest<A>['parse'],
  ) => {
    const decoder = items(item)
    return pipe(
      get(call, options, { decoder, whenEmpty: { read: [], unreadable: [] }, parse }),
      TE.chainEitherK(({ read, unreadable }) => {
        if (unreadable.length > 0) guarded('onUnreadable', options.onUnreadable)(unreadable)
        if (read.length > 0 || unreadable.length === 0) return E.right(read)
        const expected = `${decoder.name}; none of the ${unreadable.length} that came can be read`
        return E.left(decodeError(call, [{ path: '', expected }]))
      }),
    )
  }

  const pageSize = createPageSize(clock)

  // An iteration keeps the API's order; a collection begins with whatever page comes first.
  const readList = (call: HttpCall, options: ListServicesOptions, isInOrder: boolean) => {
    const decoder = inOneStep(Page)
    return within(call, options, (signal) =>
      readServiceList({
        call,
        readPage: (number, query) => send({ ...call, url: `${call.url}?${query}page=${number}`, signal, decoder }),
        pageSize,
        maxPages,
        maxServices,
        onPage: guarded('onPage', options.onPage),
        onUnreadable: guarded('onUnreadable', options.onUnreadable),
        isInOrder,
      }),
    )
  }

  const getLogs = <E extends Endpoint>(endpoint: E, names: Names<E>, options: LogOptions) => {
    assertOptions(logChecks, options)
    return getItems(callOf(endpoint, names, windowQuery(options)), options, LogEntry, parseLog)
  }

  return withPromises({
    login: (options = {}) => {
      assertOptions(callChecks, options)
      return within(login, options, (signal) => () => session.login(signal))
    },
    profile: (options) => getPlain(callOf('profile', {}), options, Profile),
    listServices: (namespace, options = {}) => {
      assertOptions(listServicesChecks, options)
      return readList(callOf('listServices', { namespace }), options, false)
    },
    iterateServices: (namespace, options = {}) => {
      assertOptions(callChecks, options)
      const call = callOf('listServices', { namespace })
      return streamOf((onPage, signal) => readList(call, { ...options, onPage, signal }, true), options.signal)
    },
    getService: (service, options) => getPlain(callOf('getService', service), options, Service),
    listInstances: (service, options = {}) => {
      assertOptions(listInstancesChecks, options)
      return getItems(callOf('listInstances', service), options, Instance)
    },
    getInstance: (instance, options) => getPlain(callOf('getInstance', instance), options, Instance),
    getInstanceMetrics: (instance, options) => {
      assertOptions(metricsChecks, options)
      const query = `${windowQuery(options)}&point_per_period=${options.period}`
      const call = callOf('getInstanceMetrics', instance, query)
      return get(call, options, { decoder: InstanceMetrics, whenEmpty: { points: [] } })
    },
    getServiceLogs: (service, options) => getLogs('getServiceLogs', service, options),
    getInstanceLogs: (instance, options) => getLogs('getInstanceLogs', instance, options),
    listOrganizations: (options = {}) => {
      assertOptions(callChecks, options)
      return getItems(callOf('listOrganizations', {}), options, Organization)
    },
    statistics: recorder.statistics,
    clearRetryAfter: () => {
      hold.clear()
      backoff.clearRetryAfter()
      budget.goOn()
    },
    createWorkQueue: (signal) => {
      assertOptions(callChecks, { signal })
      return budget.createWorkQueue(signal)
    },
  })
}

type Answer<A> = Pick<ApiRequest<A>, 'decoder' | 'whenEmpty' | 'parse'>

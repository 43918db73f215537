import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { type AlaudaError, AlaudaException } from '../http/errors.js'
import type { ClientStatistics } from '../http/statistics.js'
import type { WorkQueue } from '../limits/budget.js'
import type { CallOptions } from '../limits/call-deadline.js'
import type { ListInstancesOptions, ListServicesOptions, LogOptions, MetricsOptions } from './client-config.js'
import type { Organization, Profile, Token } from './codecs/account.js'
import type { Instance } from './codecs/instance.js'
import type { InstanceMetrics } from './codecs/instance-metrics.js'
import type { LogEntry } from './codecs/log-entry.js'
import type { Service } from './codecs/service.js'
import type { Endpoint } from './endpoints.js'

/** Which service. */
export interface ServiceAddress {
  /** A user's or an organization's name. */
  readonly namespace: string
  /** The service's name or uuid. */
  readonly service: string
}

/** Which instance of a service. */
export interface InstanceAddress extends ServiceAddress {
  /** The instance's uuid. */
  readonly instance: string
}

/**
 * The calls of the API that monitoring needs. A Promise rejects with an {@link AlaudaException} when the call fails, and with a
 * TypeError when an option cannot work or a name cannot stand in a URL (empty, `.` or `..`).
 */
export interface AlaudaClient {
  /** Logs in now. Not needed before other calls: they log in themselves. */
  readonly login: (options?: CallOptions) => Promise<Token>
  /** The account that the credentials belong to. */
  readonly profile: (options?: CallOptions) => Promise<Profile>
  /** All services of a namespace, from all pages, each once, in the API's order. */
  readonly listServices: (namespace: string, options?: ListServicesOptions) => Promise<ReadonlyArray<Service>>
  /** The same, service by service while pages are still being read. A failure comes after the services that were read. */
  readonly iterateServices: (namespace: string, options?: CallOptions) => AsyncIterable<Service>
  /** One service, with more fields than the list has. An `HttpError` with status 404 when it does not exist. */
  readonly getService: (service: ServiceAddress, options?: CallOptions) => Promise<Service>
  /** The running containers of a service; empty for a stopped service. */
  readonly listInstances: (service: ServiceAddress, options?: ListInstancesOptions) => Promise<ReadonlyArray<Instance>>
  /** One container. An `HttpError` with status 404 when it has ended. */
  readonly getInstance: (instance: InstanceAddress, options?: CallOptions) => Promise<Instance>
  /** What an instance used, in the API's units. No points is a usual answer: see {@link newestPoint}. */
  readonly getInstanceMetrics: (instance: InstanceAddress, options: MetricsOptions) => Promise<InstanceMetrics>
  /** The log of all instances of a service. The API keeps 7 days. */
  readonly getServiceLogs: (service: ServiceAddress, options: LogOptions) => Promise<ReadonlyArray<LogEntry>>
  /** The log of one instance. The API keeps 7 days. */
  readonly getInstanceLogs: (instance: InstanceAddress, options: LogOptions) => Promise<ReadonlyArray<LogEntry>>
  /** The organizations whose namespaces the account may see. */
  readonly listOrganizations: (options?: CallOptions) => Promise<ReadonlyArray<Organization>>
  /** What this client has done so far. Sends nothing. */
  readonly statistics: () => ClientStatistics
  /** Forgets the wait that the API asked for (Retry-After): waiting calls are made now. */
  readonly clearRetryAfter: () => void
  /**
   * A queue for calls by the thousand. Work that waits in it takes some bytes, where a call that waits for its turn takes kilobytes;
   * it takes turns with other calls and other queues. When the signal fires, work that waits is run at once: calls with that signal
   * fail then.
   */
  readonly createWorkQueue: (signal?: AbortSignal) => WorkQueue
  /** The same calls as TaskEithers: one login, the same limits. */
  readonly taskEithers: AlaudaTaskClient
}

type InTaskEither<Call> = Call extends (...args: infer Args) => Promise<infer A>
  ? (...args: Args) => TaskEither<AlaudaError, A>
  : Call extends (...args: infer Args) => AsyncIterable<infer A>
    ? (...args: Args) => AsyncIterable<E.Either<AlaudaError, A>>
    : Call

/**
 * The calls of {@link AlaudaClient} as TaskEithers: nothing is sent before one is run, it never rejects, and a failure is an
 * {@link AlaudaError}. A name or option that cannot work is thrown as a TypeError.
 */
export type AlaudaTaskClient = {
  readonly [Name in keyof AlaudaClient as Exclude<Name, 'taskEithers'>]: InTaskEither<AlaudaClient[Name]>
}

/** Opens the other door: the Promises of what `taskEithers` gives. */
export const withPromises = (taskEithers: AlaudaTaskClient): AlaudaClient => {
  const { iterateServices, statistics, clearRetryAfter, createWorkQueue, ...calls } = taskEithers
  return {
    ...promisesOf(calls),
    iterateServices: (...args) => orThrowEach(iterateServices(...args)),
    statistics,
    clearRetryAfter,
    createWorkQueue,
    taskEithers,
  }
}

const promisesOf = (calls: Readonly<Record<Endpoint, (...args: never[]) => TaskEither<AlaudaError, unknown>>>) =>
  Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [name, async (...args: never[]) => orThrow(await call(...args)())]),
    // A record's map cannot express that each call keeps its own arguments and answer.
  ) as Pick<AlaudaClient, Endpoint>

const orThrow = <A>(result: E.Either<AlaudaError, A>): A => {
  if (E.isLeft(result)) throw new AlaudaException(result.left)
  return result.right
}

async function* orThrowEach<A>(results: AsyncIterable<E.Either<AlaudaError, A>>): AsyncGenerator<A> {
  for await (const result of results) yield orThrow(result)
}

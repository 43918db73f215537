import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { type AlaudaClient, createAlaudaClient } from './client.js'
import type { AlaudaClientConfig } from './client-config.js'
import { type AlaudaError, AlaudaException } from './errors.js'

/** A call of {@link AlaudaClient} as one that gives a Promise of what it succeeds with. */
type Promised<Call> = Call extends (...args: infer Args) => TaskEither<AlaudaError, infer A>
  ? (...args: Args) => Promise<A>
  : Call extends (...args: infer Args) => AsyncIterable<E.Either<AlaudaError, infer A>>
    ? (...args: Args) => AsyncIterable<A>
    : Call

/** The calls of {@link AlaudaClient} as Promises, which reject with an {@link AlaudaException}; `statistics` is the same. */
export type AlaudaPromiseClient = { readonly [Name in keyof AlaudaClient]: Promised<AlaudaClient[Name]> } & {
  /** The same client by its other door: one login, the same limits. */
  readonly taskEithers: AlaudaClient
}

/**
 * The API as Promises.
 *
 * @throws TypeError when the configuration cannot work: an endpoint that is no URL, empty credentials.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaPromiseClient } from '@alauda-exporter/alauda-client'
 *
 * const client = createAlaudaPromiseClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const kibana = await client.getService('demo', 'kibana')
 * assert.equal(kibana.target_num_instances, 3)
 *
 * for await (const service of client.iterateServices('demo')) console.log(service.service_name)
 * ```
 */
export const createAlaudaPromiseClient = (config: AlaudaClientConfig): AlaudaPromiseClient => {
  const client = createAlaudaClient(config)
  return {
    login: promised(client.login),
    profile: promised(client.profile),
    listServices: promised(client.listServices),
    iterateServices: (...args) => orThrowEach(client.iterateServices(...args)),
    getService: promised(client.getService),
    listInstances: promised(client.listInstances),
    getInstance: promised(client.getInstance),
    getInstanceMetrics: promised(client.getInstanceMetrics),
    getServiceLogs: promised(client.getServiceLogs),
    getInstanceLogs: promised(client.getInstanceLogs),
    listOrganizations: promised(client.listOrganizations),
    statistics: client.statistics,
    clearRetryAfter: client.clearRetryAfter,
    taskEithers: client,
  }
}

const promised =
  <Args extends unknown[], A>(call: (...args: Args) => TaskEither<AlaudaError, A>) =>
  async (...args: Args): Promise<A> =>
    orThrow(await call(...args)())

const orThrow = <A>(result: E.Either<AlaudaError, A>): A => {
  if (E.isLeft(result)) throw new AlaudaException(result.left)
  return result.right
}

async function* orThrowEach<A>(results: AsyncIterable<E.Either<AlaudaError, A>>): AsyncGenerator<A> {
  for await (const result of results) yield orThrow(result)
}

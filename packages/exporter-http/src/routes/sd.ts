import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '@alauda-exporter/alauda-client'
import { inSteps, nextTurn } from '@alauda-exporter/alauda-client/turns'
import {
  type AlaudaSource,
  createCollector,
  type Freshness,
  type ServiceReading,
  type Snapshot,
  servicesIn,
} from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Handler, type HttpResponse, plainText, reply } from '../toolkit/handler.js'
import { namespaceOf, type Watch, type Watched } from '../watch.js'
import { shortestWaitMs } from './probe.js'
import { type Exposed, type Reached, reachedBy } from './reached.js'
import { type FoundService, inOrder, targetGroupOf } from './target-group.js'

export interface SdConfig extends Exposed {
  readonly watch: Pick<Watch, 'accounts' | 'maxAgeSeconds'>
  readonly clock: Clock
}

/**
 * All services for Prometheus' HTTP service discovery, each as a target of `/probe`; with `?account=` and `?namespace=` (both
 * may be repeated) only those of these. While a list cannot be read the answer is 503, so that Prometheus keeps the targets
 * that it has: an outage must not look as if all services were gone.
 *
 * @see https://prometheus.io/docs/prometheus/latest/http_sd/
 * @example
 * sdRoute({ watch, clock: systemClock }) // [{ "targets": ["exporter:10104"], "labels": { "__metrics_path__": "/probe", … } }]
 */
export const sdRoute =
  ({ watch, clock, ...config }: SdConfig): Handler =>
  async ({ headers, query }) => {
    const reached = reachedBy(headers, config)
    if (reached === undefined) return plainText(400, 'The header Host must say how this exporter is reached.')
    const awaited = askedFor(watch.accounts(), query)
    if (E.isLeft(awaited)) return awaited.left
    const waitMs = waitMsFor(headers)
    const listed = await Promise.all(awaited.right.map((asked) => snapshotsOf(asked, waitMs)))
    // Lists for concurrent requests are made one after the other.
    await nextTurn()
    const freshness = { now: clock.now() / 1000, maxAgeSeconds: watch.maxAgeSeconds() }
    const lists = listed.flatMap(({ watched, namespaces, snapshots }) =>
      namespaces.map((namespace) => listOf(watched.account, snapshots, namespace, freshness)),
    )
    const unread = RA.lefts(lists)
    if (unread.length > 0) {
      return plainText(503, `The services of ${unread.join(', ')} could not be listed: keep the targets that you have.`)
    }
    const body = await inSteps(targetGroupsOf(reached, RA.rights(lists)))
    return reply(200, 'application/json', body)
  }

function* targetGroupsOf(
  reached: Reached,
  lists: ReadonlyArray<ReadonlyArray<FoundService>>,
): Generator<undefined, string> {
  const groups: string[] = []
  for (const service of inOrder(lists.flat())) {
    groups.push(JSON.stringify(targetGroupOf(reached, service)))
    yield
  }
  return `[${groups.join(',')}]`
}

interface Asked {
  readonly watched: Watched
  readonly namespaces: ReadonlyArray<string>
}

/** The requested namespaces by account, or a response that rejects the request. */
const askedFor = (
  accounts: ReadonlyArray<Watched>,
  query: URLSearchParams,
): E.Either<HttpResponse, ReadonlyArray<Asked>> => {
  const [names, namespaces] = [query.getAll('account'), query.getAll('namespace')]
  const ofAccounts = accounts.filter(({ account }) => isAmong(names, account.name))
  if (!names.every((name) => ofAccounts.some(({ account }) => account.name === name))) {
    return E.left(plainText(404, 'The settings have no account of this name.'))
  }
  const asked = ofAccounts.map((watched) => ({
    watched,
    namespaces: [...new Set(watched.account.namespaces)].filter((namespace) => isAmong(namespaces, namespace)),
  }))
  if (!namespaces.every((namespace) => asked.some((one) => one.namespaces.includes(namespace)))) {
    return E.left(plainText(404, 'The settings have no namespace of this name.'))
  }
  // Do not wait for an account without a requested namespace.
  return E.right(asked.filter((one) => one.namespaces.length > 0))
}

// Without a name all are wanted.
const isAmong = (wanted: ReadonlyArray<string>, name: string | undefined): boolean =>
  wanted.length === 0 || (name !== undefined && wanted.includes(name))

/** The last collection; with a collection at each scrape, the current lists without their instances. */
const snapshotsOf = async (
  asked: Asked,
  waitMs: number,
): Promise<Asked & { readonly snapshots: ReadonlyArray<Snapshot> }> => {
  const { watched, namespaces } = asked
  const { config } = watched
  if (config.intervalMs === 0) {
    const timeoutMs = Math.min(waitMs, config.timeoutMs ?? waitMs)
    const collector = createCollector({ ...config, namespaces, timeoutMs, client: withoutInstances(watched.client) })
    return { ...asked, snapshots: await collector.collect() }
  }
  const { collector } = watched
  if (collector.snapshots().length < new Set(watched.account.namespaces).size) await collector.scrape(waitMs)
  return { ...asked, snapshots: collector.snapshots() }
}

const withoutInstances = (source: AlaudaSource): AlaudaSource => ({
  ...source,
  listInstances: () => TE.right([]),
  getInstanceMetrics: () => TE.right({ points: [] }),
})

/** The services of a namespace, or its name if they could not be listed. */
const listOf = (
  account: Watched['account'],
  snapshots: ReadonlyArray<Snapshot>,
  namespace: string,
  freshness: Freshness,
): E.Either<string, ReadonlyArray<FoundService>> => {
  const last = snapshots.find((snapshot) => snapshot.namespace === namespace)
  if (last === undefined || !isCurrent(last, freshness)) return E.left(namespaceOf(account, namespace))
  const isFresh = ({ listedTime }: ServiceReading) => freshness.now - listedTime <= freshness.maxAgeSeconds
  const services = servicesIn(last)
    .filter(isFresh)
    .map(({ service }) => service)
  const bearers = new Map<string, number>()
  for (const { name } of services) bearers.set(name, (bearers.get(name) ?? 0) + 1)
  return E.right(
    services.map((service) => ({
      account: account.name,
      namespace,
      service,
      isNamesake: (bearers.get(service.name) ?? 0) > 1,
    })),
  )
}

const isCurrent = ({ failure, lastSuccessTime }: Snapshot, { now, maxAgeSeconds }: Freshness): boolean =>
  failure === undefined && lastSuccessTime !== undefined && now - lastSuccessTime <= maxAgeSeconds

const longestWaitMs = 10_000

/** Prometheus waits no longer than its refresh interval; a shorter wait would cancel calls in vain. */
const waitMsFor = (headers: IncomingHttpHeaders): number => {
  const refreshSeconds = Number(headers['x-prometheus-refresh-interval-seconds'])
  return refreshSeconds > 0 ? Math.min(Math.max(refreshSeconds * 900, shortestWaitMs), longestWaitMs) : longestWaitMs
}

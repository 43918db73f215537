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
import { isSameHost } from '../toolkit/origin.js'
import { namespaceOf, type Watch, type Watched } from '../watch.js'
import { shortestWaitMs } from './probe.js'
import { type FoundService, inOrder, type Reached, targetGroupOf } from './target-group.js'

export interface SdConfig {
  readonly watch: Pick<Watch, 'accounts' | 'maxAgeSeconds'>
  readonly clock: Clock
  /** Whether this exporter itself is served over TLS. Default: no. */
  readonly isOverTls?: boolean
  /** How the exporter is reached from outside, its path included. Default: as it is from here. */
  readonly externalUrl?: string | undefined
  /** Before the path of each route. Default: nothing. */
  readonly routePrefix?: string
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
    // However many ask at once, their lists are made one after the other.
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

/** What of the accounts is asked for, or why that cannot be answered. */
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

// Who names nothing wants all.
const isAmong = (wanted: ReadonlyArray<string>, name: string | undefined): boolean =>
  wanted.length === 0 || (name !== undefined && wanted.includes(name))

/** What was collected last; where nothing is collected in between, the lists as they are now, without their instances. */
const snapshotsOf = async (
  asked: Asked,
  waitMs: number,
): Promise<Asked & { readonly snapshots: ReadonlyArray<Snapshot> }> => {
  const { watched, namespaces } = asked
  const { config } = watched
  const isAtScrape = config.intervalMs === 0
  const collector = isAtScrape
    ? createCollector({ ...config, namespaces, client: withoutInstances(watched.client) })
    : watched.collector
  if (collector.snapshots().length < new Set(watched.account.namespaces).size) await collector.scrape(waitMs)
  if (isAtScrape) collector.stop()
  return { ...asked, snapshots: collector.snapshots() }
}

const withoutInstances = (source: AlaudaSource): AlaudaSource => ({
  ...source,
  listInstances: () => TE.right([]),
  getInstanceMetrics: () => TE.right({ points: [] }),
})

/** The services of a namespace, or its name when they could not be listed. */
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

// A name, an IPv4 or an IPv6 address, and the port where it is not the scheme's own.
const hostPattern = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

// Not `X-Forwarded-Host`: anybody may send that, and it need not be an address that this Prometheus reaches.
const addressIn = ({ host = '' }: IncomingHttpHeaders): string | undefined =>
  hostPattern.test(host) ? host : undefined

/** As Prometheus has just reached it: through the proxy that the external URL names, or without it. */
const reachedBy = (
  headers: IncomingHttpHeaders,
  { isOverTls = false, externalUrl, routePrefix = '' }: Omit<SdConfig, 'watch' | 'clock'>,
): Reached | undefined => {
  const address = addressIn(headers)
  if (address === undefined) return undefined
  const external = externalUrl === undefined ? undefined : new URL(externalUrl)
  if (external !== undefined && isSameHost(external, address)) {
    const scheme = external.protocol === 'https:' ? 'https' : 'http'
    return { address, scheme, prefix: external.pathname.replace(/\/$/, '') }
  }
  return { address, scheme: isOverTls ? 'https' : undefined, prefix: routePrefix }
}

const longestWaitMs = 10_000

/** Prometheus waits no longer than its refresh interval; a shorter wait would cancel calls in vain. */
const waitMsFor = (headers: IncomingHttpHeaders): number => {
  const refreshSeconds = Number(headers['x-prometheus-refresh-interval-seconds'])
  return refreshSeconds > 0 ? Math.min(Math.max(refreshSeconds * 900, shortestWaitMs), longestWaitMs) : longestWaitMs
}

import { isDeepStrictEqual } from 'node:util'
import {
  type AlaudaTaskClient,
  createAlaudaClient,
  createLoginBackoff,
  type LoginBackoff,
  systemClock,
} from '@alauda-exporter/alauda-client'
import {
  type AlaudaSource,
  type Collector,
  type CollectorConfig,
  createCollector,
  type Family,
  type Logger,
  type Service,
  type Snapshot,
} from '@alauda-exporter/collector'
import { clientCredentials } from './settings/accounts.js'
import type { Account, Settings } from './settings/settings.js'
import { createTransport } from './transport.js'

/** The settings of what to watch, and how. */
export type WatchSettings = Pick<Settings, 'accounts' | 'collect' | 'metrics'>

/** An account and its collector. Accounts share nothing: the outage of one does not affect another. */
export interface Watched {
  readonly account: Account
  readonly client: AlaudaSource & Partial<Pick<AlaudaTaskClient, 'statistics' | 'clearRetryAfter'>>
  /** How it is collected. */
  readonly config: Omit<CollectorConfig, 'client'>
  readonly collector: Collector
}

export interface Watch {
  readonly accounts: () => ReadonlyArray<Watched>
  /** Applies new settings. An unchanged account continues, except that a pause requested with Retry-After ends. */
  readonly change: (settings: WatchSettings) => void
  /** The metrics of all accounts, not merged, for a scrape that waits at most `waitMs` milliseconds. */
  readonly scrape: (waitMs: number) => Promise<ReadonlyArray<Family>>
  /** Whether there is a collection at each scrape, and none between. */
  readonly isAtScrape: () => boolean
  readonly maxAgeSeconds: () => number
  readonly stop: () => void
}

/** Whether the settings want a service to be watched. */
export const isWantedBy =
  ({ includeServices, excludeServices }: Settings['collect']) =>
  ({ name }: Pick<Service, 'name'>): boolean =>
    (includeServices?.test(name) ?? true) && !(excludeServices?.test(name) ?? false)

/** A namespace's name for readers: several accounts may have namespaces of the same name. */
export const namespaceOf = ({ name }: Pick<Account, 'name'>, namespace: string): string =>
  name === undefined ? namespace : `${name}/${namespace}`

export interface WatchListeners {
  /** Receives each collection of an account. */
  readonly onCollected?: (account: Account, snapshot: Snapshot) => void
  /** Prepares pages before a collection is shown; the function makes the metrics of all accounts, as they will be then. */
  readonly prepare?: ((scrape: () => Promise<ReadonlyArray<Family>>) => Promise<unknown>) | undefined
  readonly logger?: Logger
}

interface AccountListeners extends Omit<WatchListeners, 'prepare'> {
  readonly prepare?: CollectorConfig['prepare']
}

/** The wait after a failed login, by endpoint and user: it outlives clients, and several may share a user. */
export type LoginBackoffs = (account: Account) => LoginBackoff

export const createLoginBackoffs = (): LoginBackoffs => {
  const backoffs = new Map<string, LoginBackoff>()
  return ({ endpoint, credentials }) => {
    const user = 'username' in credentials ? [credentials.username, credentials.organization] : []
    const key = JSON.stringify([endpoint, ...user])
    const backoff = backoffs.get(key) ?? createLoginBackoff()
    backoffs.set(key, backoff)
    return backoff
  }
}

/**
 * Creates an account's collector, without starting it. It continues from the snapshots `before`; the client, with its token and the
 * pauses that the API requested, stays if its settings are the same.
 */
export const watchAccount = (
  { collect, metrics }: WatchSettings,
  account: Account,
  { onCollected = () => {}, prepare, logger }: AccountListeners = {},
  before?: Watched,
  loginBackoffs: LoginBackoffs = createLoginBackoffs(),
): Watched => {
  const { includeServices: _, excludeServices: __, ...options } = collect
  const { name, endpoint, credentials, namespaces, labels, client: limits } = account
  const named = name === undefined ? {} : { account: name }
  const onUnreadable = (file: string, reason: string) =>
    logger?.warn({ ...named, file, reason }, 'the password file cannot be used; the password before stays in use')
  const client =
    before !== undefined && isSameClient(before.account, account)
      ? before.client
      : createAlaudaClient({
          endpoint,
          credentials: clientCredentials(credentials, { onUnreadable }),
          loginBackoff: loginBackoffs(account),
          fetch: createTransport(account, {
            onUnreadable: (file, reason) =>
              logger?.warn({ ...named, file, reason }, 'the file cannot be used; what it held before stays in use'),
          }),
          ...limits,
        }).taskEithers
  const config = {
    namespaces,
    labels: { ...named, ...labels },
    ...options,
    filter: isWantedBy(collect),
    ...metrics,
  }
  const initialSnapshots = before?.collector.snapshots()
  const collector = createCollector({
    ...config,
    client,
    initialSnapshots,
    logger,
    prepare,
    onCollected: (snapshot) => onCollected(account, snapshot),
  })
  return { account, client, config, collector }
}

const isSameClient = (a: Account, b: Account): boolean =>
  isDeepStrictEqual(
    [a.endpoint, a.credentials, a.client, a.connection],
    [b.endpoint, b.credentials, b.client, b.connection],
  )

/** Starts to watch the accounts of the settings. */
export const startWatch = (settings: WatchSettings, listeners: WatchListeners = {}): Watch => {
  let current = settings
  let accounts: ReadonlyArray<Watched> = []
  const loginBackoffs = createLoginBackoffs()
  const { prepare } = listeners

  /** The metrics of all accounts, once one has its next ones. Waits for no collection. */
  const scrapeNext = async (account: Account, next: () => Promise<ReadonlyArray<Family>>) => {
    const families = accounts.map((one) => (one.account === account ? next() : one.collector.scrape(0)))
    return (await Promise.all(families)).flat()
  }

  const listenersOf = (account: Account): AccountListeners => ({
    ...listeners,
    prepare: prepare && ((tables) => prepare(() => scrapeNext(account, tables))),
  })

  const change = (next: WatchSettings): void => {
    const isSameOtherwise = isDeepStrictEqual([current.collect, current.metrics], [next.collect, next.metrics])
    const before = accounts
    const keptOf = (account: Account): Watched | undefined =>
      isSameOtherwise ? before.find((watched) => isDeepStrictEqual(watched.account, account)) : undefined
    const changedFrom = ({ name, endpoint }: Account): Watched | undefined =>
      before.find(({ account }) => account.name === name && account.endpoint === endpoint)
    current = next
    accounts = next.accounts.map(
      (account) =>
        keptOf(account) ?? watchAccount(next, account, listenersOf(account), changedFrom(account), loginBackoffs),
    )
    for (const { client } of accounts) client.clearRetryAfter?.()
    for (const { collector } of before.filter((watched) => !accounts.includes(watched))) collector.stop()
    for (const { collector } of accounts.filter((watched) => !before.includes(watched))) collector.start()
  }

  change(settings)
  return {
    accounts: () => accounts,
    change,
    scrape: async (waitMs) => {
      const end = systemClock.now() + waitMs
      const shown = new Map<Watched, ReadonlyArray<Family>>()
      // The settings may change while a scrape waits: it waits for new accounts, too.
      for (;;) {
        const begun = accounts.filter((watched) => !shown.has(watched))
        if (begun.length === 0) return accounts.flatMap((watched) => shown.get(watched) ?? [])
        const leftMs = Math.max(0, end - systemClock.now())
        const read = async (watched: Watched) => shown.set(watched, await watched.collector.scrape(leftMs))
        await Promise.all(begun.map(read))
      }
    },
    isAtScrape: () => current.collect.intervalMs === 0,
    maxAgeSeconds: () => current.collect.maxAgeMs / 1000,
    stop: () => {
      for (const { collector } of accounts) collector.stop()
    },
  }
}

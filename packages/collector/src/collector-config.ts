import { type AlaudaTaskClient, type Clock, type Period, periods } from '@alauda-exporter/alauda-client'
import { assertOptions, type Check, checks, namePattern } from '@alauda-exporter/alauda-client/options'
import { builtInMetrics } from './families/families.js'
import { expecting, type FamiliesOptions, familiesChecks, matches } from './families/options.js'
import type { Family } from './family.js'
import type { Logger } from './log-collections.js'
import type { Service } from './model.js'
import type { Snapshot } from './snapshot.js'
import type { AlaudaCalls } from './sources/cloud/calls.js'
import type { Source } from './sources/source.js'

/**
 * A client of either door, an object that has the calls of one that a collection makes, as Promises or as TaskEithers, or a
 * source of another kind.
 */
export type CollectorClient = (AlaudaCalls & Partial<Pick<AlaudaTaskClient, 'statistics'>>) | Source

/** What to collect and how often. Only `client` and `namespaces` are needed. */
export interface CollectorConfig extends Omit<FamiliesOptions, 'freshness'> {
  /** Reads the cloud. Its own statistics are exported too. */
  readonly client: CollectorClient
  /** Whose services: user names or organizations' names. */
  readonly namespaces: ReadonlyArray<string>
  /**
   * From the start of one collection to the start of the next, in milliseconds; 0 for a collection at each scrape, which
   * scrapes at the same time share. Default: 60 000.
   */
  readonly intervalMs?: number | undefined
  /** How long one collection may take, in milliseconds. Default: the interval, or 60 000 without one. */
  readonly timeoutMs?: number | undefined
  /** How far back to look for an instance's newest point, in milliseconds. Default: 300 000. */
  readonly windowMs?: number | undefined
  /** How far apart the points are that the API is asked for. Default: `1m`. */
  readonly period?: Period | undefined
  /**
   * How long what is known is shown, in milliseconds: a value from when it was measured, a service from when it was last
   * listed. Default: {@link defaultMaxAgeMs}.
   */
  readonly maxAgeMs?: number | undefined
  /**
   * Which services to watch; no calls are made for others. A service for which it throws, or gives a promise, is watched, with
   * a process warning. Default: all.
   */
  readonly filter?: ((service: Service) => boolean) | undefined
  /** Maximum number of instances of a namespace. Default: 50 000. */
  readonly maxInstances?: number | undefined
  /**
   * How long a name, or another value that becomes a label, may be, in UTF-16 code units; what has a longer one is left out.
   * Default: 1024.
   */
  readonly maxNameLength?: number | undefined
  /** Where the time comes from. Default: the machine's own. */
  readonly clock?: Clock | undefined
  /** The last snapshots of another collector of the same namespaces, to continue from. Default: none. */
  readonly initialSnapshots?: ReadonlyArray<Snapshot> | undefined
  /** From 0 to 1, for the part of the interval at which collections begin. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
  /**
   * Prepares pages of a collection before it is shown, when there is an interval: scrapes get those of the one before until this
   * is done, for at most five seconds. `tables` makes the built-in metrics as the next scrape will get them. What it throws, or
   * rejects with, becomes a process warning. Default: pages are made when they are asked for.
   */
  readonly prepare?: ((tables: () => Promise<ReadonlyArray<Family>>) => Promise<unknown>) | undefined
  /** Receives each collection's result, and the one before it. If it throws or rejects, the process emits a warning. */
  readonly onCollected?: ((snapshot: Snapshot, previous: Snapshot | undefined) => void) | undefined
  /** Logs each collection on level debug, and changes on higher levels. Default: no log. */
  readonly logger?: Logger | undefined
  /** Stops the collector when it fires. */
  readonly signal?: AbortSignal | undefined
}

export const defaultWindowMs = 300_000

/**
 * How long what is known is shown unless `maxAgeMs` says otherwise: as long as Prometheus itself looks back (5 minutes), or the
 * window, or twice the interval, whichever is longest. All in milliseconds.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { defaultMaxAgeMs } from '@alauda-exporter/collector'
 *
 * assert.equal(defaultMaxAgeMs(60_000), 300_000)
 * assert.equal(defaultMaxAgeMs(600_000), 1_200_000)
 * ```
 */
export const defaultMaxAgeMs = (intervalMs: number, windowMs = defaultWindowMs): number =>
  Math.max(300_000, windowMs, 2 * intervalMs)

/**
 * How long one collection may take unless `timeoutMs` says otherwise: the interval, or a minute without one. Both in
 * milliseconds.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { defaultTimeoutMs } from '@alauda-exporter/collector'
 *
 * assert.equal(defaultTimeoutMs(30_000), 30_000)
 * assert.equal(defaultTimeoutMs(0), 60_000)
 * ```
 */
export const defaultTimeoutMs = (intervalMs: number): number => (intervalMs === 0 ? 60_000 : intervalMs)

const clientCheck: Check = (path, value) =>
  typeof value === 'object' && value !== null && 'collect' in value
    ? checks.methods('collect')(path, value)
    : checks.methods('listServices', 'getService', 'listInstances', 'getInstanceMetrics')(path, value)

const nameRule = '1 to 1024 characters, no line breaks or other control characters, no spaces around them, not . or ..'

const namespaceCheck = expecting(`the name of a user or an organization: ${nameRule}`, matches(namePattern))

const namespacesCheck: Check = (path, value) =>
  Array.isArray(value) && value.length === 0
    ? [`${path}: an empty array given, expected at least one namespace`]
    : checks.listOf(namespaceCheck)(path, value)

const snapshotCheck: Check = (path, value) =>
  typeof value === 'object' && value !== null && 'namespace' in value && 'services' in value
    ? []
    : [`${path}: expected a snapshot of another collector`]

/** A logger as pino's, Fastify's and `console` are. */
export const loggerCheck = checks.methods('debug', 'info', 'warn', 'error')

/** The checks of a collector's options; those of the families depend on each other. */
export const collectorChecks = (config: FamiliesOptions) =>
  ({
    client: checks.required(clientCheck),
    namespaces: checks.required(namespacesCheck),
    intervalMs: checks.timerMs(0),
    timeoutMs: checks.timerMs(1),
    windowMs: checks.number(1, Number.MAX_SAFE_INTEGER),
    period: checks.oneOf(periods),
    maxAgeMs: checks.number(0, Number.MAX_SAFE_INTEGER),
    filter: checks.fn,
    maxInstances: checks.number(0, Number.MAX_SAFE_INTEGER),
    maxNameLength: checks.number(1, Number.MAX_SAFE_INTEGER),
    clock: checks.methods('now', 'setTimeout'),
    initialSnapshots: checks.listOf(snapshotCheck),
    random: checks.fn,
    prepare: checks.fn,
    onCollected: checks.fn,
    logger: loggerCheck,
    signal: checks.signal,
    ...familiesChecks(builtInMetrics, config),
  }) satisfies Record<keyof CollectorConfig, Check>

/** @throws TypeError that names each option that cannot work. */
export const assertCollectorConfig = (config: CollectorConfig): void =>
  assertOptions(collectorChecks(config), config, 'config')

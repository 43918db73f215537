import { known } from '@alauda-exporter/alauda-client/options'
import type { Instance, Point, Service } from './model.js'

/** The result of one collection of one namespace: immutable plain data; times are seconds since the epoch. */
export interface Snapshot {
  /** Whose services: a user's or an organization's name. */
  readonly namespace: string
  /** When the collection began, in seconds since the epoch. */
  readonly startTime: number
  /** How long it has taken, to its end or until now. */
  readonly durationSeconds: number
  /** From the start of one collection to the start of the next, in seconds; absent when there is one at each scrape. */
  readonly intervalSeconds?: number
  /** When the whole service list was last read, in seconds since the epoch; absent when it never was. */
  readonly lastSuccessTime?: number
  /** Why the service list could not be read whole; absent when it could. */
  readonly failure?: Failure
  /** In the order of their names. No two have the same labels. */
  readonly services: ReadonlyArray<ServiceReading>
  /** Number of services left out because a newer one has the same labels. */
  readonly duplicates: number
  /** How many objects were left out because of a bound: absent for a bound that left none out. */
  readonly leftOut: Readonly<Partial<Record<CollectionBound, number>>>
  /** How many values were left out because they cannot be what the API calls them, by the names of their fields. */
  readonly unreadableValues: Readonly<Record<string, number>>
  /** How many points of metrics were left out because their time has not come. */
  readonly futurePoints: number
  /** Which ways to the source's data answered, by name; absent for a source that has a single one. */
  readonly doors?: Readonly<Record<string, boolean>>
  /** How many collections could not read the whole list, by reason, since the collector was made. */
  readonly failures: Readonly<Partial<Record<FailureReason, number>>>
}

/**
 * What leaves an object out of a collection. `instances`: there are more than `maxInstances`. `name-length`: a name or another
 * value that becomes a label is longer than `maxNameLength`.
 */
export type CollectionBound = 'instances' | 'name-length'
export const collectionBounds = ['instances', 'name-length'] as const satisfies ReadonlyArray<CollectionBound>

/**
 * Why a collection could not read the whole list of services. `auth`: the login or its token was refused. `timeout`: no answer in
 * time. `network`: no connection. `throttled`: HTTP status 429. `server`: another HTTP status that is an error. `decode`: an
 * answer that is not as the API has it, or a list from which services are missing. `limit`: an answer or a list beyond a bound.
 */
export type FailureReason = 'auth' | 'timeout' | 'network' | 'throttled' | 'server' | 'decode' | 'limit'
export const failureReasons = [
  'auth',
  'timeout',
  'network',
  'throttled',
  'server',
  'decode',
  'limit',
] as const satisfies ReadonlyArray<FailureReason>

/** What is known of one service. */
export interface ServiceReading {
  /** The service as it was listed. */
  readonly service: Service
  /** When it was listed, as it is here, in seconds since the epoch. */
  readonly listedTime: number
  /** In the order of their names. No two have the same name. */
  readonly instances: ReadonlyArray<InstanceReading>
  /** Number of instances left out because a newer one has the same name, as during a redeployment. */
  readonly duplicates: number
  /** Why its instances are not known; absent when they are. */
  readonly instancesFailure?: Failure
}

/**
 * What is known of one instance. What its `outcome` means:
 *
 * - `ok`: its values were read.
 * - `empty`: the cloud has no values for it. It has only just started, or they come late.
 * - `gone`: it was listed, but had ended when its metrics were asked for.
 * - `failed`: its values could not be read. `failure` says why, and `point` has those that are known from before.
 */
export type InstanceReading = {
  /** The instance as it was listed. */
  readonly instance: Instance
} & (
  | ({
      /** Its values were read. */
      readonly outcome: 'ok'
    } & Measured)
  | ({
      /** There are no values of it. */
      readonly outcome: 'empty' | 'gone'
    } & NotShown)
  | ({
      /** Its values could not be read. */
      readonly outcome: 'failed'
      /** Why they could not. */
      readonly failure: Failure
    } & (Measured | NotShown))
)

/**
 * What was known before is not shown any more; but a point older than that is not shown after it.
 *
 * @inline
 */
interface NotShown {
  /** Nothing to be shown. */
  readonly point?: undefined
  /** The newest values that were known. */
  readonly before?: Measured
}

/** The newest values that are known of an instance. */
export interface Measured {
  /** The values. */
  readonly point: Point
  /**
   * From when its age counts, in seconds since the epoch, when not from its own time: the cloud gave it though it is older than what was asked for, so
   * that it has another idea of the time.
   */
  readonly ageFrom?: number
}

/** What came of reading an instance's values: see {@link InstanceReading}. */
export type Outcome = InstanceReading['outcome']
export const outcomes = ['ok', 'empty', 'gone', 'failed'] as const satisfies ReadonlyArray<Outcome>

/**
 * The services of a snapshot. Read it with this and the next, not by its fields: how it stores them may change.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, servicesIn } from '@alauda-exporter/collector'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const snapshots = await createCollector({ client, namespaces: ['demo'] }).collect()
 * assert.ok(snapshots.flatMap(servicesIn).some(({ service }) => service.name === 'kibana'))
 * ```
 */
export const servicesIn = ({ services }: Snapshot): ReadonlyArray<ServiceReading> => services

/**
 * How many services and instances were left out because a newer one has the same labels.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, duplicatesIn } from '@alauda-exporter/collector'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const snapshots = await createCollector({ client, namespaces: ['demo'] }).collect()
 * assert.deepEqual(snapshots.map(duplicatesIn), [0])
 * ```
 */
export const duplicatesIn = ({ services, duplicates }: Snapshot): number =>
  services.reduce((sum, service) => sum + service.duplicates, duplicates)

/** The snapshot with other services. */
export const withServices = (snapshot: Snapshot, services: ReadonlyArray<ServiceReading>): Snapshot => ({
  ...snapshot,
  services,
})

/** The newest values that are known of an instance and may be shown. */
export const lastPoint = ({ point }: InstanceReading): Point | undefined => point

/** The newest values that are known of an instance, shown or not. */
export const lastMeasured = (reading: InstanceReading | undefined): Measured | undefined => {
  if (reading === undefined) return undefined
  if (reading.point === undefined) return reading.before
  const { point, ageFrom } = reading
  return { point, ...known({ ageFrom }) }
}

/** Why something could not be read. */
export interface Failure {
  /** What happened, in one word: `HttpError`, `TimeoutError`, … An open list. */
  readonly kind: string
  /** What it is counted under. */
  readonly reason: FailureReason
  /** What happened, in one line. */
  readonly message: string
  /** The HTTP status, where there was one. */
  readonly status?: number | undefined
  /** What the source gave or threw. */
  readonly cause?: unknown
}

import type { AlaudaError, Instance, InstanceMetricsPoint, Service } from '@alauda-exporter/alauda-client'

/** All that one collection of one namespace saw. Plain data that nobody changes; times are seconds since the epoch. */
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
  /** In the order of their names. No two bear the same labels. */
  readonly services: ReadonlyArray<ServiceReading>
  /** How many services were left out because a newer one bears the same labels. */
  readonly duplicates: number
  /** How many objects were left out because of a bound: absent for a bound that left none out. */
  readonly leftOut: Readonly<Partial<Record<CollectionBound, number>>>
  /** How many values were left out because they cannot be what the API calls them, by the names of their fields. */
  readonly unreadable: Readonly<Record<string, number>>
  /** How many points of metrics were left out because their time has not come. */
  readonly futurePoints: number
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
  /** The service as the API told it. */
  readonly service: Service
  /** When it was listed, as it is here, in seconds since the epoch. */
  readonly listedTime: number
  /** In the order of their names. No two bear the same name. */
  readonly instances: ReadonlyArray<InstanceReading>
  /** How many instances were left out because a newer one bears the same name, as during a redeploy. */
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
  /** The instance as the API told it. */
  readonly instance: Instance
} & (
  | ({
      /** Its values were read. */
      readonly outcome: 'ok'
    } & Measured)
  | ({
      /** The cloud has no values for it. */
      readonly outcome: 'empty'
    } & NotShown)
  | ({
      /** It had ended. */
      readonly outcome: 'gone'
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
  /** In the API's own units. */
  readonly point: InstanceMetricsPoint
  /**
   * From when its age counts, in seconds since the epoch, when not from its own time: the cloud gave it though it is older than what was asked for, so
   * that it has another idea of the time.
   */
  readonly ageFrom?: number
}

/** What came of reading an instance's values: see {@link InstanceReading}. */
export type Outcome = InstanceReading['outcome']
export const outcomes = ['ok', 'empty', 'gone', 'failed'] as const satisfies ReadonlyArray<Outcome>

/** The newest values that are known of an instance and may be shown. */
export const lastPoint = ({ point }: InstanceReading): InstanceMetricsPoint | undefined => point

/** The newest values that are known of an instance, shown or not. */
export const lastMeasured = (reading: InstanceReading | undefined): Measured | undefined => {
  if (reading === undefined) return undefined
  if (reading.point === undefined) return reading.before
  const { point, ageFrom } = reading
  return ageFrom === undefined ? { point } : { point, ageFrom }
}

/** What can fail in a collection: a call of the API, or the source itself, which should not throw. */
export type Failure = AlaudaError | UnusablePointsError | UnexpectedError | UnfinishedError

/** Points of metrics came, but none that can be shown: their values cannot be read, or their time has not come. */
export interface UnusablePointsError {
  /** Tells this failure from the others. */
  readonly _tag: 'UnusablePointsError'
  /** What is wrong with them, in one line. */
  readonly message: string
}

/** The source threw, or did not heed the end of the collection's time. */
export interface UnexpectedError {
  /** Tells this failure from the others. */
  readonly _tag: 'UnexpectedError'
  /** What happened, in one line. */
  readonly message: string
  /** What the source threw, or the reason why the collection ended. */
  readonly cause: unknown
}

/** The collection is still under way, and this part of it is not done. */
export interface UnfinishedError {
  /** Tells this failure from the others. */
  readonly _tag: 'UnfinishedError'
  /** What is not done, in one line. */
  readonly message: string
}

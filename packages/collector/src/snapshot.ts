import type { AlaudaError, Instance, InstanceMetricsPoint, Service } from '@alauda-exporter/alauda-client'

/** All that one collection of one namespace saw. Plain data that nobody changes; times are seconds since the epoch. */
export interface Snapshot {
  readonly namespace: string
  readonly startTime: number
  readonly durationSeconds: number
  /** From the start of one collection to the start of the next; absent when there is one at each scrape. */
  readonly intervalSeconds?: number
  /** When the whole service list was last read; absent when it never was. */
  readonly lastSuccessTime?: number
  /** Why the service list could not be read whole; absent when it could. */
  readonly failure?: Failure
  /** In the order of their names. No two bear the same labels. */
  readonly services: ReadonlyArray<ServiceReading>
  /** How many services were left out because a newer one bears the same labels. */
  readonly duplicates: number
  /** How many instances were left out because there are more than allowed. */
  readonly leftOut: number
}

/** What is known of one service. */
export interface ServiceReading {
  readonly service: Service
  /** When it was listed, as it is here. */
  readonly listedTime: number
  /** In the order of their names. No two bear the same name. */
  readonly instances: ReadonlyArray<InstanceReading>
  /** How many instances were left out because a newer one bears the same name, as during a redeploy. */
  readonly duplicates: number
  /** Why its instances are not known; absent when they are. */
  readonly instancesFailure?: Failure
}

/** What is known of one instance. */
export type InstanceReading = { readonly instance: Instance } & (
  | ({ readonly outcome: 'ok' } & Measured)
  /** The cloud has no values for it: it has only just started, or they come late. */
  | ({ readonly outcome: 'empty' } & NotShown)
  /** It was listed, but had ended when its metrics were asked for. */
  | ({ readonly outcome: 'gone' } & NotShown)
  /** Its values could not be read; `point` has those that are known from before. */
  | ({ readonly outcome: 'failed'; readonly failure: Failure } & (Measured | NotShown))
)

/** What was known before is not shown any more; but a point older than that is not shown after it. */
interface NotShown {
  readonly point?: undefined
  readonly before?: Measured
}

/** The newest values that are known of an instance. */
export interface Measured {
  readonly point: InstanceMetricsPoint
  /**
   * From when its age counts, when not from its own time: the cloud gave it though it is older than what was asked for, so
   * that it has another idea of the time.
   */
  readonly ageFrom?: number
}

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
export type Failure = AlaudaError | UnexpectedError | UnfinishedError

/** The source threw, or did not heed the end of the collection's time. */
export interface UnexpectedError {
  readonly _tag: 'UnexpectedError'
  readonly message: string
  readonly cause: unknown
}

/** The collection is still under way, and this part of it is not done. */
export interface UnfinishedError {
  readonly _tag: 'UnfinishedError'
  readonly message: string
}

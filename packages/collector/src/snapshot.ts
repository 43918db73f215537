import type { AlaudaError, Instance, InstanceMetricsPoint, Service } from '@alauda-exporter/alauda-client'

/** All that one collection of one namespace saw. Plain data that nobody changes; times are seconds since the epoch. */
export interface Snapshot {
  readonly namespace: string
  readonly startTime: number
  readonly durationSeconds: number
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
  | { readonly outcome: 'ok'; readonly point: InstanceMetricsPoint }
  /** The cloud has no values for it: it has only just started, or the window closed too early. */
  | { readonly outcome: 'empty' }
  /** It was listed, but had ended when its metrics were asked for. */
  | { readonly outcome: 'gone' }
  /** Its values could not be read; `point` has those that are known from before. */
  | { readonly outcome: 'failed'; readonly failure: Failure; readonly point?: InstanceMetricsPoint }
)

export type Outcome = InstanceReading['outcome']
export const outcomes = ['ok', 'empty', 'gone', 'failed'] as const satisfies ReadonlyArray<Outcome>

/** The newest values that are known of an instance. */
export const lastPoint = (reading: InstanceReading | undefined): InstanceMetricsPoint | undefined =>
  reading?.outcome === 'ok' || reading?.outcome === 'failed' ? reading.point : undefined

/** What can fail in a collection: a call of the API, or the source itself, which should not throw. */
export type Failure = AlaudaError | UnexpectedError

/** The source threw, or did not heed the end of the collection's time. */
export interface UnexpectedError {
  readonly _tag: 'UnexpectedError'
  readonly message: string
  readonly cause: unknown
}

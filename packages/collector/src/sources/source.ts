import type { ClientStatistics, Clock } from '@alauda-exporter/alauda-client'
import type { Service } from '../model.js'
import type { Failure, Snapshot } from '../snapshot.js'

/** Where services and their metrics come from. */
export interface Source {
  /** Begins to collect a namespace. What it rejects with, or throws, counts as a failure of the list of services. */
  readonly collect: (options: CollectOptions) => Collection
  /** What is known of its calls. */
  readonly statistics?: (() => ClientStatistics | undefined) | undefined
}

/** What to collect, within which bounds. */
export interface CollectOptions {
  /** The namespace to read. */
  readonly namespace: string
  /** Which services to read. */
  readonly filter: (service: Service) => boolean
  /** Maximum number of instances to read; the rest is left out. */
  readonly maxInstances: number
  /** Maximum length of names and other label values, in UTF-16 code units; an object with a longer one is left out. */
  readonly maxNameLength: number
  /** Keys of the service labels that are shown. */
  readonly labelKeys: ReadonlyArray<string>
  /** How long an earlier result is kept when it cannot be read again, in seconds. */
  readonly maxAgeSeconds: number
  /** What time it is, and timers. */
  readonly clock: Clock
  /** Ends the collection, which then resolves soon with what it has. */
  readonly signal: AbortSignal
  /** The same namespace's last snapshot. */
  readonly previous?: Snapshot | undefined
}

/** A collection under way. */
export interface Collection {
  /** The result. */
  readonly done: Promise<Seen>
  /** What has been read until now. */
  readonly soFar: () => Seen
}

/** What a source has read of a namespace. No two services have the same labels, and no two instances of one the same name. */
export interface Seen
  extends Pick<Snapshot, 'services'>,
    Partial<Pick<Snapshot, 'duplicates' | 'leftOut' | 'unreadableValues' | 'futurePoints' | 'doors'>> {
  /** When the whole list of services was read, in seconds since the epoch; absent while it is not. */
  readonly readTime?: number | undefined
  /** Why the list of services could not be read. */
  readonly failure?: Failure | undefined
}

export const unfinished: Failure = {
  kind: 'UnfinishedError',
  reason: 'timeout',
  message: 'the collection is still under way',
}

/** For what a source threw, or the reason why its collection ended. */
export const brokeOff = (cause: unknown): Failure => ({
  kind: 'UnexpectedError',
  reason: hasEnded(cause) ? 'timeout' : 'decode',
  message: `the collection failed: ${cause instanceof Error ? cause.message : 'unknown reason'}`,
  cause,
})

const hasEnded = (cause: unknown): boolean =>
  cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError')

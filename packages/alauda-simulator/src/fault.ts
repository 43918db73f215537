import type { Endpoint } from './routes.js'

/** Which calls a fault befalls: those for which all that is given holds. Without any of it, every call. */
export interface FaultSelector {
  /** What the call asks for; `listServices` is the list with its pages. */
  readonly endpoint?: Endpoint
  /** The service that the call names, by name or uuid; with a duplicate, the service that is doubled. */
  readonly service?: string
  /** The instance that the call names, by name or uuid; with a duplicate, the instance that is doubled. */
  readonly instance?: string
  /** A page of the list, from 1. */
  readonly page?: number
  /** This part of the calls, from 0 to 1: which of them is drawn by `seed` and the call's number, so it can be repeated. */
  readonly share?: number
  /** Another number draws other calls, and other heavy-tailed delays; 0 unless given. */
  readonly seed?: number
  /** From this time on, in seconds since the epoch, by the simulator's clock. */
  readonly from?: number
  /** Until just before this time, in seconds since the epoch. */
  readonly until?: number
  /** At most so many calls. */
  readonly times?: number
}

/** @inline */
interface Delay {
  /** The answer takes `ms` milliseconds longer. */
  readonly kind: 'delay'
  /** In milliseconds. */
  readonly ms: number
}

/** @inline */
interface HeavyTailedDelay {
  /** Half of the answers take longer than `medianMs`, few much longer: a Pareto tail, bounded. */
  readonly kind: 'heavy-tailed-delay'
  /** In milliseconds. */
  readonly medianMs: number
  /** The longest delay, in milliseconds: 60 000 unless given. */
  readonly maxMs?: number
  /** Pareto's alpha, 1.5 unless given: the smaller, the heavier the tail. */
  readonly tail?: number
}

/** @inline */
interface Hang {
  /** The call is taken, and never answered. */
  readonly kind: 'hang'
}

/** @inline */
interface Reset {
  /** The connection breaks when half of the body is sent. */
  readonly kind: 'reset'
  /** The body is sent in chunks, instead of with its length told before. */
  readonly chunked?: boolean
}

/** @inline */
interface TruncatedJson {
  /** HTTP is as it should be, but the JSON in it ends half-way. */
  readonly kind: 'truncated-json'
}

/** @inline */
interface HtmlPage {
  /** A proxy's page instead of the API's answer. */
  readonly kind: 'html-page'
  /** 502 unless given; 200 is what captive portals and login pages send. */
  readonly status?: number
}

/** @inline */
interface OtherAnswer {
  /** This answer in place of the API's: a refusal in the shape of a success, a locked account, a dump, anything. */
  readonly kind: 'answer'
  /** 200 unless given. */
  readonly status?: number
  /** The body, as text. Empty unless given. */
  readonly text?: string
  /** `application/json` unless given. */
  readonly contentType?: string
}

/** @inline */
interface Padded {
  /** Spaces after the body, which stays valid JSON, until it has `bytes` bytes. */
  readonly kind: 'padded'
  /** Without a limit unless given: the answer goes on until the client ends the connection. */
  readonly bytes?: number
  /** The body is compressed, if the client accepts that: a few kilobytes become gigabytes. */
  readonly gzip?: boolean
}

/** @inline */
interface ServerError {
  /** 500. */
  readonly kind: 'server-error'
}

/** @inline */
interface ComeBackLater {
  /** 429 or 503, with or without the time to wait. */
  readonly kind: 'too-many-requests' | 'unavailable'
  /** Seconds, for the header `Retry-After`, which is absent unless this is given. */
  readonly retryAfter?: number
  /** As a number of seconds, unless `date` is given. */
  readonly retryAfterAs?: 'seconds' | 'date'
}

/** @inline */
interface TokenRevoked {
  /**
   * Tokens issued before `from` are refused with 401; without `from`, those issued before the fault was set. The next login
   * gives one that works. When the fault is over, the old ones work again.
   */
  readonly kind: 'token-revoked'
}

/** @inline */
interface Forbidden {
  /** 403. */
  readonly kind: 'forbidden'
}

/** @inline */
interface LoginRefused {
  /** The login is refused as if the password were wrong. */
  readonly kind: 'login-refused'
}

/** @inline */
interface EmptyBody {
  /** The status that the call deserves, and no body. */
  readonly kind: 'empty-body'
}

/** @inline */
interface NoPoints {
  /** Metrics without a single point. */
  readonly kind: 'no-points'
}

/** @inline */
interface NullValues {
  /** Metrics whose points have null for every value but the time. */
  readonly kind: 'null-values'
  /** Only these columns are null. */
  readonly columns?: ReadonlyArray<string>
}

/** @inline */
interface ReplacedValues {
  /** Metrics with this in place of each value of the columns: text, a negative number, a time in milliseconds. */
  readonly kind: 'replaced-values'
  /** Which columns; `time` among them. */
  readonly columns: ReadonlyArray<string>
  /** Any JSON. */
  readonly value: unknown
  /** Only in the newest point. */
  readonly newest?: boolean
}

/** @inline */
interface WrongCount {
  /** The list says that it has so many services, whatever it has. */
  readonly kind: 'wrong-count'
  /** What it says. */
  readonly count: number
}

/** @inline */
interface RepeatedPage {
  /** Every page of the list is the first one, as from a cache that ignores the query. */
  readonly kind: 'repeated-page'
}

/** @inline */
interface LatePoints {
  /** Metrics are stored late: the points of the last `seconds` seconds are missing. */
  readonly kind: 'late-points'
  /** How late. */
  readonly seconds: number
}

/** @inline */
interface InstanceGone {
  /** 404 for an instance that the list has. */
  readonly kind: 'instance-gone'
}

/** @inline */
interface Churn {
  /**
   * Services are deleted and created after the first page of a list was read and before the next one is. They stay deleted
   * and created: it happens once.
   */
  readonly kind: 'churn'
  /** Names or uuids. One from the first page moves all that follow it, so that a reader misses a service. */
  readonly deletes?: ReadonlyArray<string>
  /** Names. New services come at the list's end. */
  readonly creates?: ReadonlyArray<string>
}

/** @inline */
interface Duplicate {
  /**
   * Beside each selected service (or instance) there is another of the same name with another uuid. Both can be asked for by
   * uuid; the name alone stands for the original. Its metrics are the original's with 1 added to each value, to be told apart.
   */
  readonly kind: 'duplicate-service' | 'duplicate-instance'
  /** How many seconds after the original it started; below 0, before it. */
  readonly startedAfter: number
}

/** @inline */
interface WrongClock {
  /** The cloud's clock is `seconds` ahead, below 0 behind: in what it takes a window for, in the times of points and log lines, and in `Date`. */
  readonly kind: 'wrong-clock'
  /** How far ahead. */
  readonly seconds: number
}

/** @inline */
interface Gzip {
  /** The body is compressed, when the client accepts that. */
  readonly kind: 'gzip'
  /** And sent in chunks, as proxies do. */
  readonly chunked?: boolean
}

/** @inline */
interface Chunked {
  /** The body is sent in chunks, its length not told before. */
  readonly kind: 'chunked'
}

/** @inline */
interface Redirect {
  /** The call is sent to another host. */
  readonly kind: 'redirect'
  /** The other base URL, `http://other.example/v1/`: what follows `/v1/` stays. */
  readonly to: string
  /** 302 unless given. */
  readonly status?: 301 | 302 | 303 | 307 | 308
}

/** @inline */
interface Quota {
  /** Of each token's calls only so many are answered in any 60 seconds; the others get 429 with `Retry-After`. */
  readonly kind: 'quota'
  /** For each token. */
  readonly callsPerMinute: number
}

/** Those that only take time: all that strike one call add up. */
export type DelayFault = FaultSelector & (Delay | HeavyTailedDelay)

/** Those about what there is in the cloud, not about how a call is answered: all that strike one call hold. */
export type ContentsFault = FaultSelector & (Churn | Duplicate)

/** Those about how a call is answered: the first in the list that strikes it counts. */
export type AnswerFault = FaultSelector &
  (
    | Hang
    | Reset
    | TruncatedJson
    | HtmlPage
    | OtherAnswer
    | Padded
    | ServerError
    | ComeBackLater
    | TokenRevoked
    | Forbidden
    | LoginRefused
    | EmptyBody
    | NoPoints
    | NullValues
    | ReplacedValues
    | WrongCount
    | RepeatedPage
    | LatePoints
    | InstanceGone
    | WrongClock
    | Gzip
    | Chunked
    | Redirect
  )

/**
 * Something that can go wrong, and for which calls: plain data, the same in TypeScript and in JSON.
 *
 * When several strike one call, delays add up; `churn` and duplicates all hold; of all others the first in the list counts.
 * A fault strikes only calls of its kind: `login-refused` logins, `no-points`, `null-values`, `replaced-values` and `late-points`
 * metrics, `instance-gone` calls that name an instance, `token-revoked` and `quota` all but logins, `wrong-count` and
 * `repeated-page` the list, `churn` its later pages.
 * A `quota` strikes what is beyond it.
 *
 * @example
 * ```ts
 * import { type Fault, startSimulator } from '@alauda-exporter/alauda-simulator'
 *
 * const pageFails: Fault = { kind: 'server-error', endpoint: 'listServices', page: 2 }
 * const flaky: Fault = { kind: 'reset', endpoint: 'getInstanceMetrics', service: 'kibana', share: 0.1 }
 * const outage: Fault = { kind: 'html-page', status: 503, from: 1_800_000_000, until: 1_800_000_180 }
 *
 * const cloud = await startSimulator({ faults: [pageFails, flaky, outage] })
 * await cloud.close()
 * ```
 */
export type Fault = DelayFault | ContentsFault | AnswerFault | (FaultSelector & Quota)

/** What goes wrong: see {@link Fault}. */
export type FaultKind = Fault['kind']

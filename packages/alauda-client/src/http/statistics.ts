import type { Clock } from '../clock.js'
import type { Endpoint } from '../cloud/endpoints.js'

/**
 * What a client has done since it was made. Only `requestsInFlight` and `requestsWaiting` ever go down. An endpoint has rows
 * from its first request or retry on; rows are in the order of their endpoints, then codes. Times are by the client's `clock`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type ClientStatistics, createAlaudaClient } from '@alauda-exporter/alauda-client'
 *
 * const client = createAlaudaClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * await client.profile()
 * await client.profile()
 * const { requests, logins }: ClientStatistics = client.statistics()
 * assert.equal(logins, 1)
 * assert.deepEqual(requests, [
 *   { endpoint: 'login', code: '200', count: 1 },
 *   { endpoint: 'profile', code: '200', count: 2 },
 * ])
 * ```
 */
export interface ClientStatistics {
  /**
   * HTTP requests that are over. `code` is the status of the answer, `200` also when its body was not as it should be, or why
   * there is none: `timeout`, `network` or `aborted`. The redirects that a request follows belong to it.
   */
  readonly requests: ReadonlyArray<{ readonly endpoint: Endpoint; readonly code: string; readonly count: number }>
  /**
   * Durations from sending to the last byte of the answer. Buckets are cumulative: each counts the requests that took `upToSeconds` or
   * less; `count` is all of them. Requests that timed out count, aborted ones do not, because their duration is unknown.
   */
  readonly durations: ReadonlyArray<{
    readonly endpoint: Endpoint
    readonly buckets: ReadonlyArray<{ readonly upToSeconds: number; readonly count: number }>
    readonly sumSeconds: number
    readonly count: number
  }>
  /** Calls made again after a failure that may pass. */
  readonly retries: ReadonlyArray<{ readonly endpoint: Endpoint; readonly count: number }>
  /** Logins that gave a token. */
  readonly logins: number
  /**
   * Tries to log in that gave none: refused, no usable answer, or a password that cannot be read. Not those that were given
   * up, and not those that were never made, because that password had been refused just before.
   */
  readonly loginFailures: number
  /** Requests sent and not answered yet. */
  readonly requestsInFlight: number
  /** Calls that wait for their turn: for others to end, for the pace, or because the API asks to (Retry-After). */
  readonly requestsWaiting: number
  /** How long calls have waited for their turn, those included that gave up. A wait is added when it ends. */
  readonly waitSeconds: number
}

const bucketBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const noCounts = () => ({
  codes: new Map<string, number>(),
  buckets: bucketBounds.map((upToSeconds) => ({ upToSeconds, count: 0 })),
  timed: 0,
  // Whole milliseconds add up without the errors that fractions of seconds gather.
  sumMs: 0,
  retries: 0,
})
type EndpointCounts = ReturnType<typeof noCounts>

const addDuration = (counts: EndpointCounts, ms: number): void => {
  for (const bucket of counts.buckets) if (ms <= bucket.upToSeconds * 1000) bucket.count += 1
  counts.timed += 1
  counts.sumMs += ms
}

/** Records a client's work. */
export type Recorder = ReturnType<typeof createRecorder>

/**
 * Counts for one client.
 *
 * @example
 * const recorder = createRecorder(systemClock)
 * const answered = recorder.requestSent('profile')
 * answered('200')
 * recorder.statistics().requests // [{ endpoint: 'profile', code: '200', count: 1 }]
 */
export const createRecorder = (clock: Clock) => {
  const endpoints = new Map<Endpoint, EndpointCounts>()
  let logins = 0
  let loginFailures = 0
  let requestsInFlight = 0
  let requestsWaiting = 0
  let waitMs = 0

  const countsOf = (endpoint: Endpoint): EndpointCounts => {
    const counts = endpoints.get(endpoint) ?? noCounts()
    endpoints.set(endpoint, counts)
    return counts
  }

  // Clocks get set back, but sums must not shrink.
  const msSince = (since: number): number => Math.max(0, clock.now() - since)

  return {
    /** Records a request that is sent; call the returned function with its result. */
    requestSent: (endpoint: Endpoint) => {
      const counts = countsOf(endpoint)
      const since = clock.now()
      requestsInFlight += 1
      return (code: string) => {
        requestsInFlight -= 1
        counts.codes.set(code, (counts.codes.get(code) ?? 0) + 1)
        if (code !== 'aborted') addDuration(counts, msSince(since))
      }
    },
    retried: (endpoint: Endpoint) => {
      countsOf(endpoint).retries += 1
    },
    /** A call waits for its turn, from the time that this gives. */
    waitBegan: (): number => {
      requestsWaiting += 1
      return clock.now()
    },
    /** It has its turn, or has given up. */
    waitEnded: (since: number) => {
      requestsWaiting -= 1
      waitMs += msSince(since)
    },
    loggedIn: () => {
      logins += 1
    },
    loginFailed: () => {
      loginFailures += 1
    },
    statistics: (): ClientStatistics => {
      const rows = sorted(endpoints)
      return {
        requests: rows.flatMap(([endpoint, { codes }]) =>
          sorted(codes).map(([code, count]) => ({ endpoint, code, count })),
        ),
        durations: rows.map(([endpoint, { buckets, sumMs, timed }]) => ({
          endpoint,
          buckets: buckets.map((bucket) => ({ ...bucket })),
          sumSeconds: sumMs / 1000,
          count: timed,
        })),
        retries: rows.map(([endpoint, { retries }]) => ({ endpoint, count: retries })),
        logins,
        loginFailures,
        requestsInFlight,
        requestsWaiting,
        waitSeconds: waitMs / 1000,
      }
    },
  }
}

const sorted = <Name extends string, A>(byName: ReadonlyMap<Name, A>): ReadonlyArray<readonly [Name, A]> =>
  [...byName].sort(([a], [b]) => (a < b ? -1 : 1))

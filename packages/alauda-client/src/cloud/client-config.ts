import { types } from 'node:util'
import type { Clock } from '../clock.js'
import { warnOf } from '../http/thrown.js'
import type { FetchLike } from '../http/transport.js'
import type { CallOptions } from '../limits/call-deadline.js'
import { type Check, checks, shown } from '../options.js'
import { firstMilliseconds } from './codecs/scalars.js'
import type { Service } from './codecs/service.js'
import { type CredentialsSource, credentialsSourceCheck } from './credentials.js'
import { endpointCheck } from './endpoints.js'
import type { LoginBackoff } from './login-backoff.js'

/** How to reach the API. Only `credentials` is needed; both doors take the same. */
export interface AlaudaClientConfig {
  /**
   * Who is calling, or a function that gives it when it is needed. The first call logs in, and a call that is refused logs in
   * again, once.
   */
  readonly credentials: CredentialsSource
  /** The base URL of the API, `…/v1/`. Default: the public cloud `cn`. */
  readonly endpoint?: string | undefined
  /**
   * Maximum duration of one request, from sending it to the last byte of its answer, in milliseconds; the redirects that it
   * follows are part of it. A call may need several requests: see `callTimeoutMs`. Default: 10 000.
   */
  readonly timeoutMs?: number | undefined
  /**
   * Maximum duration of one call with all that belongs to it, in milliseconds: its turn, the login, every page, retries and
   * the pauses that the API asks for. 0 disables it. Default: 60 000.
   */
  readonly callTimeoutMs?: number | undefined
  /**
   * How large an answer may be after decompression, in bytes, at most 256 MiB: a call fails with a `LimitError` beyond
   * that. Default: 4 MiB.
   */
  readonly maxAnswerBytes?: number | undefined
  /** How many pages a list may have: a call fails with a `LimitError` beyond that. Default: 5 000. */
  readonly maxPages?: number | undefined
  /** How many services a list may have: a call fails with a `LimitError` beyond that. Default: 100 000. */
  readonly maxServices?: number | undefined
  /** How many calls may be under way at a time. Default: 32. */
  readonly maxConcurrency?: number | undefined
  /** How many calls may begin in a second; logins, which are rare, do not count. Default: 0, no limit. */
  readonly maxRequestsPerSecond?: number | undefined
  /** How often a call is made again that failed for a passing reason: no answer, 429 or 5xx. Default: 2. */
  readonly maxRetries?: number | undefined
  /** How clients of one user share the wait after a login that gave no token. Default: one for this client alone. */
  readonly loginBackoff?: LoginBackoff | undefined
  /** What to send requests with. Default: cross-fetch. */
  readonly fetch?: FetchLike | undefined
  /** Where timeouts and waits take their time from. Default: {@link systemClock}. */
  readonly clock?: Clock | undefined
  /** From 0 to 1, for the jitter between retries. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** What `listInstances` takes beside the service. */
export interface ListInstancesOptions extends CallOptions {
  /** Receives the places of unreadable instances, which are left out: `3` is the fourth one, which has no name or no uuid. */
  readonly onUnreadable?: ((places: ReadonlyArray<string>) => void) | undefined
}

/** What `listServices` takes beside the namespace. */
export interface ListServicesOptions extends CallOptions {
  /**
   * Receives each page's services as soon as they are known, each service once. If it throws or rejects, the process emits a
   * warning.
   */
  readonly onPage?: ((services: ReadonlyArray<Service>) => void) | undefined
  /**
   * Receives the places of unreadable objects, which are left out of the list: `results.3` is the fourth object of its page, which
   * has no name. The unreadable fields of a service are in its `unreadableFields`.
   */
  readonly onUnreadable?: ((places: ReadonlyArray<string>) => void) | undefined
}

/**
 * How far apart the points of metrics may be. Source: `point_per_period` on the API's page "Calls that monitoring needs".
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type Period, periods } from '@alauda-exporter/alauda-client'
 *
 * const isPeriod = (text: string): text is Period => periods.some((period) => period === text)
 * assert.equal(isPeriod('5m'), true)
 * assert.equal(isPeriod('2m'), false)
 * ```
 */
export const periods = ['1s', '1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '7d', '30d'] as const

/** One of {@link periods}. */
export type Period = (typeof periods)[number]

/** A moment: seconds since the epoch, or a `Date`. Milliseconds are rejected. */
export type Time = number | Date

/** A span of time that does not end before it starts. */
export interface Window {
  /** The API takes whole seconds, so this is rounded down. */
  readonly start: Time
  /** Rounded up. */
  readonly end: Time
}

/** What `getInstanceMetrics` needs: the span, and how far apart its points are to be. */
export interface MetricsOptions extends CallOptions, Window {
  /** How far apart the points are to be. */
  readonly period: Period
}

/** What `getServiceLogs` and `getInstanceLogs` need: the span, of the last 7 days. */
export interface LogOptions extends CallOptions, Window {}

type ChecksOf<Options> = Readonly<Record<keyof Options, Check>>

export const clientChecks: ChecksOf<AlaudaClientConfig> = {
  credentials: checks.required(credentialsSourceCheck),
  endpoint: endpointCheck,
  timeoutMs: checks.timerMs(1),
  callTimeoutMs: checks.timerMs(0),
  maxAnswerBytes: checks.number(1, 2 ** 28),
  maxPages: checks.wholeNumber(1),
  maxServices: checks.wholeNumber(1),
  maxConcurrency: checks.wholeNumber(1),
  maxRequestsPerSecond: checks.number(0, Number.MAX_SAFE_INTEGER),
  maxRetries: checks.wholeNumber(0),
  loginBackoff: checks.methods('failed', 'failedWith', 'succeeded'),
  fetch: checks.fn,
  clock: checks.methods('now', 'setTimeout'),
  random: checks.fn,
}

export const callChecks: ChecksOf<CallOptions> = { signal: checks.signal, timeoutMs: checks.timerMs(0) }
export const listInstancesChecks: ChecksOf<ListInstancesOptions> = { ...callChecks, onUnreadable: checks.fn }
export const listServicesChecks: ChecksOf<ListServicesOptions> = { ...listInstancesChecks, onPage: checks.fn }

const timeCheck = checks.required((path, value) => {
  const fault = (expected: string) => [`${path}: ${shown(value)} given, expected ${expected}`]
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? [`${path}: an invalid Date given`] : []
  if (typeof value !== 'number' || !Number.isFinite(value)) return fault('seconds since the epoch, or a Date')
  return Math.abs(value) >= firstMilliseconds ? fault('seconds since the epoch; these are milliseconds') : []
})

export const logChecks: ChecksOf<LogOptions> = { ...callChecks, start: timeCheck, end: timeCheck }
export const metricsChecks: ChecksOf<MetricsOptions> = { ...logChecks, period: checks.required(checks.oneOf(periods)) }

const secondsOf = (time: Time): number => (typeof time === 'number' ? time : time.getTime() / 1000)

/**
 * The query for a window, of which the API takes whole seconds.
 *
 * @throws TypeError when it ends before it starts.
 * @example
 * windowQuery({ start: 100.4, end: 400.4 }) // '?start_time=100&end_time=401'
 */
export const windowQuery = (window: Window): string => {
  const [start, end] = [secondsOf(window.start), secondsOf(window.end)]
  if (start > end) throw new TypeError(`start: ${start} given, expected a time that is not after end, ${end}`)
  return `?start_time=${Math.floor(start)}&end_time=${Math.ceil(end)}`
}

/**
 * A callback of the caller's that cannot harm: when it throws, or the promise that it gives rejects, that is a warning of the
 * process.
 *
 * @example
 * const onPage = guarded('onPage', async () => { throw new Error('oops') })
 * onPage() // (node:1) Error: oops
 */
export const guarded =
  <Args extends ReadonlyArray<unknown>>(name: string, callback: ((...args: Args) => unknown) | undefined) =>
  (...args: Args): void => {
    const call = async () => callback?.(...args)
    call().catch((reason: unknown) => warnOf(name, reason))
  }

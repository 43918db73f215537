import { types } from 'node:util'
import type { Clock } from '../clock.js'
import type { FetchLike } from '../http/transport.js'
import type { CallOptions } from '../limits/call-deadline.js'
import { assertOptions, type Check, checks, shown } from '../options.js'
import { cloudEndpoints, endpointFault } from './base-url.js'
import { firstMilliseconds } from './codecs/numeric.js'
import type { Service } from './codecs/service.js'
import { type CredentialsSource, credentialsSourceCheck } from './credentials.js'
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

/** What `listServices` takes beside the namespace. */
export interface ListServicesOptions extends CallOptions {
  /**
   * Receives each page's services as soon as they are known, each service once. If it throws or rejects, the process emits a
   * warning.
   */
  readonly onPage?: ((services: ReadonlyArray<Service>) => void) | undefined
  /**
   * Receives the places of unreadable objects, which are left out of the list: `results.3` is the fourth object of its page, which
   * has no name. The unreadable fields of a service are in its `unreadable`.
   */
  readonly onUnreadable?: ((places: ReadonlyArray<string>) => void) | undefined
}

/** What `listInstances` takes beside the service. */
export interface ListInstancesOptions extends CallOptions {
  /** Receives the places of unreadable instances, which are left out: `3` is the fourth one, which has no name or no uuid. */
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

const endpointCheck: Check = (path, value) => {
  if (value === undefined) return []
  if (typeof value !== 'string') return [`${path}: ${shown(value)} given, expected a URL like ${cloudEndpoints.cn}`]
  const fault = endpointFault(value)
  // Before an @ there may be a password, behind a ? a token.
  const quoted = /[@?#]/.test(value) ? '' : `${shown(value)} given, `
  return fault === undefined ? [] : [`${path}: ${quoted}${fault}`]
}

const clientChecks = {
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
} satisfies Record<keyof AlaudaClientConfig, Check>

/** @throws TypeError that names each option that cannot work. */
export const assertClientConfig = (config: AlaudaClientConfig): void => assertOptions(clientChecks, config, 'config')

const timeCheck: Check = (path, value) => {
  const fault = (expected: string) => [`${path}: ${shown(value)} given, expected ${expected}`]
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? [`${path}: an invalid Date given`] : []
  if (typeof value !== 'number' || !Number.isFinite(value)) return fault('seconds since the epoch, or a Date')
  return Math.abs(value) >= firstMilliseconds ? fault('seconds since the epoch; these are milliseconds') : []
}

const callChecks = { signal: checks.signal, timeoutMs: checks.timerMs(0) } satisfies Record<keyof CallOptions, Check>

const listServicesChecks = { ...callChecks, onPage: checks.fn, onUnreadable: checks.fn } satisfies Record<
  keyof ListServicesOptions,
  Check
>

const listInstancesChecks = { ...callChecks, onUnreadable: checks.fn } satisfies Record<
  keyof ListInstancesOptions,
  Check
>

const logChecks = {
  ...callChecks,
  start: checks.required(timeCheck),
  end: checks.required(timeCheck),
} satisfies Record<keyof LogOptions, Check>

const metricsChecks = { ...logChecks, period: checks.required(checks.oneOf(periods)) } satisfies Record<
  keyof MetricsOptions,
  Check
>

/** Each throws a TypeError that names each option of a call that cannot work. */
export const assertCallOptions = {
  any: (options: CallOptions) => assertOptions(callChecks, options),
  listServices: (options: ListServicesOptions) => assertOptions(listServicesChecks, options),
  listInstances: (options: ListInstancesOptions) => assertOptions(listInstancesChecks, options),
  metrics: (options: MetricsOptions) => {
    assertOptions(metricsChecks, options)
    assertOrder(options)
  },
  logs: (options: LogOptions) => {
    assertOptions(logChecks, options)
    assertOrder(options)
  },
} as const

const assertOrder = ({ start, end }: Window): void => {
  if (secondsOf(start) > secondsOf(end)) {
    throw new TypeError(`start: ${secondsOf(start)} given, expected a time that is not after end, ${secondsOf(end)}`)
  }
}

/** In seconds since the epoch. */
export const secondsOf = (time: Time): number => (typeof time === 'number' ? time : time.getTime() / 1000)

/**
 * A callback of the caller's that cannot harm: when it throws, or the promise that it gives rejects, that is a warning of the
 * process.
 *
 * @example
 * const onPage = guarded('onPage', async () => { throw new Error('oops') })
 * onPage() // (node:1) Error: oops
 */
export const guarded =
  <Args extends ReadonlyArray<unknown>>(name: string, callback: (...args: Args) => unknown) =>
  (...args: Args): void => {
    const warn = (reason: unknown): void =>
      process.emitWarning(reason instanceof Error ? reason : new Error(`${name} failed, and not with an Error`))
    try {
      Promise.resolve(callback(...args)).catch(warn)
    } catch (error) {
      warn(error)
    }
  }

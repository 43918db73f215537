import type { Period } from '@alauda-exporter/alauda-client'
import { defaultMaxAgeMs, defaultTimeoutMs } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { all } from './account.js'
import type { Checked, Fault } from './setting.js'
import type { Reader } from './sources.js'
import { table } from './table.js'

/** When to collect, and what. */
export interface CollectSettings {
  /** 0: at each scrape. */
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly windowMs: number
  readonly period: Period
  readonly maxAgeMs: number
  readonly maxInstances: number
  readonly includeServices?: RegExp
  readonly excludeServices?: RegExp
}

export const checkCollect = (reader: Reader): Checked<CollectSettings> =>
  pipe(
    all({
      timeoutMs: reader.optional(table.collectTimeout),
      ages: pipe(
        all({ intervalMs: reader.one(table.interval), maxAgeMs: reader.optional(table.maxAge) }),
        E.filterOrElse(
          ({ intervalMs, maxAgeMs = intervalMs }) => intervalMs === 0 || maxAgeMs >= intervalMs,
          (): ReadonlyArray<Fault> => [tooShortAge(reader)],
        ),
      ),
      maxInstances: reader.one(table.maxInstances),
      includeServices: reader.optional(table.includeServices),
      excludeServices: reader.optional(table.excludeServices),
      points: pipe(
        all({ windowMs: reader.one(table.window), period: reader.one(table.period) }),
        E.filterOrElse(
          ({ windowMs, period }) =>
            pipe(
              table.window.format.parse(period),
              E.exists((periodMs) => periodMs <= windowMs),
            ),
          (): ReadonlyArray<Fault> => [tooShortWindow(reader)],
        ),
      ),
    }),
    E.map(({ timeoutMs, ages: { intervalMs, maxAgeMs }, points, includeServices, excludeServices, ...collect }) => ({
      ...collect,
      ...points,
      intervalMs,
      maxAgeMs: maxAgeMs ?? defaultMaxAgeMs(intervalMs, points.windowMs),
      timeoutMs: timeoutMs ?? defaultTimeoutMs(intervalMs),
      ...(includeServices === undefined ? {} : { includeServices }),
      ...(excludeServices === undefined ? {} : { excludeServices }),
    })),
  )

// The default is long enough: whoever gave the interval alone is not told this.
const tooShortAge = ({ found }: Reader): Fault =>
  `${found(table.maxAge)?.origin ?? ''}: must not be shorter than ${found(table.interval)?.name ?? `--${table.interval.flag}`}, or values come and go`

const tooShortWindow = ({ found }: Reader): Fault => {
  const window = found(table.window)
  const period = found(table.period)
  // Whoever gave the period in a file and no window wants to be led to the period.
  if (window === undefined && period !== undefined && period.rank > 1) {
    return `${period.origin}: must not be longer than --${table.window.flag}, or that may hold no point`
  }
  const origin = window?.origin ?? `--${table.window.flag}`
  return `${origin}: must not be shorter than ${period?.name ?? `--${table.period.flag}`}, or it may hold no point`
}

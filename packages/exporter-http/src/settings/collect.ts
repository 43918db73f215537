import { defaultMaxAgeMs, defaultTimeoutMs } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { all } from './account.js'
import type { Checked, Fault, ValuesOf } from './setting.js'
import type { Reader } from './sources.js'
import { table } from './table.js'

/** When to collect, and what. */
export type CollectSettings = ValuesOf<typeof table.collect> & { readonly timeoutMs: number; readonly maxAgeMs: number }

const { intervalMs, windowMs, period, maxAgeMs } = table.collect

export const checkCollect = (reader: Reader): Checked<CollectSettings> =>
  pipe(
    all({
      values: reader.values(table.collect),
      ages: pipe(
        all({ intervalMs: reader.value(intervalMs), maxAgeMs: reader.value(maxAgeMs) }),
        E.filterOrElse(
          ({ intervalMs, maxAgeMs = intervalMs }) => intervalMs === 0 || maxAgeMs >= intervalMs,
          (): ReadonlyArray<Fault> => [tooShortAge(reader)],
        ),
      ),
      points: pipe(
        all({ windowMs: reader.value(windowMs), period: reader.value(period) }),
        E.filterOrElse(
          ({ windowMs, period }) =>
            pipe(
              table.collect.windowMs.format.parse(period),
              E.exists((periodMs) => periodMs <= windowMs),
            ),
          (): ReadonlyArray<Fault> => [tooShortWindow(reader)],
        ),
      ),
    }),
    E.map(({ values }) => ({
      ...values,
      maxAgeMs: values.maxAgeMs ?? defaultMaxAgeMs(values.intervalMs, values.windowMs),
      timeoutMs: values.timeoutMs ?? defaultTimeoutMs(values.intervalMs),
    })),
  )

// The default is long enough: whoever gave the interval alone is not told this.
const tooShortAge = ({ found }: Reader): Fault =>
  `${found(maxAgeMs)?.origin ?? ''}: must not be shorter than ${found(intervalMs)?.name ?? `--${intervalMs.flag}`}, or values come and go`

const tooShortWindow = ({ found }: Reader): Fault => {
  const window = found(windowMs)
  const step = found(period)
  // Whoever gave the period in a file and no window wants to be led to the period.
  if (window === undefined && step !== undefined && step.rank > 1) {
    return `${step.origin}: must not be longer than --${windowMs.flag}, or that may hold no point`
  }
  const origin = window?.origin ?? `--${windowMs.flag}`
  return `${origin}: must not be shorter than ${step?.name ?? `--${period.flag}`}, or it may hold no point`
}

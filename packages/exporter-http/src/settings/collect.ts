import { defaultMaxAgeMs, defaultTimeoutMs } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { all, type Checked, type Problem, problem, quoted } from '../toolkit/config/problem.js'
import type { Setting, ValuesOf } from './setting.js'
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
          () => compared(reader, maxAgeMs, 'at least', intervalMs, 'or values come and go'),
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
          () => tooShortWindow(reader),
        ),
      ),
    }),
    E.map(({ values }) => ({
      ...values,
      maxAgeMs: values.maxAgeMs ?? defaultMaxAgeMs(values.intervalMs, values.windowMs),
      timeoutMs: values.timeoutMs ?? defaultTimeoutMs(values.intervalMs),
    })),
  )

// A period in the file alone is the mistake, rather than the default window.
const tooShortWindow = (reader: Reader): ReadonlyArray<Problem> =>
  reader.found(windowMs) === undefined && typeof reader.found(period)?.place.origin === 'object'
    ? compared(reader, period, 'at most', windowMs, 'which may otherwise hold no point')
    : compared(reader, windowMs, 'at least', period, 'or it may hold no point')

const compared = (
  { found }: Reader,
  setting: Setting<unknown>,
  bound: string,
  other: Setting<unknown>,
  why: string,
): ReadonlyArray<Problem> => {
  const flag = { origin: 'command line', setting: `--${setting.flag}` } as const
  const given = found(setting)
  const scalar = given?.values[0]?.scalar
  const text = scalar !== undefined && E.isRight(scalar) ? scalar.right.text : undefined
  const expected = `${bound} ${found(other)?.place.setting ?? `--${other.flag}`}, ${why}`
  return [problem(given?.place ?? flag, text === undefined ? 'not set' : `${quoted(text)} given`, expected)]
}

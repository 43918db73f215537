import { shown } from '@alauda-exporter/alauda-client/options'
import { defaultMaxAgeMs, defaultTimeoutMs } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import type { Setting, ValuesOf } from './setting.js'
import type { Reader } from './sources.js'
import { table } from './table.js'

/** When to collect, and what. */
export type CollectSettings = ValuesOf<typeof table.collect> & { readonly timeoutMs: number; readonly maxAgeMs: number }

export const readCollect = ({ value, values, find, report }: Reader): CollectSettings | undefined => {
  const { intervalMs, windowMs, period, maxAgeMs } = table.collect
  const nameOf = (setting: Setting<unknown>): string => find(setting)?.place.setting ?? `--${setting.flag}`
  const refuse = (setting: Setting<unknown>, bound: string, other: Setting<unknown>, why: string): void => {
    const given = find(setting)?.value
    const place = given?.place ?? { origin: 'command line', setting: nameOf(setting) }
    const what = given?.kind === 'value' ? `${shown(given.text)} given` : 'not set'
    report(place, what, `${bound} ${nameOf(other)}, ${why}`)
  }

  const [interval, maxAge] = [value(intervalMs), value(maxAgeMs)]
  if (interval !== undefined && maxAge !== undefined && maxAge < interval)
    refuse(maxAgeMs, 'at least', intervalMs, 'or values come and go')

  const window = value(windowMs)
  const distance = E.getOrElse(() => 0)(windowMs.format.parse(value(period) ?? ''))
  if (window !== undefined && window < distance) {
    // A period in the file alone is the mistake, rather than the default window.
    if (find(windowMs) === undefined && typeof find(period)?.place.origin === 'object')
      refuse(period, 'at most', windowMs, 'which may otherwise hold no point')
    else refuse(windowMs, 'at least', period, 'or it may hold no point')
  }

  const collect = values(table.collect)
  return (
    collect && {
      ...collect,
      maxAgeMs: collect.maxAgeMs ?? defaultMaxAgeMs(collect.intervalMs, collect.windowMs),
      timeoutMs: collect.timeoutMs ?? defaultTimeoutMs(collect.intervalMs),
    }
  )
}

import * as E from 'fp-ts/lib/Either.js'
import type { Format } from './format.js'
import { numberUpTo } from './number-up-to.js'

const pattern = /^(?=.*[1-9])(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const second = 1000
const day = 24 * 60 * 60 * second
const unitsInMs = [365 * day, 7 * day, day, 60 * 60 * second, 60 * second, second, 1]

/** Beyond this, Node's timers fire at once. */
export const longestWaitDays = 24

/**
 * A duration as Prometheus writes it, in milliseconds.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 * @example
 * durationUpToDays(24).parse('1m30s') // right(90000)
 */
export const durationUpToDays = (days: number): Format<number> => ({
  parse: (text) => {
    const match = pattern.exec(text)
    const amounts = match?.slice(1).map((amount) => Number(amount ?? 0)) ?? []
    const ms = amounts.reduce((sum, amount, index) => sum + amount * (unitsInMs[index] ?? 0), 0)
    if (match === null) return E.left('must be a duration like 30s, 5m or 1h30m')
    return ms > days * day ? E.left(`must be at most ${days}d`) : E.right(ms)
  },
  schema: { type: 'string', pattern: patternUpToDays(days) },
  note: `At most ${days}d.`,
})

// The limit goes for each unit by itself: of sums no pattern can tell, and below hours nobody comes near it.
const patternUpToDays = (days: number): string => {
  const limited = [Math.floor(days / 365), Math.floor(days / 7), days, days * 24].map(numberUpTo)
  return limited.reduce((source, amount) => source.replace('(\\d+)', amount), pattern.source)
}

/**
 * A duration, or `0` or `0s` for none.
 *
 * @example
 * durationOrZeroUpToDays(24).parse('0') // right(0)
 */
export const durationOrZeroUpToDays = (days: number): Format<number> => {
  const { parse, ...rest } = durationUpToDays(days)
  return {
    ...rest,
    parse: (text) => (text === '0' || text === '0s' ? E.right(0) : parse(text)),
    isByValue: true,
    // The limits are for the number 0: to YAML it is no string.
    schema: { type: ['string', 'integer'], pattern: `^0s?$|${patternUpToDays(days)}`, minimum: 0, maximum: 0 },
  }
}

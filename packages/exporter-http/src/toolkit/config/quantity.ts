import * as E from 'fp-ts/lib/Either.js'
import type { Format } from './format.js'

/**
 * A pattern for the whole numbers from 0 to a limit, for schemas: these know limits of numbers, but not of digits in a text.
 *
 * @example
 * numberUpTo(24) // '0*(?:\\d{1,1}|[0-1]\\d{1}|2[0-3]\\d{0}|24)'
 */
export const numberUpTo = (limit: number): string => {
  const digits = String(limit)
  const shorter = digits.length > 1 ? [`\\d{1,${digits.length - 1}}`] : []
  // Each number below the limit is like it up to some digit, which is smaller.
  const smaller = [...digits].flatMap((digit, index) =>
    digit === '0' ? [] : [`${digits.slice(0, index)}[0-${Number(digit) - 1}]\\d{${digits.length - index - 1}}`],
  )
  return `0*(?:${[...shorter, ...smaller, digits].join('|')})`
}

const durationPattern = /^(?=.*[1-9])(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const day = 24 * 60 * 60 * 1000
const unitsInMs = [365 * day, 7 * day, day, 60 * 60 * 1000, 60 * 1000, 1000, 1]

/** Beyond this, Node's timers fire at once. */
export const longestWaitDays = 24

/**
 * A duration as Prometheus writes it, in milliseconds.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 * @example
 * durationUpToDays(24).parse('1m30s') // right(90000)
 */
export const durationUpToDays = (days: number): Format<number> => {
  // The schema limits each unit by itself: no pattern can add, and below hours nothing comes near the limit.
  const limits = [Math.floor(days / 365), Math.floor(days / 7), days, days * 24].map(numberUpTo)
  return {
    parse: (text) => {
      const match = durationPattern.exec(text)
      if (match === null) return E.left('a duration like 30s, 5m or 1h30m')
      const ms = unitsInMs.reduce((sum, unit, index) => sum + unit * Number(match[index + 1] ?? 0), 0)
      return ms > days * day ? E.left(`at most ${days}d`) : E.right(ms)
    },
    placeholder: 'DURATION',
    schema: {
      type: 'string',
      pattern: limits.reduce((source, amount) => source.replace('(\\d+)', amount), durationPattern.source),
    },
    note: `At most ${days}d.`,
  }
}

/**
 * A duration, or `0` or `0s` for none.
 *
 * @example
 * durationOrZeroUpToDays(24).parse('0') // right(0)
 */
export const durationOrZeroUpToDays = (days: number): Format<number> => {
  const { parse, schema, ...rest } = durationUpToDays(days)
  return {
    ...rest,
    parse: (text) => (text === '0' || text === '0s' ? E.right(0) : parse(text)),
    isReadByYaml: true,
    // The limits are for the number 0: to YAML it is no string.
    schema: { type: ['string', 'integer'], pattern: `^0s?$|${schema.pattern}`, minimum: 0, maximum: 0 },
  }
}

const sizeUnits = ['B', 'K', 'M', 'G', 'T']
const sizePattern = /^(?=.*[1-9])(\d{1,12})(?:(B)|([KMGT])i?B)$/

/**
 * A size as Prometheus writes it, in bytes: `512B`, `64KB`, `4MB`, in powers of 1024; `KiB` and `MiB` are the same.
 *
 * @see https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
 * @example
 * sizeUpTo(256).parse('4MB') // right(4194304)
 */
export const sizeUpTo = (megabytes: number): Format<number> => {
  const limit = megabytes * 1024 ** 2
  const amounts = sizeUnits.flatMap((unit, power) => {
    const most = Math.floor(limit / 1024 ** power)
    return most === 0 ? [] : [numberUpTo(most) + (unit === 'B' ? 'B' : `${unit}i?B`)]
  })
  return {
    parse: (text) => {
      const [, amount = '', b, k = b ?? ''] = sizePattern.exec(text) ?? []
      if (amount === '') return E.left('a size like 512B, 64KB or 4MB')
      const bytes = Number(amount) * 1024 ** sizeUnits.indexOf(k)
      return bytes > limit ? E.left(`at most ${megabytes}MB`) : E.right(bytes)
    },
    placeholder: 'SIZE',
    schema: { type: 'string', pattern: `^(?=.*[1-9])(?:${amounts.join('|')})$` },
    note: `At most ${megabytes}MB.`,
  }
}

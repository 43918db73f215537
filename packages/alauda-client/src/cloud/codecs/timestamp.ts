import * as t from 'io-ts'
import { Seconds } from './numeric.js'

const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/

/**
 * A point in time, decoded to seconds since the epoch. The API writes `2015-04-14T09:46:39.457Z` in its first generation and
 * `2018-05-11T03:26:56.140445` in its second; without a zone it is UTC. A number is taken for seconds, never for milliseconds.
 *
 * @example
 * Timestamp.decode('2018-05-11T03:26:56.140445') // right(1526009216.140445)
 */
export const Timestamp = new t.Type<number, number, unknown>(
  'a time like 2015-04-14T09:46:39.457Z',
  Seconds.is,
  (input, context) => {
    const seconds = typeof input === 'string' ? parseIso(input) : input
    return Seconds.is(seconds) ? t.success(seconds) : t.failure(input, context)
  },
  t.identity,
)

// Date keeps milliseconds only, and takes a time without a zone for a local one.
const parseIso = (text: string): number | undefined => {
  const match = iso.exec(text)
  if (!match) return undefined
  const [, date = '', time, fraction = '', zone = 'Z'] = match
  if (!isDate(date)) return undefined
  const seconds = Date.parse(`${date}T${time}${zone}`) / 1000
  return seconds > 0 ? Number(`${seconds}${fraction}`) : undefined
}

// Date takes the 30th of February for a day in March.
const isDate = (date: string): boolean => {
  const ms = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date)
}

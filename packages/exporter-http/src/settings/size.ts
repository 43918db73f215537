import * as E from 'fp-ts/lib/Either.js'
import type { Format } from './format.js'
import { numberUpTo } from './number-up-to.js'

const units = ['B', 'K', 'M', 'G', 'T']

/** Above this an answer does not fit into one text of Node's. */
export const largestSizeMb = 256

const bytesOf = (amount: string, unit: string): number => Number(amount) * 1024 ** units.indexOf(unit)

/**
 * A size as Prometheus writes it, in bytes: `512B`, `64KB`, `4MB`, in powers of 1024; `KiB` and `MiB` are the same.
 *
 * @see https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
 * @example
 * size.parse('4MB') // right(4194304)
 */
export const size: Format<number> = {
  parse: (text) => {
    const [, amount, unit] =
      /^(?=.*[1-9])(\d{1,12})(?:(B)|([KMGT])i?B)$/.exec(text)?.filter((part) => part !== undefined) ?? []
    if (amount === undefined || unit === undefined) return E.left('must be a size like 512B, 64KB or 4MB')
    const bytes = bytesOf(amount, unit)
    return bytes > bytesOf(String(largestSizeMb), 'M') ? E.left(`must be at most ${largestSizeMb}MB`) : E.right(bytes)
  },
  schema: {
    type: 'string',
    pattern: `^(?=.*[1-9])(?:${numberUpTo(largestSizeMb * 1024 ** 2)}B|${numberUpTo(largestSizeMb * 1024)}Ki?B|${numberUpTo(largestSizeMb)}Mi?B)$`,
  },
  note: `At most ${largestSizeMb}MB.`,
}

import * as E from 'fp-ts/lib/Either.js'
import type { Format } from './format.js'
import { numberUpTo } from './number-up-to.js'

const units = ['B', 'K', 'M', 'G', 'T']

const pattern = /^(?=.*[1-9])(\d{1,12})(?:(B)|([KMGT])i?B)$/

const megabyte = 1024 ** 2

/**
 * A size as Prometheus writes it, in bytes: `512B`, `64KB`, `4MB`, in powers of 1024; `KiB` and `MiB` are the same.
 *
 * @see https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
 * @example
 * sizeUpTo(256).parse('4MB') // right(4194304)
 */
export const sizeUpTo = (megabytes: number): Format<number> => ({
  parse: (text) => {
    const [, amount = '', b, k = b ?? ''] = pattern.exec(text) ?? []
    if (amount === '') return E.left('must be a size like 512B, 64KB or 4MB')
    const bytes = Number(amount) * 1024 ** units.indexOf(k)
    return bytes > megabytes * megabyte ? E.left(`must be at most ${megabytes}MB`) : E.right(bytes)
  },
  schema: {
    type: 'string',
    pattern: `^(?=.*[1-9])(?:${units
      .map((unit, power) => [unit, Math.floor((megabytes * megabyte) / 1024 ** power)] as const)
      .filter(([, most]) => most > 0)
      .map(([unit, most]) => numberUpTo(most) + (unit === 'B' ? 'B' : `${unit}i?B`))
      .join('|')})$`,
  },
  note: `At most ${megabytes}MB.`,
})

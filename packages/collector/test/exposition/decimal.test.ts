import test from 'ava'
import fc from 'fast-check'
import { longestDecimal, writeDecimal } from '../../src/exposition/decimal.js'

/** What it writes; undefined where it writes nothing. */
const written = (value: number): string | undefined => {
  const buffer = new Uint8Array(longestDecimal + 1)
  const end = writeDecimal(new DataView(buffer.buffer), 1, value)
  return end < 0 ? undefined : new TextDecoder().decode(buffer.subarray(1, end))
}

test('numbers with few digits are written as String writes them', (t) => {
  const integers = [0, 1, 9, 10, 99, 100, 999_999_999, 1e9, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1]
  const decimals = [
    0.1, 0.5, 0.000001, 1.000000001, 310.527696, 0.310527696, 0.125342013888, 0.000001234567891, 0.999999999999999,
    999_999.999999999, 999_999.5,
  ]
  for (const value of [...integers, ...decimals]) t.is(written(value), String(value))
  t.is(written(-0), '0')
})

test('the others are left to String', (t) => {
  const nonFinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of [-1, -0.5, 1e-7, 0.1 + 0.2, 1 / 3, 1e6 + 0.5, 2 ** 53, 1e21, 5e-324, ...nonFinite]) {
    t.is(written(value), undefined, String(value))
  }
})

const decimals = fc
  .tuple(fc.nat({ max: 2 ** 30 }), fc.nat({ max: 2 ** 30 }), fc.integer({ min: 0, max: 15 }))
  .map(([whole, parts, decimals]) => Number(`${whole % 2_000_000}.${String(parts).padStart(decimals, '0')}`))
const shares = fc.maxSafeNat().map((parts) => (parts % 1e15) / 1e15)
const any = fc.oneof(fc.double(), fc.nat(), fc.maxSafeNat(), decimals, shares, decimals.map(Math.fround))

test('whatever the number, nothing else than String writes is written', (t) => {
  fc.assert(
    fc.property(any, (value) => {
      const text = written(value)
      t.true(text === undefined || text === String(value), `${value}: ${text}`)
    }),
    { numRuns: 2000 },
  )
})

import test from 'ava'
import fc from 'fast-check'
import { Numeric } from '../../src/codecs/numeric.js'
import { decoded } from '../helpers/decoded.js'

test('takes a number, and a number in a string', (t) => {
  t.is(decoded(Numeric, 2), 2)
  t.is(decoded(Numeric, '2'), 2)
  t.is(decoded(Numeric, '0.7'), 0.7)
})

test('refuses what JavaScript would make a number of', (t) => {
  for (const input of ['', ' ', '0x10', 'Infinity', 'NaN', true, null, [], Number.NaN, Number.POSITIVE_INFINITY]) {
    t.deepEqual(decoded(Numeric, input), [': a number'])
  }
})

test('any finite number is itself, as a number and as text', (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      t.is(decoded(Numeric, value), value)
      t.is(decoded(Numeric, String(value)), Number(String(value)))
    }),
  )
})

test('takes the forms of a decimal number, and no other text, however long', (t) => {
  for (const text of ['1.', '.5', '-.5e+3', '+1.50', ' 7 ', '1E2']) t.is(decoded(Numeric, text), Number(text))
  const digits = '1'.repeat(1_000_000)
  for (const text of ['.', '1.2.3', '1e', `${digits}x`, `${digits}.${digits}x`, `1${' '.repeat(1_000_000)}x`]) {
    t.deepEqual(decoded(Numeric, text), [': a number'])
  }
})

import test from 'ava'
import fc from 'fast-check'
import { numberUpTo } from '../../src/settings/number-up-to.js'

test('any number, with zeros before it or without, matches up to the limit and not beyond', (t) => {
  const limits = fc.oneof(fc.nat({ max: 120 }), fc.nat({ max: 99_999 }))
  fc.assert(
    fc.property(limits, fc.integer({ min: -200, max: 200 }), fc.nat({ max: 3 }), (limit, difference, zeros) => {
      const number = Math.max(0, limit + difference)
      const pattern = new RegExp(`^${numberUpTo(limit)}$`)
      t.is(pattern.test('0'.repeat(zeros) + number), number <= limit, `${number} of ${limit}`)
    }),
    { numRuns: 2000 },
  )
  for (const text of ['', '-1', '1.0', 'a']) t.false(new RegExp(`^${numberUpTo(24)}$`).test(text))
})

import test from 'ava'
import fc from 'fast-check'
import { integral, MEMORY_LOAD, makeCurve, SERVER_LOAD, USER_DEMAND, valueAt } from '../src/load-curve.js'

const ORIGIN = 1_800_000_000
const anyTime = fc.double({ min: ORIGIN - 3e6, max: ORIGIN + 3e6, noNaN: true })
const anyShape = fc.constantFrom(SERVER_LOAD, USER_DEMAND, MEMORY_LOAD)

test('the integral is the area below the curve', (t) => {
  fc.assert(
    fc.property(anyTime, fc.integer({ min: 1, max: 5_000 }), anyShape, fc.nat(), (from, length, shape, seed) => {
      const curve = makeCurve(ORIGIN, 0.4, shape, [seed])
      const steps = length * 4
      let area = 0
      for (let step = 0; step < steps; step += 1) area += valueAt(curve, from + (step + 0.5) / 4) / 4
      t.true(Math.abs(integral(curve, from, from + length) - area) < 1e-4 * area)
    }),
    { numRuns: 50 },
  )
})

test('neighbouring integrals add up', (t) => {
  fc.assert(
    fc.property(fc.tuple(anyTime, anyTime, anyTime), fc.nat(), ([a, b, c], seed) => {
      const curve = makeCurve(ORIGIN, 0.4, SERVER_LOAD, [seed])
      const [from = 0, middle = 0, to = 0] = [a, b, c].sort((x, y) => x - y)
      const sum = integral(curve, from, middle) + integral(curve, middle, to)
      t.true(Math.abs(integral(curve, from, to) - sum) < 1e-8 * Math.max(1, sum))
    }),
  )
})

test('a curve stays above zero, and a busy server below 95 %', (t) => {
  fc.assert(
    fc.property(anyTime, anyShape, fc.nat(), (time, shape, seed) => {
      t.true(valueAt(makeCurve(ORIGIN, 1, shape, [seed]), time) > 0)
      t.true(valueAt(makeCurve(ORIGIN, 0.55 * 1.05, SERVER_LOAD, [seed]), time) < 0.95)
    }),
  )
})

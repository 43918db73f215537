import { between, fraction, type Key } from './random.js'

export const day = 86_400

/**
 * A load over time whose integral has a closed form, so that a counter is exactly the area below the curve.
 * Times relative to `origin` (seconds since the epoch) keep the sines' arguments, and so the rounding errors, small.
 */
export type LoadCurve = ReturnType<typeof makeCurve>

/** Waves before their phases are drawn: amplitude as a ratio of the mean, period in seconds. */
export type Shape = ReadonlyArray<{ readonly part: number; readonly period: number; readonly phase?: number }>

/** A daily cycle with noise of periods from hours to twenty seconds, between 0.38 and 1.62 times its mean. */
export const serverLoad: Shape = [
  { part: 0.35, period: day },
  { part: 0.08, period: 10_400 },
  { part: 0.08, period: 1_510 },
  { part: 0.06, period: 290 },
  { part: 0.03, period: 71 },
  { part: 0.02, period: 22.7 },
]

/** The total demand of a service's users: doubles and halves within the day, rising at the origin. */
export const userDemand: Shape = [
  { part: 0.5, period: day, phase: 0 },
  { part: 0.1, period: 5_300, phase: 0 },
  { part: 0.04, period: 1_310, phase: 0 },
  { part: 0.02, period: 67 },
  { part: 0.02, period: 23.9 },
]

/** Slow waves, within 9 % of the mean. */
export const memoryLoad: Shape = [
  { part: 0.05, period: day },
  { part: 0.03, period: 2_700 },
  { part: 0.01, period: 190 },
]

/** A curve of the given shape; `key` decides phases and shifts the periods slightly, so that curves do not align. */
export const makeCurve = (origin: number, mean: number, shape: Shape, key: Key) => {
  /** Sines: `amplitude` in the curve's unit, `period` in seconds, `phase` in radians at the origin. */
  const waves = shape.map(({ part, period, phase }, index) => ({
    amplitude: mean * part,
    period: period === day ? day : period * between(0.93, 1.07, [...key, 'period', index]),
    phase: phase ?? 2 * Math.PI * fraction([...key, 'phase', index]),
  }))
  return { origin, mean, waves }
}

/** The curve's value at `t` (seconds since the epoch). */
export const valueAt = (curve: LoadCurve, t: number): number => {
  let value = curve.mean
  for (const { amplitude, period, phase } of curve.waves) {
    value += amplitude * Math.sin((2 * Math.PI * (t - curve.origin)) / period + phase)
  }
  return value
}

/** The area below the curve between two times (seconds since the epoch), in the curve's unit times seconds. */
export const integral = (curve: LoadCurve, from: number, to: number): number => {
  const middle = (from - curve.origin + (to - curve.origin)) / 2
  const length = to - from
  let area = curve.mean * length
  for (const { amplitude, period, phase } of curve.waves) {
    // cos(a) − cos(b) written as a product: the difference itself loses precision over short spans.
    area +=
      ((amplitude * period) / Math.PI) *
      Math.sin((2 * Math.PI * middle) / period + phase) *
      Math.sin((Math.PI * length) / period)
  }
  return area
}

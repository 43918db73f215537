/**
 * Where the time comes from. Everything that reads the time or waits takes a `Clock`, so that a test can move it by hand.
 *
 * @example
 * ```ts
 * import type { Clock } from '@alauda-exporter/alauda-client'
 *
 * export const frozen: Clock = { now: () => 1_433_753_089_000, setTimeout: () => () => {} }
 * ```
 */
export interface Clock {
  /** Milliseconds since the epoch, as `Date.now()` gives them. */
  readonly now: () => number
  /** Calls back once after `ms` milliseconds; the function that it returns calls that off. */
  readonly setTimeout: (callback: () => void, ms: number) => () => void
}

/**
 * The machine's own time.
 *
 * @example
 * ```ts
 * import { type Clock, systemClock } from '@alauda-exporter/alauda-client'
 *
 * export const hourAhead: Clock = { ...systemClock, now: () => systemClock.now() + 3_600_000 }
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

/** A length of time that begins now. */
export type Span = ReturnType<typeof createSpan>

/**
 * It never lasts longer than that, whatever becomes of the clock: when that shows a time before the beginning, it was set back, and
 * the span starts again.
 *
 * @example
 * const minute = createSpan(systemClock, 60_000)
 * minute.leftMs() // 60 000, then less, and 0 once it is over
 */
export const createSpan = (clock: Clock, ms: number) => {
  let began = clock.now()
  return {
    leftMs: (): number => {
      began = Math.min(began, clock.now())
      return Math.max(0, began + ms - clock.now())
    },
  }
}

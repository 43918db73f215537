import type { Clock } from './clock.js'

/**
 * A length of time that begins now. It never lasts longer than that, whatever becomes of the clock: when it is before the
 * beginning, the clock was set back, and the span starts again.
 *
 * @example
 * const minute = createSpan(systemClock, 60_000)
 * minute.leftMs() // 60 000, then less, and 0 once it is over
 */
export interface Span {
  readonly leftMs: () => number
}

export const createSpan = (clock: Clock, ms: number): Span => {
  let began = clock.now()
  return {
    leftMs: () => {
      began = Math.min(began, clock.now())
      return Math.max(0, began + ms - clock.now())
    },
  }
}

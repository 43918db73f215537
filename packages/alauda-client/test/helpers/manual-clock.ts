import type { Clock } from '../../src/clock.js'

export interface ManualClock extends Clock {
  /** Moves the time on and runs what is due, in order. */
  readonly advance: (ms: number) => void
  /** Sets the time back as somebody would by hand: what waits is due no later for it. */
  readonly setBack: (ms: number) => void
  /** How many callbacks are waiting. */
  readonly pending: () => number
  /** In how many milliseconds each of them is due. */
  readonly waits: () => ReadonlyArray<number>
}

/** A clock that stands still until it is moved. */
export const manualClock = (start = 0): ManualClock => {
  let now = start
  let timers: { at: number; readonly callback: () => void }[] = []
  return {
    now: () => now,
    setTimeout: (callback, ms) => {
      const timer = { at: now + ms, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance: (ms) => {
      const end = now + ms
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        timers = timers.filter((other) => other !== next)
        now = next.at
        next.callback()
      }
      now = end
    },
    setBack: (ms) => {
      now -= ms
      for (const timer of timers) timer.at -= ms
    },
    pending: () => timers.length,
    waits: () => timers.map(({ at }) => at - now),
  }
}

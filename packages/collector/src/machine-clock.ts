import { type Clock, systemClock } from '@alauda-exporter/alauda-client'

/** The machine's time. Its timers keep the process alive until `unref` is called. */
export const createMachineClock = (): { readonly clock: Clock; readonly unref: () => void } => {
  const timers = new Set<NodeJS.Timeout>()
  let isUnref = false
  return {
    clock: {
      now: systemClock.now,
      setTimeout: (callback, ms) => {
        const timer = setTimeout(() => {
          timers.delete(timer)
          callback()
        }, ms)
        timers.add(timer)
        if (isUnref) timer.unref()
        return () => {
          timers.delete(timer)
          clearTimeout(timer)
        }
      },
    },
    unref: () => {
      isUnref = true
      for (const timer of timers) timer.unref()
    },
  }
}

import { type Clock, systemClock } from '@alauda-exporter/alauda-client'

/** Whether `promise` resolves within `ms` milliseconds. Rejects if it rejects meanwhile. */
export const isDoneWithin = async (clock: Clock, ms: number, promise: Promise<unknown>): Promise<boolean> => {
  if (ms <= 0) return false
  let cancel = () => {}
  const patienceEnds = new Promise<boolean>((resolve) => {
    cancel = clock.setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([promise.then(() => true), patienceEnds])
  } finally {
    cancel()
  }
}

/** Shares work that is under way with all callers that have the same inputs; finished work is not kept. */
export const createSharedWork = <A>() => {
  let underWay: { readonly inputs: ReadonlyArray<unknown>; readonly result: Promise<A> } | undefined
  return (inputs: ReadonlyArray<unknown>, work: () => Promise<A>): Promise<A> => {
    if (underWay !== undefined && isSame(underWay.inputs, inputs)) return underWay.result
    const begun = { inputs, result: work() }
    underWay = begun
    const forget = () => {
      if (underWay === begun) underWay = undefined
    }
    begun.result.then(forget, forget)
    return begun.result
  }
}

export const isSame = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])

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

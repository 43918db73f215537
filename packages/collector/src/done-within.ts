import type { Clock } from '@alauda-exporter/alauda-client'

/** Waits for `promise`, and tells whether it was done within `ms` milliseconds. Rejects when it does meanwhile. */
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

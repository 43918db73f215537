import type { Clock } from '@alauda-exporter/alauda-client'

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

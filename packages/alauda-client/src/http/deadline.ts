import { setMaxListeners } from 'node:events'
import type { Clock } from '../clock.js'

/**
 * Runs `task` with a signal that fires after `ms` milliseconds or together with `outer`, and rejects at that moment with the
 * signal's reason, whether `task` respects the signal or not. The reason of a deadline is a `DOMException` named `TimeoutError`,
 * as with the platform's `AbortSignal.timeout()`.
 *
 * @example
 * const answer = await withDeadline(systemClock, 10_000, undefined, (signal) => fetch(url, { signal }))
 */
export const withDeadline = async <A>(
  clock: Clock,
  ms: number,
  outer: AbortSignal | undefined,
  task: (signal: AbortSignal) => Promise<A>,
): Promise<A> => {
  outer?.throwIfAborted()
  const controller = new AbortController()
  const cancelTimer = clock.setTimeout(
    () => controller.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError')),
    ms,
  )
  const unfollow = onAbort(outer, (reason) => controller.abort(reason))
  try {
    return await untilAborted(controller.signal, task(controller.signal))
  } finally {
    cancelTimer()
    unfollow()
  }
}

/** What `promise` gives, unless `signal` fires first: then it rejects with the signal's reason. */
const untilAborted = <A>(signal: AbortSignal, promise: Promise<A>): Promise<A> =>
  new Promise((resolve, reject) => {
    const unfollow = onAbort(signal, reject)
    promise.then(resolve, reject).finally(unfollow)
  })

/** Calls back once when `signal` fires, or at once when it has; the function that it returns calls that off. */
export const onAbort = (signal: AbortSignal | undefined, callback: (reason: unknown) => void): (() => void) => {
  if (signal === undefined) return () => {}
  const abort = () => callback(signal.reason)
  if (signal.aborted) abort()
  // One signal may end any number of calls; Node would take more than ten listeners for a leak.
  setMaxListeners(0, signal)
  signal.addEventListener('abort', abort, { once: true })
  return () => signal.removeEventListener('abort', abort)
}

/** Waits until the time is over or one of the signals fires. */
export const pause = (ms: number, clock: Clock, ...signals: ReadonlyArray<AbortSignal | undefined>): Promise<void> => {
  if (ms <= 0 || signals.some((signal) => signal?.aborted)) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      for (const unfollow of unfollows) unfollow()
      resolve()
    }
    const cancel = clock.setTimeout(end, ms)
    const unfollows = signals.map((signal) => onAbort(signal, end))
  })
}

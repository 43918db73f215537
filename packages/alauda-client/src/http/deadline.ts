import { setMaxListeners } from 'node:events'
import type { Clock } from '../clock.js'

/**
 * A signal that fires after `ms` milliseconds or together with `outer`. The reason of a deadline is a `DOMException` named
 * `TimeoutError`, as with the platform's `AbortSignal.timeout()`.
 */
export const createDeadline = (clock: Clock, ms: number, outer: AbortSignal | undefined, what = '') => {
  const controller = new AbortController()
  const late = () => controller.abort(new DOMException(`${what}not done within ${ms} ms`, 'TimeoutError'))
  const cancelTimer = clock.setTimeout(late, ms)
  const unfollow = onAbort(outer, (reason) => controller.abort(reason))
  return {
    signal: controller.signal,
    end: (): void => {
      cancelTimer()
      unfollow()
    },
  }
}

/**
 * Runs `task` with such a signal, and rejects when it fires with its reason, whether `task` respects the signal or not.
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
  const { signal, end } = createDeadline(clock, ms, outer)
  try {
    return await untilAborted(signal, task(signal))
  } finally {
    end()
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

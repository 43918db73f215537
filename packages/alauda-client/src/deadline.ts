import type { Clock } from './clock.js'

/**
 * Runs `task` with a signal that fires after `ms` milliseconds or together with `outer`, and rejects at that moment with the
 * signal's reason, whether `task` heeds the signal or not. The reason of a deadline is a `DOMException` named `TimeoutError`,
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
  const follow = () => controller.abort(outer?.reason)
  outer?.addEventListener('abort', follow, { once: true })
  try {
    return await untilAborted(controller.signal, task(controller.signal))
  } finally {
    cancelTimer()
    outer?.removeEventListener('abort', follow)
  }
}

/** What `promise` gives, unless `signal` fires first: then it rejects with the signal's reason. */
export const untilAborted = <A>(signal: AbortSignal, promise: Promise<A>): Promise<A> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })

/** Whether an abort's reason says that a time ran out, not that somebody gave up. */
export const isTimeout = (reason: unknown): boolean => reason instanceof Error && reason.name === 'TimeoutError'

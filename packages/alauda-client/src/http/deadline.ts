import type { Clock } from '../clock.js'
import { createList, type List } from '../list.js'

/**
 * A signal that fires after `ms` milliseconds or together with `outer`. The reason of a deadline is a `DOMException` named
 * `TimeoutError`, as with the platform's `AbortSignal.timeout()`.
 */
export const createDeadline = (clock: Clock, ms: number, outer: AbortSignal | undefined, what = '') => {
  const controller = new AbortController()
  const end = onDeadline(clock, ms, outer, (reason) => controller.abort(reason), what)
  return { signal: controller.signal, end }
}

/** Calls back once with the reason, after `ms` milliseconds or when `outer` fires; the function that it returns calls that off. */
export const onDeadline = (
  clock: Clock,
  ms: number,
  outer: AbortSignal | undefined,
  callback: (reason: unknown) => void,
  what = '',
): (() => void) => {
  let unfollow = () => {}
  const end = () => {
    cancelTimer()
    unfollow()
  }
  const fire = (reason: unknown) => {
    end()
    callback(reason)
  }
  const late = () => fire(new DOMException(`${what}not done within ${ms} ms`, 'TimeoutError'))
  const cancelTimer = clock.setTimeout(late, ms)
  unfollow = onAbort(outer, fire)
  return end
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
    return await new Promise((resolve, reject) => {
      onAbort(signal, reject)
      task(signal).then(resolve, reject)
    })
  } finally {
    end()
  }
}

/** Calls back once when `signal` fires, or at once when it has; the function that it returns calls that off. */
export const onAbort = (signal: AbortSignal | undefined, callback: (reason: unknown) => void): (() => void) => {
  if (signal === undefined) return () => {}
  if (signal.aborted) {
    callback(signal.reason)
    return () => {}
  }
  const followers = followersOf.get(signal) ?? listenTo(signal)
  const { calls } = followers
  const entry = calls.add(callback)
  return () => {
    if (calls.remove(entry) && calls.size() === 0) followers.end()
  }
}

interface Followers {
  readonly calls: List<(reason: unknown) => void>
  readonly end: () => void
}

// One listener for all calls of a signal: of thousands of listeners, each would take as long to remove as there are others.
const followersOf = new WeakMap<AbortSignal, Followers>()

const listenTo = (signal: AbortSignal): Followers => {
  const calls = createList<(reason: unknown) => void>()
  // One of them may call off another.
  const tellAll = () => {
    end()
    for (let entry = calls.first(); entry !== undefined; entry = calls.first()) {
      calls.remove(entry)
      entry.value(signal.reason)
    }
  }
  const end = () => {
    followersOf.delete(signal)
    signal.removeEventListener('abort', tellAll)
  }
  const followers = { calls, end }
  followersOf.set(signal, followers)
  signal.addEventListener('abort', tellAll)
  return followers
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

import * as E from 'fp-ts/lib/Either.js'
import type { Clock } from './clock.js'
import { onAbort } from './deadline.js'
import { type AlaudaError, abortedError, type FailedCall, type HttpError, heldBack } from './errors.js'
import type { ApiRequest, Send } from './request.js'
import type { Recorder } from './statistics.js'

/** How hard an account's API may be asked. */
export interface Limits {
  /** How many calls may be under way at a time. */
  readonly maxConcurrency: number
  /** How many calls may begin in a second, evenly spread; 0 for no limit. */
  readonly maxRequestsPerSecond: number
  /** How often a call that failed for a passing reason is made again. */
  readonly maxRetries: number
}

/**
 * Keeps calls within the limits, and makes those again that failed for a reason that may pass: no answer, too late, too many
 * calls, trouble on the other side. Between two tries it waits, longer each time and for a random part of that, so that
 * callers do not come back in step. Where an answer says how long to wait (Retry-After), nobody calls before that is over.
 */
export const resilient = (limits: Limits, clock: Clock, random: () => number, recorder: Recorder, send: Send): Send => {
  const slots = createSlots(limits.maxConcurrency)
  const pace = createPace(limits.maxRequestsPerSecond, clock)
  const hold = createHold(clock)

  /** Waits for a call's turn, and tells whether it came: false when its caller gave up first. */
  const hasTurn = async (signal: AbortSignal | undefined): Promise<boolean> => {
    if (!(await slots.take(signal))) return false
    do {
      const isGivenUp =
        (await isAbortedWithin(hold.waitMs(), clock, signal)) || (await isAbortedWithin(pace.waitMs(), clock, signal))
      if (isGivenUp) {
        slots.release()
        return false
      }
      // Another call may have been told to wait meanwhile.
    } while (hold.waitMs() > 0)
    return true
  }

  const sendInTurn = async <A>(request: ApiRequest<A>, retries: number): Promise<E.Either<AlaudaError, A>> => {
    const waitEnded = recorder.waitBegan()
    const isItsTurn = await hasTurn(request.signal)
    waitEnded()
    if (!isItsTurn) return E.left(hold.refusal(request) ?? abortedError(request, request.signal?.reason))
    if (retries > 0) recorder.retried(request.endpoint)
    try {
      const result = await send(request)()
      if (E.isLeft(result) && result.left._tag === 'HttpError') hold.heed(result.left)
      return result
    } finally {
      slots.release()
    }
  }

  return (request) => async () => {
    for (let retries = 0; ; retries++) {
      const result = await sendInTurn(request, retries)
      if (E.isRight(result) || retries >= limits.maxRetries || !mayPass(result.left)) return result
      if (await isAbortedWithin(backoffMs(retries, random), clock, request.signal)) return result
    }
  }
}

const mayPass = (error: AlaudaError): boolean => {
  if (error._tag === 'HttpError') return error.status === 429 || error.status >= 500
  return error._tag === 'NetworkError' || error._tag === 'TimeoutError'
}

const firstBackoffMs = 500
const longestBackoffMs = 10_000

/** Exponential, with full jitter: any time up to the bound. */
const backoffMs = (retries: number, random: () => number): number =>
  random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** retries)

/** So many calls at a time, in the order they came. One that is given up leaves the queue at once, with all it holds. */
const createSlots = (count: number) => {
  let free = count
  const queue = new Set<() => void>()
  return {
    /** Waits for a slot, and tells whether it got one: false when the signal fired first. */
    take: (signal: AbortSignal | undefined): Promise<boolean> => {
      if (signal?.aborted) return Promise.resolve(false)
      if (free > 0) {
        free -= 1
        return Promise.resolve(true)
      }
      return new Promise((resolve) => {
        const begin = () => {
          unfollow()
          resolve(true)
        }
        const unfollow = onAbort(signal, () => {
          queue.delete(begin)
          resolve(false)
        })
        queue.add(begin)
      })
    },
    release: (): void => {
      const [next] = queue
      if (next === undefined) {
        free += 1
        return
      }
      queue.delete(next)
      next()
    },
  }
}

/** A token bucket that holds one token: calls begin at even intervals, never in a burst. */
const createPace = (maxRequestsPerSecond: number, clock: Clock) => {
  const intervalMs = maxRequestsPerSecond > 0 ? 1000 / maxRequestsPerSecond : 0
  let next = Number.NEGATIVE_INFINITY
  return {
    waitMs: (): number => {
      const begin = Math.max(clock.now(), next)
      next = begin + intervalMs
      return begin - clock.now()
    },
  }
}

// A misconfigured proxy must not silence the exporter for days.
const longestHoldMs = 60 * 60 * 1000

/** What the API asked for with Retry-After; it goes for the whole account. */
const createHold = (clock: Clock) => {
  let held: { readonly until: number; readonly cause: HttpError } | undefined
  return {
    waitMs: (): number => (held === undefined ? 0 : held.until - clock.now()),
    heed: (cause: HttpError): void => {
      if (cause.retryAfterMs === undefined) return
      const until = clock.now() + Math.min(cause.retryAfterMs, longestHoldMs)
      if (held === undefined || until > held.until) held = { until, cause }
    },
    /** Why a call is not made, while it must not be. */
    refusal: (call: FailedCall): AlaudaError | undefined =>
      held !== undefined && held.until > clock.now() ? heldBack(call, held.cause, held.until) : undefined,
  }
}

/** Waits, and tells whether the signal fired before the time was over. */
const isAbortedWithin = (ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<boolean> => {
  if (ms <= 0 || signal?.aborted) return Promise.resolve(signal?.aborted ?? false)
  return new Promise((resolve) => {
    const cancel = clock.setTimeout(() => {
      unfollow()
      resolve(false)
    }, ms)
    const unfollow = onAbort(signal, () => {
      cancel()
      resolve(true)
    })
  })
}

import * as E from 'fp-ts/lib/Either.js'
import type { Clock } from '../clock.js'
import { onAbort, pause } from '../http/deadline.js'
import type { AlaudaError, FailedCall } from '../http/errors.js'
import type { Exchange } from '../http/exchange.js'
import { abortedError, heldBack } from '../http/failures.js'
import type { ApiRequest, Send, SendInTurn } from '../http/request.js'
import { asksToWait } from '../http/retry-after.js'
import type { Recorder } from '../http/statistics.js'
import { createSpan, type Span } from '../span.js'

/** How hard an account's API may be asked. */
export interface Limits {
  /** How many calls may be under way at a time. */
  readonly maxConcurrency: number
  /** How many calls may begin in a second, evenly spread; 0 for no limit. Logins are rare: they do not count. */
  readonly maxRequestsPerSecond: number
  /** How often a call that failed for a passing reason is made again. */
  readonly maxRetries: number
}

/**
 * Keeps calls within the limits, and makes those again that failed for a reason that may pass: no answer, too late, too many
 * calls, trouble on the other side. Between two tries it waits, longer each time and for a random part of that, so that
 * callers do not come back in step. Where an answer says how long to wait (Retry-After), nobody calls before that is over.
 */
export const resilient = (
  limits: Limits,
  clock: Clock,
  random: () => number,
  recorder: Recorder,
  hold: Hold,
  send: SendInTurn,
): Send => {
  const slots = createSlots(limits.maxConcurrency)
  const firstOfNew = createSlots(1)
  const nextToBegin = createSlots(1)
  const pace = createPace(limits.maxRequestsPerSecond, clock)

  /** Waits until one more call may begin, and tells whether it may: false when its caller gave up first. */
  const mayBegin = (signal: AbortSignal | undefined): Promise<boolean> =>
    // One at a time: those that give up meanwhile have taken no turn from the others.
    withSlot(nextToBegin, signal, async () => {
      do {
        await hold.pass(signal)
        await pause(pace.leftMs(), clock, signal)
        if (signal?.aborted) return false
        // Another call may have been told to wait meanwhile.
      } while (hold.leftMs() > 0)
      pace.callBegins()
      return true
    })

  const hasFirstTurn = async (signal: AbortSignal | undefined): Promise<boolean> => {
    if (!(await slots.take(signal))) return false
    // A call that is to be sent once more came before all that have not begun: it waits behind one of them at most.
    const isItsTurn = await withSlot(firstOfNew, signal, () => mayBegin(signal))
    if (!isItsTurn) slots.release()
    return isItsTurn
  }

  const turnOf = async <A>(
    request: ApiRequest<A>,
    hasTurn: (signal: AbortSignal | undefined) => Promise<boolean>,
  ): Promise<E.Either<AlaudaError, void>> => {
    const waitEnded = recorder.waitBegan()
    const isItsTurn = await hasTurn(request.signal)
    waitEnded()
    return isItsTurn
      ? E.right(undefined)
      : E.left(hold.refusal(request) ?? abortedError(request, request.signal?.reason))
  }

  const sendInTurn = async <A>(request: ApiRequest<A>, retries: number): Promise<E.Either<AlaudaError, A>> => {
    const turn = await turnOf(request, hasFirstTurn)
    if (E.isLeft(turn)) return turn
    if (retries > 0) recorder.retried(request.endpoint)
    try {
      return await send(request, () => turnOf(request, mayBegin))()
    } finally {
      slots.release()
    }
  }

  return (request) => async () => {
    for (let retries = 0; ; retries++) {
      const result = await sendInTurn(request, retries)
      if (E.isRight(result) || retries >= limits.maxRetries || !mayPass(request, result.left)) return result
      await pause(backoffMs(retries, random), clock, request.signal)
      if (request.signal?.aborted) return result
    }
  }
}

const mayPass = (request: FailedCall, error: AlaudaError): boolean => {
  // A failed login is tried again in its own time, not by each call that needs one.
  if (error.method !== request.method || error.url !== request.url) return false
  if (error._tag === 'HttpError') return error.status === 429 || error.status >= 500
  return error._tag === 'NetworkError' || error._tag === 'TimeoutError'
}

const firstBackoffMs = 500
const longestBackoffMs = 10_000

/** Exponential, with full jitter: any time up to the bound. */
const backoffMs = (retries: number, random: () => number): number =>
  random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** retries)

interface Slots {
  /** Waits for a slot, and tells whether it got one: false when the signal fired first. */
  readonly take: (signal: AbortSignal | undefined) => Promise<boolean>
  readonly release: () => void
}

/** So many calls at a time, in the order they came. One that is given up leaves the queue at once, with all it holds. */
const createSlots = (count: number): Slots => {
  let free = count
  const queue = new Set<() => void>()
  return {
    take: (signal) => {
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
    release: () => {
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

/** What `task` tells when it has run with a slot; false when the signal fired before there was one. */
const withSlot = async (
  slots: Slots,
  signal: AbortSignal | undefined,
  task: () => Promise<boolean>,
): Promise<boolean> => {
  if (!(await slots.take(signal))) return false
  try {
    return await task()
  } finally {
    slots.release()
  }
}

/** A token bucket that holds one token: calls begin at even intervals, never in a burst. */
const createPace = (maxRequestsPerSecond: number, clock: Clock) => {
  const intervalMs = maxRequestsPerSecond > 0 ? 1000 / maxRequestsPerSecond : 0
  let next = Number.NEGATIVE_INFINITY
  return {
    /** For the one call that is next to begin. */
    leftMs: (): number => {
      const now = clock.now()
      // A clock that was set back must not put the next call off for as long.
      next = Math.min(Math.max(next, now), now + intervalMs)
      return next - now
    },
    /** Timers are late by a little: counted from the moment that was waited for, that does not add up. */
    callBegins: (): void => {
      next = Math.max(next + intervalMs, clock.now())
    },
  }
}

/** What the API asked for with Retry-After; it goes for the whole account. */
export interface Hold {
  readonly leftMs: () => number
  /** Waits until it is over or the signal fires. */
  readonly pass: (signal: AbortSignal | undefined) => Promise<void>
  readonly heed: (status: number, retryAfterMs: number) => void
  /** Ends it, for those too that wait. */
  readonly clear: () => void
  /** Why a call is not made, while it must not be. */
  readonly refusal: (call: FailedCall) => AlaudaError | undefined
}

export const createHold = (clock: Clock): Hold => {
  let held: { readonly span: Span; readonly status: number } | undefined
  let cleared = new AbortController()
  const leftMs = () => held?.span.leftMs() ?? 0
  return {
    leftMs,
    pass: async (signal) => {
      while (leftMs() > 0 && !signal?.aborted) await pause(leftMs(), clock, signal, cleared.signal)
    },
    heed: (status, ms) => {
      if (ms > leftMs()) held = { span: createSpan(clock, ms), status }
    },
    clear: () => {
      held = undefined
      cleared.abort()
      cleared = new AbortController()
    },
    refusal: (call) => {
      const ms = leftMs()
      return held === undefined || ms === 0 ? undefined : heldBack(call, held.status, ms, clock.now() + ms)
    },
  }
}

/**
 * Sends nothing while the API asks to wait: not what needs no turn, like a login, nor a call that had its turn and then waited
 * for a login. What a login is asked to wait, only those wait who need one: see the session.
 */
export const heeding =
  (hold: Hold, recorder: Recorder, exchange: Exchange): Exchange =>
  (request) =>
  async () => {
    const waitEnded = recorder.waitBegan()
    await hold.pass(request.signal)
    waitEnded()
    const result = await exchange(request)()
    if (E.isLeft(result) || request.endpoint === 'login') return result
    const { status, retryAfterMs } = result.right
    if (retryAfterMs !== undefined && asksToWait(status)) hold.heed(status, retryAfterMs)
    return result
  }

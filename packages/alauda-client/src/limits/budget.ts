import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Clock } from '../clock.js'
import { pause } from '../http/deadline.js'
import type { AlaudaError } from '../http/errors.js'
import type { HttpRequest } from '../http/exchange.js'
import { abortedError } from '../http/failures.js'
import type { Recorder } from '../http/statistics.js'
import type { Hold } from './hold.js'
import { createSemaphore } from './semaphore.js'

/** How hard an account's API may be asked. */
export interface Limits {
  /** Maximum concurrent calls. */
  readonly maxConcurrency: number
  /** Maximum calls that begin in a second, evenly spread; 0 disables the limit. Logins are rare: they do not count. */
  readonly maxRequestsPerSecond: number
}

/** The turns that all calls of an account take from. */
export type Budget = ReturnType<typeof createBudget>

export const createBudget = (limits: Limits, clock: Clock, recorder: Recorder, hold: Hold) => {
  const calls = createSemaphore(limits.maxConcurrency)
  const firstOfNew = createSemaphore(1)
  const nextToBegin = createSemaphore(1)
  const pace = createPace(limits.maxRequestsPerSecond, clock)

  /** Waits until one more call may begin; false when its caller gave up first. */
  const mayBegin = ({ signal }: HttpRequest): Promise<boolean> =>
    // One at a time: those that give up meanwhile have taken no turn from the others.
    nextToBegin.run(signal, async (isNext) => {
      if (!isNext) return false
      do {
        await hold.pass(signal)
        await pause(pace.leftMs(), clock, signal)
        if (signal?.aborted) return false
        // The API may have asked to wait meanwhile.
      } while (hold.leftMs() > 0)
      pace.callBegins()
      return true
    })

  const refusal = (request: HttpRequest): E.Either<AlaudaError, never> =>
    E.left(hold.refusal(request) ?? abortedError(request, request.signal?.reason))

  return {
    /** Runs the task in the request's turn, which ends with the task. Fails when the request was given up before its turn. */
    run: <A>(
      request: HttpRequest,
      task: () => Promise<E.Either<AlaudaError, A>>,
    ): Promise<E.Either<AlaudaError, A>> => {
      const waitEnded = recorder.waitBegan()
      return calls.run(request.signal, async (hasSlot) => {
        // A call that is sent once more came before all that have not begun: it waits behind one of them at most.
        const begins = () => firstOfNew.run(request.signal, async (isFirst) => isFirst && mayBegin(request))
        const isItsTurn = hasSlot && (await begins())
        waitEnded()
        return isItsTurn ? task() : refusal(request)
      })
    },
    /** Waits until a request that keeps its turn may be sent once more. */
    again:
      (request: HttpRequest): TaskEither<AlaudaError, void> =>
      async () => {
        const waitEnded = recorder.waitBegan()
        const isItsTurn = await mayBegin(request)
        waitEnded()
        return isItsTurn ? E.right(undefined) : refusal(request)
      },
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

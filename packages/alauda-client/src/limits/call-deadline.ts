import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Clock } from '../clock.js'
import { onAbort } from '../http/deadline.js'
import type { AlaudaError, FailedCall } from '../http/errors.js'
import { timeoutError } from '../http/failures.js'

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up: it ends with an `AbortError`. */
  readonly signal?: AbortSignal | undefined
  /** Maximum duration of this call as a whole, in milliseconds; 0 disables it. Default: the client's `callTimeoutMs`. */
  readonly timeoutMs?: number | undefined
}

/** Runs a call with a signal that fires with the caller's, or when the call has taken too long. */
export type CallDeadline = <A>(
  call: FailedCall,
  options: CallOptions,
  run: (signal: AbortSignal | undefined) => TaskEither<AlaudaError, A>,
) => TaskEither<AlaudaError, A>

/** Ends calls with a `TimeoutError` after `callTimeoutMs` milliseconds, wherever they are: in a queue, a pause or a request. */
export const createCallDeadline =
  (clock: Clock, callTimeoutMs: number): CallDeadline =>
  (call, { signal, timeoutMs = callTimeoutMs }, run) => {
    if (timeoutMs === 0) return run(signal)
    return async () => {
      const controller = new AbortController()
      const unfollow = onAbort(signal, (reason) => controller.abort(reason))
      let isLate = false
      const cancel = clock.setTimeout(() => {
        isLate = true
        controller.abort(new DOMException(`the whole call was not done within ${timeoutMs} ms`, 'TimeoutError'))
      }, timeoutMs)
      const result = await run(controller.signal)()
      cancel()
      unfollow()
      const isCutOff = isLate && E.isLeft(result) && ['AbortError', 'TimeoutError'].includes(result.left._tag)
      return isCutOff ? E.left(timeoutError(call, controller.signal.reason)) : result
    }
  }

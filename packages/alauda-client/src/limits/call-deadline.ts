import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Clock } from '../clock.js'
import { createDeadline } from '../http/deadline.js'
import type { AlaudaError, FailedCall } from '../http/errors.js'
import { timeoutError } from '../http/failures.js'

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up: it ends with an `AbortError`. */
  readonly signal?: AbortSignal | undefined
  /** Maximum duration of this call as a whole, in milliseconds; 0 disables it. Default: the client's `callTimeoutMs`. */
  readonly timeoutMs?: number | undefined
}

/** Ends calls with a `TimeoutError` after `callTimeoutMs` milliseconds, wherever they are: in a queue, a pause or a request. */
export const createCallDeadline =
  (clock: Clock, callTimeoutMs: number) =>
  <A>(
    call: FailedCall,
    { signal: outer, timeoutMs = callTimeoutMs }: CallOptions,
    run: (signal: AbortSignal | undefined) => TaskEither<AlaudaError, A>,
  ): TaskEither<AlaudaError, A> => {
    if (timeoutMs === 0) return run(outer)
    return async () => {
      const { signal, end } = createDeadline(clock, timeoutMs, outer, 'the whole call was ')
      const result = await run(signal)()
      end()
      const isCutOff = E.isLeft(result) && ['AbortError', 'TimeoutError'].includes(result.left._tag)
      return isCutOff && signal.aborted && signal.reason !== outer?.reason
        ? E.left(timeoutError(call, signal.reason))
        : result
    }
  }

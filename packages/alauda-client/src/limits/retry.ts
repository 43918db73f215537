import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Clock } from '../clock.js'
import { pause } from '../http/deadline.js'
import type { AlaudaError, FailedCall } from '../http/errors.js'
import type { SendInTurn, UnauthorizedRequest } from '../http/request.js'
import type { Recorder } from '../http/statistics.js'
import type { Budget } from './budget.js'

export interface RetryConfig {
  /** Maximum retries of a call that failed for a passing reason. */
  readonly maxRetries: number
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  readonly recorder: Recorder
  readonly budget: Budget
}

/**
 * Sends in turn, and once more after a failure that may pass: no answer, a timeout, 429 or 5xx. Between two tries it waits, longer
 * each time and for a random part of that, so that callers do not come back in step. Each try takes a turn of its own.
 */
export const retrying =
  ({ maxRetries, clock, random, recorder, budget }: RetryConfig, send: SendInTurn) =>
  <A>(request: UnauthorizedRequest<A>): TaskEither<AlaudaError, A> =>
  async () => {
    for (let retries = 0; ; retries++) {
      const result = await budget.run(request, () => {
        if (retries > 0) recorder.retried(request.endpoint)
        return send(request, budget.again(request))()
      })
      if (E.isRight(result) || retries >= maxRetries || !mayPass(request, result.left)) return result
      await pause(backoffMs(retries, random), clock, request.signal)
      if (request.signal?.aborted) return result
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

import type { Failure, FailureReason } from './snapshot.js'

/**
 * What a failure is counted under.
 *
 * @example
 * reasonOf({ _tag: 'HttpError', status: 429, … }) // 'throttled'
 */
export const reasonOf = (failure: Failure): FailureReason => {
  switch (failure._tag) {
    case 'AuthError':
      return 'auth'
    case 'NetworkError':
      return 'network'
    case 'LimitError':
      return 'limit'
    case 'HttpError':
      return failure.status === 429 ? 'throttled' : 'server'
    // The collection's own deadline is what gives calls up.
    case 'TimeoutError':
    case 'AbortError':
    case 'UnfinishedError':
      return 'timeout'
    case 'UnexpectedError':
      return hasEnded(failure.cause) ? 'timeout' : 'decode'
    case 'DecodeError':
    case 'UnusablePointsError':
    case 'InvalidJson':
      return 'decode'
  }
}

const hasEnded = (cause: unknown): boolean =>
  cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError')

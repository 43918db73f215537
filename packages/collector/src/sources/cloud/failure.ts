import type { AlaudaError } from '@alauda-exporter/alauda-client'
import { known } from '@alauda-exporter/alauda-client/options'
import type { Failure, FailureReason } from '../../snapshot.js'

/**
 * A failed call as a snapshot has it.
 *
 * @example
 * failureOf({ _tag: 'HttpError', status: 429, … }) // { kind: 'HttpError', reason: 'throttled', status: 429, … }
 */
export const failureOf = (cause: AlaudaError): Failure => {
  const { _tag: kind, message } = cause
  return {
    kind,
    reason: reasonOf(cause),
    message,
    ...known({ status: 'status' in cause ? cause.status : undefined }),
    cause,
  }
}

const reasonOf = (error: AlaudaError): FailureReason => {
  switch (error._tag) {
    case 'AuthError':
      return 'auth'
    case 'NetworkError':
      return 'network'
    case 'LimitError':
      return 'limit'
    case 'HttpError':
      return error.status === 429 ? 'throttled' : 'server'
    // The collection's own deadline gives calls up.
    case 'TimeoutError':
    case 'AbortError':
      return 'timeout'
    case 'DecodeError':
    case 'InvalidJson':
      return 'decode'
  }
}

// The API says that an object is not there in JSON or in plain words; a page of HTML is another server's, or says that the API
// has no such call. And a login is not about the object.
export const isNotFound = (error: AlaudaError): boolean =>
  error._tag === 'HttpError' && error.status === 404 && error.method === 'GET' && error.mediaType === undefined

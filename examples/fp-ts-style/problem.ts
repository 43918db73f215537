import type { AlaudaError } from '@alauda-exporter/alauda-client'

/** Why there is no answer, for the client. */
export interface Problem {
  readonly status: number
  readonly title: string
  readonly retryAfterSeconds?: number
}

/** Every way in which the cloud can fail. A tag that is not here is an error of the compiler's, not of the night's. */
export const problemOf = (error: AlaudaError): Problem => {
  switch (error._tag) {
    case 'HttpError':
      if (error.status === 404) return { status: 404, title: 'There is no such service.' }
      return {
        status: 503,
        title: 'The cloud is in trouble.',
        ...(error.retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1000) }),
      }
    case 'TimeoutError':
      return { status: 504, title: 'The cloud did not answer in time.' }
    case 'NetworkError':
      return { status: 502, title: 'The cloud cannot be reached.' }
    case 'AuthError':
      return { status: 502, title: 'The cloud refuses this service’s credentials.' }
    case 'InvalidJson':
    case 'DecodeError':
      return { status: 502, title: 'The cloud’s answer is not as its API has it.' }
    case 'LimitError':
      return { status: 502, title: 'The cloud’s answer is larger than this service accepts.' }
    case 'AbortError':
      return { status: 503, title: 'This service is about to end.' }
  }
}

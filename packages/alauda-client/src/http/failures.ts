import type * as t from 'io-ts'
import type {
  AbortError,
  AlaudaError,
  AuthError,
  Bound,
  DecodeError,
  FailedCall,
  HttpError,
  InvalidJson,
  LimitError,
  Mismatch,
  NetworkError,
  TimeoutError,
} from './errors.js'
import { asksToWait } from './retry-after.js'
import { adviceOf, isError, isTimeout, messageOf, nameOf, systemCode } from './thrown.js'

/** Not all of `call`: a request is a call too, but it holds secrets. */
const failure = <Tag extends AlaudaError['_tag'], More>(
  _tag: Tag,
  { endpoint, method, url }: FailedCall,
  reason: string,
  more: More,
) => ({ _tag, endpoint, method, url, message: `${method} ${url}: ${reason}`, ...more })

export const networkError = (call: FailedCall, cause: Error): NetworkError => {
  const code = systemCode(cause)
  const reason = isOfFetch(code)
    ? `the fetch in use failed: ${wordsOf(cause)}`
    : isOfDecoder(code)
      ? `the answer cannot be decompressed (${code}); does a proxy change it, or cut it off?`
      : `no answer (${code}); ${adviceOf(cause) ?? 'check the endpoint and the network'}`
  return failure('NetworkError', call, reason, { ...(code === undefined ? {} : { code }), cause })
}

// The network's failures have the system's code. An error without one is of the code of a fetch, which nothing on the network helps.
const isOfFetch = (code: string | undefined): boolean => code === undefined || /^ERR_(INVALID|UNUSABLE)_/.test(code)

// zlib's, and those of its brotli decoder.
const isOfDecoder = (code = ''): boolean => /^(?:Z|ERR_|ERR_BROTLI)_/.test(code)

const maxWords = 200

const wordsOf = (cause: Error): string =>
  [cause, cause.cause]
    .filter(isError)
    .map(({ name, message }) => `${name}: ${message}`)
    .join('; ')
    .slice(0, maxWords)
    .toWellFormed()

export const timeoutError = (call: FailedCall, cause: unknown): TimeoutError => {
  const advice = adviceOf(cause) ?? 'the API is slow, or the timeout too short'
  const reason = `no complete answer in time (${messageOf(cause)}); ${advice}`
  return failure('TimeoutError', call, reason, { cause })
}

/** For a call whose caller's signal aborted: the signal's reason distinguishes a deadline from a cancellation. */
export const abortedError = (call: FailedCall, reason: unknown): TimeoutError | AbortError =>
  isTimeout(reason)
    ? timeoutError(call, reason)
    : failure('AbortError', call, 'given up by the caller', { cause: reason })

/** `mediaType` is that of an answer that is not JSON. */
export const httpError = (
  call: FailedCall,
  status: number,
  retryAfterMs?: number,
  { firstLine = '', mediaType = '' } = {},
): HttpError => {
  const media = mediaType === '' ? '' : ` (${mediaType})`
  const quoted = firstLine === '' ? '' : `, "${firstLine}"`
  return failure('HttpError', call, `HTTP status ${status}${media}${quoted}${adviceFor(status)}`, {
    status,
    firstLine,
    ...(isMarkup(mediaType) ? { mediaType } : {}),
    ...(retryAfterMs !== undefined && asksToWait(status) ? { retryAfterMs } : {}),
  })
}

/** HTML or XML. */
const isMarkup = (mediaType: string): boolean => /html|xml/.test(mediaType)

/** A call that was not made because of what the API had said to another. `until` is in milliseconds since the epoch. */
export const heldBack = (call: FailedCall, status: number, retryAfterMs: number, until: number): HttpError => {
  const reason = `not sent, the API asks to wait until ${timeText(until)} (HTTP status ${status})`
  return failure('HttpError', call, reason, { status, firstLine: '', retryAfterMs })
}

/** Why a login failed, and when the next one may be tried, in milliseconds since the epoch. */
export const untilNextLogin = (error: AlaudaError, next: number): AlaudaError => ({
  ...error,
  message: `${error.message}; no new login before ${timeText(next)}`,
})

const timeText = (ms: number): string => new Date(ms).toISOString()

export const invalidJson = (call: FailedCall, contentType: string): InvalidJson => {
  const type = contentType || 'none'
  const reason = `the answer is not JSON (Content-Type: ${type}); is this the API, or a proxy's page?`
  return failure('InvalidJson', call, reason, { contentType })
}

export const decodeError = (call: FailedCall, mismatches: ReadonlyArray<Mismatch>): DecodeError =>
  failure('DecodeError', call, `the answer is not as the API has it: ${listOf(mismatches)}`, { mismatches })

export const authError = (call: FailedCall, reason: string, status?: number): AuthError =>
  status === undefined
    ? failure('AuthError', call, reason, {})
    : failure('AuthError', call, `${reason} (HTTP status ${status})`, { status })

/** For credentials whose function threw, rejected or did not settle in time. Its message may hold a secret: not quoted. */
export const unreadable = (call: FailedCall, what: string, cause: unknown): AuthError => ({
  ...authError(call, `the ${what} cannot be read (${systemCode(cause) ?? nameOf(cause)})`),
  cause,
})

const excess: Readonly<Record<Bound, (limit: number) => string>> = {
  'answer-size': (limit) => `the answer is larger than ${limit} bytes after decompression; is this the API?`,
  depth: (limit) => `the answer is nested more than ${limit} levels deep; is this the API?`,
  pages: (limit) => `the list has more than ${limit} pages; split the namespace, or raise the limit`,
  services: (limit) => `the list has more than ${limit} services; split the namespace, or raise the limit`,
}

export const limitError = (call: FailedCall, bound: Bound, limit: number): LimitError =>
  failure('LimitError', call, excess[bound](limit), { bound, limit })

const adviceFor = (status: number): string => {
  if (status === 404) return '; it does not exist, or the endpoint is not the API (it ends in /v1/)'
  if (status === 407) return '; the proxy does not know the user name and password for it'
  if (status === 429) return '; too many calls for this account'
  if (status >= 300 && status < 400) return '; a redirect that cannot be followed, check the endpoint'
  if (status >= 500) return '; the API or a proxy before it is in trouble'
  return ''
}

/** As many as a `DecodeError` keeps. */
const keptMismatches = 10
const shownMismatches = 3

const listOf = (mismatches: ReadonlyArray<Mismatch>): string => {
  const shown = mismatches
    .slice(0, shownMismatches)
    .map(({ path, expected }) => `${path === '' ? 'the body' : path} should be ${expected}`)
    .join(', ')
  if (mismatches.length >= keptMismatches) return `${shown} and many more`
  const more = mismatches.length - shownMismatches
  return more > 0 ? `${shown} and ${more} more` : shown
}

/** Where an answer differs from its codec, first of all: path and expected type, never the value, which may be a secret. */
export const toMismatches = (errors: t.Errors): ReadonlyArray<Mismatch> => {
  const mismatches = new Map<string, Mismatch>()
  for (const { context } of errors) {
    const keys = context.map(({ key }) => key)
    const path = keys.filter((key) => key !== '').join('.')
    const expected = context.at(-1)?.type.name ?? 'something else'
    mismatches.set(JSON.stringify([path, expected]), { path, expected })
    if (mismatches.size === keptMismatches) break
  }
  return [...mismatches.values()]
}

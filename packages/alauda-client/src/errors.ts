import * as E from 'fp-ts/lib/Either.js'
import { isTimeout } from './deadline.js'
import { isError } from './is-error.js'
import { printable } from './printable.js'
import { redact } from './redact.js'

/** The call that failed. The URL never holds a secret: the token travels in a header, the password in a body. */
export interface FailedCall {
  /** `GET` or `POST`. */
  readonly method: string
  /** The whole address, with its query. */
  readonly url: string
}

interface Failure extends FailedCall {
  /** What happened, where, and what to do, in one line without secrets. */
  readonly message: string
}

/** No answer came: no connection, no such host, or the connection broke. */
export interface NetworkError extends Failure {
  /** Tells this failure from the others. */
  readonly _tag: 'NetworkError'
  /** The system's word for it (`ECONNREFUSED`, `ENOTFOUND`, …), where the transport gives one. */
  readonly code?: string
  /** An Error with the words of what the transport threw, without secrets. */
  readonly cause: unknown
}

/** The whole answer did not come in time. */
export interface TimeoutError extends Failure {
  /** Tells this failure from the others. */
  readonly _tag: 'TimeoutError'
  /** What ran out: an Error of the client's own, of the transport's, or the signal's reason. */
  readonly cause: unknown
}

/** The caller's AbortSignal fired. */
export interface AbortError extends Failure {
  /** Tells this failure from the others. */
  readonly _tag: 'AbortError'
  /** The signal's reason. */
  readonly cause: unknown
}

/** The answer's status is not 2xx. */
export interface HttpError extends Failure {
  /** Tells this failure from the others. */
  readonly _tag: 'HttpError'
  /** HTTP's status: 404, 500, …; never 2xx. */
  readonly status: number
  /**
   * What the API says in JSON (`detail`, `message`, `error` or `non_field_errors`): the first line that is not blank, at most
   * 200 characters. Empty when it says nothing there, and always for a login.
   */
  readonly firstLine: string
  /**
   * Media type of an answer that is HTML or XML, which the API does not write: a proxy does. `text/html` where its header says
   * JSON. Absent otherwise.
   */
  readonly mediaType?: string
  /** How long the API asks to be left alone, in milliseconds, at most an hour: Retry-After of a 429 or 503. */
  readonly retryAfterMs?: number
}

/** The answer's status is 2xx, but its body is not JSON. The body itself is not kept: it may hold secrets. */
export interface InvalidJson extends Failure {
  /** Tells this failure from the others. */
  readonly _tag: 'InvalidJson'
  /** The media type of the answer's `Content-Type`, empty when it has none. */
  readonly contentType: string
}

/** The answer is JSON of a shape that the API does not have. */
export interface DecodeError extends Failure {
  /** Tells this failure from the others. */
  readonly _tag: 'DecodeError'
  /** The first 10 places where it differs, and what was expected there; never the value that was found, which may be a secret. */
  readonly mismatches: ReadonlyArray<Mismatch>
}

/** One place of an answer that is not as the API's pages have it. */
export interface Mismatch {
  /** Keys and indexes from the root, joined by dots: `results.3.created_at`. Empty for the whole body. */
  readonly path: string
  /** The name of the expected type. */
  readonly expected: string
}

/**
 * A login gave no token, or the API refuses the token, and a new login did not help. A login whose answer says that it may
 * be tried again (408, 429, 5xx) is an `HttpError` of the login's URL, one without an answer a `NetworkError` or `TimeoutError`.
 */
export interface AuthError extends Failure {
  /** Tells this failure from the others. */
  readonly _tag: 'AuthError'
  /** The status of the answer; absent when there is nothing to log in with. */
  readonly status?: number
  /** What the function that reads the credentials threw or rejected with, if it did. */
  readonly cause?: unknown
}

/** What an answer or a list exceeded: bytes, levels of nesting, pages, services. */
export type Bound = 'answer-size' | 'depth' | 'pages' | 'services'

/** What the cloud sent exceeds a bound of this client. The rest was not read. */
export interface LimitError extends Failure {
  /** Tells this failure from the others. */
  readonly _tag: 'LimitError'
  /** Which bound. */
  readonly bound: Bound
  /** The most that is accepted: bytes after decompression, levels, pages, or services. */
  readonly limit: number
}

/**
 * Every way in which a call can fail. Tell them apart by `_tag`: a `switch` over it, with one case for each, is checked by the
 * compiler.
 */
export type AlaudaError =
  | NetworkError
  | TimeoutError
  | AbortError
  | HttpError
  | InvalidJson
  | DecodeError
  | AuthError
  | LimitError

/**
 * An `AlaudaError` as something that can be thrown: what the Promises of `createAlaudaClient` reject with.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { AlaudaException, createAlaudaClient } from '@alauda-exporter/alauda-client'
 *
 * const client = createAlaudaClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'not the password' },
 * })
 * try {
 *   await client.getService('demo', 'kibana')
 * } catch (exception) {
 *   if (!(exception instanceof AlaudaException)) throw exception
 *   assert.equal(exception.error._tag, 'AuthError')
 * }
 * ```
 */
export class AlaudaException extends Error {
  /** Always `AlaudaException`. */
  override readonly name = 'AlaudaException'
  /** What happened, as data. Its `message` is this exception's too, its `cause` where it has one. */
  readonly error: AlaudaError

  /** Takes the message and the cause over from `error`. */
  constructor(error: AlaudaError) {
    super(error.message, 'cause' in error ? { cause: error.cause } : undefined)
    this.error = error
  }
}

export const networkError = (call: FailedCall, cause: unknown): NetworkError => {
  const code = systemCode(cause)
  const advice = code === unusableResponse ? 'check the fetch in use' : 'check the endpoint and the network'
  return {
    _tag: 'NetworkError',
    ...callOf(call),
    message: `${at(call)}: no answer (${code ?? nameOf(cause)}); ${advice}`,
    ...(code === undefined ? {} : { code }),
    cause,
  }
}

export const timeoutError = (call: FailedCall, cause: unknown): TimeoutError => ({
  _tag: 'TimeoutError',
  ...callOf(call),
  message: `${at(call)}: no complete answer in time (${messageOf(cause)}); the API is slow, or the timeout too short`,
  cause,
})

const abortError = (call: FailedCall, cause: unknown): AbortError => ({
  _tag: 'AbortError',
  ...callOf(call),
  message: `${at(call)}: given up by the caller`,
  cause,
})

/** For a call whose caller's signal fired: whether its time was over or it was given up, the signal's reason tells. */
export const abortedError = (call: FailedCall, reason: unknown): TimeoutError | AbortError =>
  isTimeout(reason) ? timeoutError(call, reason) : abortError(call, reason)

export const httpError = (
  call: FailedCall,
  { status, firstLine = '', mediaType = '', retryAfterMs }: HttpFailure,
): HttpError => ({
  _tag: 'HttpError',
  ...callOf(call),
  status,
  firstLine,
  ...(isMarkup(mediaType) ? { mediaType } : {}),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  message: `${at(call)}: HTTP status ${status}${mediaType === '' ? '' : ` (${mediaType})`}${firstLine === '' ? '' : `, "${firstLine}"`}${adviceFor(status)}`,
})

/** HTML or XML. */
const isMarkup = (mediaType: string): boolean => /html|xml/.test(mediaType)

interface HttpFailure {
  readonly status: number
  readonly firstLine?: string
  /** Of an answer that is not JSON. */
  readonly mediaType?: string
  readonly retryAfterMs?: number | undefined
}

/** A call that was not made because of what the API had said to another. `until` is in milliseconds since the epoch. */
export const heldBack = (call: FailedCall, status: number, retryAfterMs: number, until: number): HttpError => ({
  ...httpError(call, { status, retryAfterMs }),
  message: `${at(call)}: not sent, the API asks to wait until ${timeText(until)} (HTTP status ${status})`,
})

/** Why a login failed, and when the next one may be tried, in milliseconds since the epoch. */
export const untilNextLogin = (error: AlaudaError, next: number): AlaudaError => ({
  ...error,
  message: `${error.message}; no new login before ${timeText(next)}`,
})

const timeText = (ms: number): string => new Date(ms).toISOString()

export const invalidJson = (call: FailedCall, contentType: string): InvalidJson => ({
  _tag: 'InvalidJson',
  ...callOf(call),
  contentType,
  message: `${at(call)}: the answer is not JSON (Content-Type: ${contentType || 'none'}); is this the API, or a proxy's page?`,
})

export const decodeError = (call: FailedCall, mismatches: ReadonlyArray<Mismatch>): DecodeError => ({
  _tag: 'DecodeError',
  ...callOf(call),
  mismatches,
  message: `${at(call)}: the answer is not as the API has it: ${listOf(mismatches)}`,
})

export const authError = (call: FailedCall, reason: string, status?: number): AuthError => ({
  _tag: 'AuthError',
  ...callOf(call),
  ...(status === undefined ? {} : { status }),
  message: `${at(call)}: ${reason}${status === undefined ? '' : ` (HTTP status ${status})`}`,
})

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

/** @example limitError({ method: 'GET', url }, 'answer-size', 4_000_000) */
export const limitError = (call: FailedCall, bound: Bound, limit: number): LimitError => ({
  _tag: 'LimitError',
  ...callOf(call),
  bound,
  limit,
  message: `${at(call)}: ${excess[bound](limit)}`,
})

// A request is a call too, but it holds secrets.
const callOf = ({ method, url }: FailedCall): FailedCall => ({ method, url })

const at = ({ method, url }: FailedCall): string => `${method} ${url}`

const adviceFor = (status: number): string => {
  if (status === 404) return '; it does not exist, or the endpoint is not the API (it ends in /v1/)'
  if (status === 429) return '; too many calls for this account'
  if (status >= 300 && status < 400) return '; a redirect that cannot be followed, check the endpoint'
  if (status >= 500) return '; the API or a proxy before it is in trouble'
  return ''
}

/** As many as a `DecodeError` keeps. */
export const keptMismatches = 10
const shownMismatches = 3

const listOf = (mismatches: ReadonlyArray<Mismatch>): string => {
  const shown = mismatches
    .slice(0, shownMismatches)
    .map(({ path, expected }) => `${path === '' ? 'the body' : path} should be ${expected}`)
  const more = mismatches.length - shown.length
  if (mismatches.length >= keptMismatches) return `${shown.join(', ')} and many more`
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** The code of the Error that says that a fetch of the caller's gave something else than a response. */
export const unusableResponse = 'ERR_UNUSABLE_RESPONSE'

/**
 * What a transport threw, as an Error with its name, its words, its code and its cause: whatever else it holds may be secret,
 * the request with its headers among it.
 */
export const withoutSecrets = (secrets: ReadonlyArray<string>, thrown: unknown, levels = maxCauses): Error => {
  const clean = (text: string): string => printable(redact(secrets, text.slice(0, maxCauseText)))
  const [name, message, code, cause] = ['name', 'message', 'code', 'cause'].map((key) => propertyOf(thrown, key))
  const error = new Error(
    clean(typeof message === 'string' ? message : typeof thrown === 'string' ? thrown : 'unknown reason'),
    isError(cause) && levels > 0 ? { cause: withoutSecrets(secrets, cause, levels - 1) } : undefined,
  )
  const isClean = (text: unknown): text is string => isWord(text) && clean(text) === text
  error.name = isClean(name) ? name : 'Error'
  return isClean(code) ? Object.assign(error, { code }) : error
}

const maxCauses = 3
const maxCauseText = 1000

const isWord = (text: unknown): text is string => typeof text === 'string' && /^\w{1,64}$/.test(text)

// A getter may throw, too.
const propertyOf = (thrown: unknown, key: string): unknown =>
  typeof thrown === 'object' && thrown !== null
    ? E.toUnion(
        E.tryCatch(
          (): unknown => Reflect.get(thrown, key),
          () => undefined,
        ),
      )
    : undefined

// node-fetch puts the code on its own error, Node's fetch on that error's cause.
const systemCode = (thrown: unknown): string | undefined =>
  [thrown, propertyOf(thrown, 'cause')].map((candidate) => propertyOf(candidate, 'code')).find(isWord)

const timeoutCodes = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/** Whether a transport gave up for lack of time, by our rules or its own. */
export const isTransportTimeout = (thrown: unknown): boolean =>
  (thrown instanceof Error && propertyOf(thrown, 'name') === 'TimeoutError') ||
  timeoutCodes.has(systemCode(thrown) ?? '')

const nameOf = (thrown: unknown): string => {
  if (!isError(thrown)) return 'unknown reason'
  const name = propertyOf(thrown, 'name')
  return isWord(name) ? name : 'Error'
}

const messageOf = (thrown: unknown): string => (isError(thrown) ? thrown.message : 'unknown reason')

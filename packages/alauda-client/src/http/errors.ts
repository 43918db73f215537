import type { Endpoint } from '../cloud/endpoints.js'

/** The call that failed. The URL never holds a secret: the token travels in a header, the password in a body. */
export interface FailedCall {
  /** The client's method: `getService`, or `login` where a call had to log in first. */
  readonly endpoint: Endpoint
  /** `GET` or `POST`. */
  readonly method: string
  /** The whole address, with its query. */
  readonly url: string
}

interface Failure<Tag extends string> extends FailedCall {
  /** The kind of failure. */
  readonly _tag: Tag
  /** What happened, where, and what to do, in one line without secrets. */
  readonly message: string
}

/** No answer came: no connection, no such host, or the connection broke. */
export interface NetworkError extends Failure<'NetworkError'> {
  /** The system's word for it (`ECONNREFUSED`, `ENOTFOUND`, …), where the transport gives one. */
  readonly code?: string
  /** An Error with the words of what the transport threw, without secrets. */
  readonly cause: unknown
}

/** The whole answer did not come in time. */
export interface TimeoutError extends Failure<'TimeoutError'> {
  /** What ran out: an Error of the client's own, of the transport's, or the signal's reason. */
  readonly cause: unknown
}

/** The caller's AbortSignal fired. */
export interface AbortError extends Failure<'AbortError'> {
  /** The signal's reason. */
  readonly cause: unknown
}

/** The answer's status is not 2xx. */
export interface HttpError extends Failure<'HttpError'> {
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
export interface InvalidJson extends Failure<'InvalidJson'> {
  /** The media type of the answer's `Content-Type`, empty when it has none. */
  readonly contentType: string
}

/** The answer is JSON of a shape that the API does not have. */
export interface DecodeError extends Failure<'DecodeError'> {
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
export interface AuthError extends Failure<'AuthError'> {
  /** The status of the answer; absent when there is nothing to log in with. */
  readonly status?: number
  /** What the function that reads the credentials threw or rejected with, if it did. */
  readonly cause?: unknown
}

/** What an answer or a list exceeded: bytes, levels of nesting, pages, services. */
export type Bound = 'answer-size' | 'depth' | 'pages' | 'services'

/** What the cloud sent exceeds a bound of this client. The rest was not read. */
export interface LimitError extends Failure<'LimitError'> {
  /** Which bound. */
  readonly bound: Bound
  /** The most that is accepted: bytes after decompression, levels, pages, or services. */
  readonly limit: number
}

/**
 * Every way in which a call can fail. Distinguish them by `_tag`: the compiler checks that a `switch` over it has every case.
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

// The package has a CommonJS and an ESM copy, each with a class of its own.
const brand = Symbol.for('@alauda-exporter/alauda-client/AlaudaException')

/**
 * What the Promises of `createAlaudaClient` reject with: an {@link AlaudaError} that can be thrown, with all its fields.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { AlaudaException, createAlaudaClient } from '@alauda-exporter/alauda-client'
 *
 * const client = createAlaudaClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * try {
 *   await client.getService({ namespace: 'demo', service: 'no-such-service' })
 * } catch (error) {
 *   if (!AlaudaException.is(error)) throw error
 *   assert.equal(error._tag, 'HttpError')
 *   assert.equal(error.status, 404)
 *   assert.equal(error.endpoint, 'getService')
 * }
 * ```
 */
export class AlaudaException extends Error implements FailedCall {
  /** Always `AlaudaException`. */
  override readonly name = 'AlaudaException'
  /** What happened. */
  declare readonly _tag: AlaudaError['_tag']
  /** The client's method: `getService`, or `login` where a call had to log in first. */
  declare readonly endpoint: Endpoint
  /** `GET` or `POST`. */
  declare readonly method: string
  /** The whole address, with its query. */
  declare readonly url: string
  /** HTTP's status, where the API answered. */
  declare readonly status?: number

  static {
    Object.defineProperty(AlaudaException.prototype, brand, { value: true })
  }

  /** Takes over all fields of `error`. */
  constructor(error: AlaudaError) {
    super(error.message, 'cause' in error ? { cause: error.cause } : undefined)
    Object.assign(this, error)
  }

  /**
   * Whether `value` is an `AlaudaException`, whichever copy of this package made it; `_tag` then determines its other fields.
   * `instanceof` knows only its own copy: a program can have one by `import` and one by `require`.
   */
  static is(value: unknown): value is AlaudaException & AlaudaError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

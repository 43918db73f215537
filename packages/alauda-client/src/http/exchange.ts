import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import packageJson from '../../package.json' with { type: 'json' }
import type { Clock } from '../clock.js'
import { hasMethods, isBetween } from '../options.js'
import { Cancellation } from './cancellation.js'
import { onDeadline } from './deadline.js'
import type { AbortError, FailedCall, NetworkError, TimeoutError } from './errors.js'
import { abortedError, networkError, timeoutError } from './failures.js'
import { readBody } from './read-body.js'
import { redact } from './redact.js'
import { parseRetryAfter } from './retry-after.js'
import type { Recorder } from './statistics.js'
import { isTransportTimeout, withoutSecrets } from './thrown.js'
import type { FetchInit, FetchLike, FetchResponse } from './transport.js'

/** A call as it is sent. */
export interface HttpCall extends FailedCall {
  readonly method: 'GET' | 'POST'
}

/** One request, before anything is known of what its answer should be. */
export interface HttpRequest extends HttpCall {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What must not appear in an error, should the answer or the transport repeat it. */
  readonly secrets?: ReadonlyArray<string>
  readonly signal?: AbortSignal | undefined
}

/** An answer whose body has been read, as far as it may be. */
export interface Answer {
  readonly status: number
  /** Without parameters; empty when there is none, or none that is a media type. */
  readonly mediaType: string
  /** What Retry-After asks for, whatever the status. */
  readonly retryAfterMs: number | undefined
  /** Where a redirect leads, in the server's words. */
  readonly location: string | null
  readonly body: string
  /** Whether `body` is all of it. */
  readonly isWhole: boolean
  /** How many bytes were allowed. */
  readonly maxBytes: number
}

/** Why there is no answer. */
export type NoAnswer = NetworkError | TimeoutError | AbortError

/** Sends one request and reads its answer, whatever it is. Never rejects. */
export type Exchange = (request: HttpRequest) => TE.TaskEither<NoAnswer, Answer>

export interface Transport {
  readonly fetch: FetchLike
  readonly clock: Clock
  /** For one call, from sending it to the last byte of its answer, redirects included. */
  readonly timeoutMs: number
  /** For the body of an answer, after decompression. */
  readonly maxAnswerBytes: number
  readonly recorder: Recorder
  /** Waits until the API takes requests again; absent when it does. */
  readonly untilAsked: (request: HttpRequest) => Promise<void> | undefined
  /** Receives each answer. */
  readonly onAnswer: (request: HttpRequest, answer: Answer) => void
}

/** Enough for a sentence or a token. Of answers that are no success, and of those to a login, no more is read. */
export const maxSmallAnswerBytes = 65_536

/** The only place that calls fetch. */
export const createExchange =
  (transport: Transport): Exchange =>
  (request) =>
  async () => {
    const wait = transport.untilAsked(request)
    if (wait !== undefined) await wait
    if (request.signal?.aborted) return E.left(abortedError(request, request.signal.reason))
    const answered = transport.recorder.requestSent(request.endpoint)
    try {
      const answer = await answerInTime(transport, request)
      answered(`${answer.status}`)
      transport.onAnswer(request, answer)
      return E.right(answer)
    } catch (thrown) {
      const noAnswer = toNoAnswer(request, thrown)
      answered(codes[noAnswer._tag])
      return E.left(noAnswer)
    }
  }

const codes = { TimeoutError: 'timeout', NetworkError: 'network', AbortError: 'aborted' } as const

const toNoAnswer = (request: HttpRequest, thrown: unknown): NoAnswer => {
  const { signal, secrets = [] } = request
  if (signal?.aborted) return abortedError(request, signal.reason)
  const cause = withoutSecrets(secrets, thrown)
  // A secret may be a part of the names by which timeouts are known.
  return isTransportTimeout(thrown) ? timeoutError(request, cause) : networkError(request, cause)
}

/** Rejects at the deadline, or when the caller gives up, whether the transport respects its signal or not. */
const answerInTime = (transport: Transport, request: HttpRequest): Promise<Answer> =>
  new Promise((resolve, reject) => {
    let connection: Cancellation | undefined
    let isOver = false
    const end = onDeadline(transport.clock, transport.timeoutMs, request.signal, (reason) => {
      isOver = true
      reject(reason)
      connection?.abort(reason)
    })
    const fail = (thrown: unknown) => {
      end()
      reject(thrown)
    }
    /*
     * Redirects are followed by hand, for two reasons: the API's servers redirect between the forms with and without a final
     * slash, which must neither lose the token nor turn a login into a GET; and another origin must see neither token nor password.
     */
    const ask = (url: string, redirects: number): void => {
      connection = new Cancellation()
      exchangeOnce(transport, request, url, connection).then((answer) => {
        const next = redirects < maxRedirects ? redirectTarget(url, request.method, answer) : undefined
        if (next !== undefined && !isOver) return ask(next, redirects + 1)
        end()
        resolve(answer)
      }, fail)
    }
    ask(request.url, 0)
  })

const maxRedirects = 5

/**
 * The target of a redirect, if the client may follow it: within an origin, or from http to https on the same host. A login's 303 is
 * not followed: it requests a GET, and the password must not be sent again.
 */
const redirectTarget = (from: string, method: string, { status, location }: Answer): string | undefined => {
  const isRedirect = [301, 302, 307, 308].includes(status) || (status === 303 && method === 'GET')
  if (!isRedirect || location === null || !URL.canParse(location, from)) return undefined
  const [source, to] = [new URL(from), new URL(location, from)]
  if (to.username !== '' || to.password !== '') return undefined
  const isUpgrade = source.protocol === 'http:' && to.protocol === 'https:' && to.hostname === source.hostname
  return to.origin === source.origin || isUpgrade ? to.href : undefined
}

const exchangeOnce = async (
  { fetch, clock, maxAnswerBytes }: Transport,
  { endpoint, method, headers, body, secrets = [] }: HttpRequest,
  url: string,
  connection: Cancellation,
): Promise<Answer> => {
  let isRead = false
  try {
    const allHeaders = { accept: 'application/json', 'user-agent': userAgent, ...headers }
    const response: unknown = await fetch(url, new Init(method, allHeaders, body, connection))
    connection.throwIfAborted()
    if (!isResponse(response)) {
      const words = 'it gave no response with a status and headers'
      throw Object.assign(new TypeError(words), { code: 'ERR_UNUSABLE_RESPONSE' })
    }
    const { status } = response
    const maxBytes =
      isSuccess(status) && endpoint !== 'login' ? maxAnswerBytes : Math.min(maxAnswerBytes, maxSmallAnswerBytes)
    const reading = isAnnouncedBeyond(response, maxBytes)
      ? { text: '', isWhole: false }
      : readBody(response, maxBytes, connection)
    const { text, isWhole } = reading instanceof Promise ? await reading : reading
    isRead = isWhole
    return {
      status,
      mediaType: mediaTypeOf(headerOf(response, 'content-type') ?? '', secrets),
      retryAfterMs: parseRetryAfter(headerOf(response, 'retry-after'), headerOf(response, 'date'), clock.now()),
      location: headerOf(response, 'location'),
      body: text,
      isWhole,
      maxBytes,
    }
  } finally {
    // The rest of the body is not wanted, and would hold the connection.
    if (!isRead) connection.abort()
  }
}

/**
 * A class for its getter, which is the same function in each of them: V8 has no fast form for objects that have one of their own, and a
 * request took a microsecond longer. It is the object's own property, so that a transport may spread it.
 */
class Init implements FetchInit {
  static readonly #signal: PropertyDescriptor & ThisType<Init> = {
    enumerable: true,
    get() {
      return this.#connection.signal
    },
  }

  readonly redirect = 'manual'
  readonly onAbort: FetchInit['onAbort']
  declare readonly body?: string
  declare readonly signal: AbortSignal
  readonly #connection: Cancellation

  constructor(
    readonly method: string,
    readonly headers: Record<string, string>,
    body: string | undefined,
    connection: Cancellation,
  ) {
    if (body !== undefined) this.body = body
    this.onAbort = (callback) => connection.onAbort(callback)
    this.#connection = connection
    Object.defineProperty(this, 'signal', Init.#signal)
  }
}

const userAgent = `alauda-client/${packageJson.version}`

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

// A caller without TypeScript may pass a `fetch` that returns anything.
const isResponse = (response: unknown): response is FetchResponse => {
  if (typeof response !== 'object' || response === null) return false
  const status: unknown = Reflect.get(response, 'status')
  return (
    Number.isInteger(status) && isBetween(status, 100, 999) && hasMethods(Reflect.get(response, 'headers'), ['get'])
  )
}

const headerOf = ({ headers }: FetchResponse, name: string): string | null => {
  const value: unknown = headers.get(name)
  return typeof value === 'string' ? value : null
}

/** Says nothing of compressed bodies: their Content-Length is that of the compressed form. */
const isAnnouncedBeyond = (response: FetchResponse, maxBytes: number): boolean => {
  const coding = headerOf(response, 'content-encoding')?.trim().toLowerCase() ?? ''
  const length = headerOf(response, 'content-length')?.trim() ?? ''
  return (
    isSuccess(response.status) && ['', 'identity'].includes(coding) && /^\d+$/.test(length) && Number(length) > maxBytes
  )
}

// These say what an answer is: no more than that can be in them, whatever the secrets are.
const knownMediaTypes = new Set(['application/json', 'text/html', 'application/xhtml+xml', 'text/plain'])

const mediaTypeOf = (contentType: string, secrets: ReadonlyArray<string>): string => {
  if (knownMediaTypes.has(contentType)) return contentType
  const typeIn = (text: string) => /^\s*([\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64})\s*(?:;|$)/.exec(text)?.[1] ?? ''
  const mediaType = typeIn(contentType).toLowerCase()
  return knownMediaTypes.has(mediaType) ? mediaType : typeIn(redact(secrets, contentType))
}

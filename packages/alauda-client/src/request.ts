import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import type { Clock } from './clock.js'
import { isTimeout, withDeadline } from './deadline.js'
import {
  type AbortError,
  type AlaudaError,
  abortedError,
  decodeError,
  type FailedCall,
  httpError,
  invalidJson,
  isTransportTimeout,
  type NetworkError,
  networkError,
  type TimeoutError,
  timeoutError,
} from './errors.js'
import { toMismatches } from './mismatches.js'
import type { Endpoint, Recorder } from './statistics.js'
import type { FetchLike, FetchResponse } from './transport.js'

/** One call of the API and what its answer should be. */
export interface ApiRequest<A> {
  /** What it is counted under. */
  readonly endpoint: Endpoint
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What must not appear in an error, should the answer repeat it. */
  readonly secrets?: ReadonlyArray<string>
  readonly decoder: t.Decoder<unknown, A>
  /** What an empty body means: the API answers so when it has nothing to tell. Without it an empty body is a DecodeError. */
  readonly whenEmpty?: A
  /** How the body is read, when not as JSON. */
  readonly parse?: (body: string) => unknown
  readonly signal?: AbortSignal | undefined
}

/** Sends one request. What limits, retries or authorizes calls takes a `Send` and gives a `Send`. */
export type Send = <A>(request: ApiRequest<A>) => TE.TaskEither<AlaudaError, A>

/** Sends one request whose turn has come. When it has to be sent once more, `nextTurn` waits until it may. */
export type SendInTurn = <A>(
  request: ApiRequest<A>,
  nextTurn: TE.TaskEither<AlaudaError, void>,
) => TE.TaskEither<AlaudaError, A>

export interface Transport {
  readonly fetch: FetchLike
  readonly clock: Clock
  /** For one call, from sending it to the last byte of its answer, redirects included. */
  readonly timeoutMs: number
  readonly recorder: Recorder
}

/** The only place that speaks HTTP: send → status → JSON → decode. */
export const createSend =
  (transport: Transport): Send =>
  (request) =>
    pipe(
      exchange(transport, request),
      TE.chainEitherKW((answer) => checkStatus(request, answer)),
      TE.chainEitherK((answer) => decodeBody(request, answer)),
    )

interface Answer {
  readonly status: number
  readonly contentType: string
  readonly retryAfterMs: number | undefined
  readonly body: string
}

/** Why there is no answer. */
type NoAnswer = NetworkError | TimeoutError | AbortError

const exchange =
  <A>(transport: Transport, request: ApiRequest<A>): TE.TaskEither<NoAnswer, Answer> =>
  async () => {
    // withDeadline would send nothing either, but it must not be counted as sent.
    if (request.signal?.aborted) return E.left(abortedError(request, request.signal.reason))
    const answered = transport.recorder.requestSent(request.endpoint)
    const result = await sendAndRead(transport, request)()
    answered(E.isRight(result) ? `${result.right.status}` : codes[result.left._tag])
    return result
  }

const codes = { TimeoutError: 'timeout', NetworkError: 'network', AbortError: 'aborted' } as const

const sendAndRead = <A>(transport: Transport, request: ApiRequest<A>): TE.TaskEither<NoAnswer, Answer> =>
  TE.tryCatch(
    () =>
      withDeadline(transport.clock, transport.timeoutMs, request.signal, async (signal) => {
        const response = await followRedirects(transport.fetch, request, signal)
        return {
          status: response.status,
          contentType: response.headers.get('content-type') ?? '',
          retryAfterMs: retryAfterMs(response, transport.clock),
          body: await response.text(),
        }
      }),
    (thrown) => toTransportError(request, thrown),
  )

const toTransportError = (
  request: FailedCall & { readonly signal?: AbortSignal | undefined },
  thrown: unknown,
): NoAnswer => {
  if (isTimeout(thrown) || isTransportTimeout(thrown)) return timeoutError(request, thrown)
  if (request.signal?.aborted) return abortedError(request, thrown)
  return networkError(request, thrown)
}

const redirectStatuses = new Set([301, 302, 303, 307, 308])
const maxRedirects = 5

/**
 * Follows redirects by hand, for two reasons: the API's servers redirect between the forms with and without a final slash,
 * which must neither lose the token nor turn a login into a GET; and another host must never see the token or the password.
 */
const followRedirects = async <A>(
  fetch: FetchLike,
  request: ApiRequest<A>,
  signal: AbortSignal,
): Promise<FetchResponse> => {
  let url = new URL(request.url)
  let headers: Record<string, string> = { accept: 'application/json', ...request.headers }
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url.href, {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      signal,
    })
    const location = response.headers.get('location')
    if (!redirectStatuses.has(response.status) || location === null || redirects === maxRedirects) return response
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined
    if (next === undefined || !/^https?:$/.test(next.protocol)) return response
    if (!keepsSecrets(url, next)) {
      if (request.body !== undefined) return response
      headers = withoutAuthorization(headers)
    }
    await response.text() // frees the connection
    url = next
  }
}

const keepsSecrets = (from: URL, to: URL): boolean =>
  to.host === from.host && (to.protocol === from.protocol || to.protocol === 'https:')

const withoutAuthorization = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'))

const checkStatus = <A>(request: ApiRequest<A>, answer: Answer): E.Either<AlaudaError, Answer> =>
  answer.status >= 200 && answer.status < 300
    ? E.right(answer)
    : E.left(
        httpError(
          request,
          answer.status,
          firstLineOf(redact(request.secrets ?? [], sentenceOf(answer.body))),
          answer.retryAfterMs,
        ),
      )

/**
 * Retry-After in milliseconds: a number of seconds, or a date, which is told by the server's clock and not by ours.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
const retryAfterMs = ({ status, headers }: FetchResponse, clock: Clock): number | undefined => {
  const retryAfter = headers.get('retry-after')
  if (retryAfter === null || !(status === 429 || status === 503)) return undefined
  const serverNow = Date.parse(headers.get('date') ?? '')
  const ms = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - (Number.isNaN(serverNow) ? clock.now() : serverNow)
  return ms > 0 ? ms : undefined
}

const maxFirstLine = 200

// What is cut off must hold no part of a secret: secrets are replaced before. Behind a sentence there may be a dump of anything,
// a service's environment variables too.
const firstLineOf = (sentence: string): string =>
  (sentence.match(/\S[^\r\n]*/)?.[0] ?? '')
    .replace(/[{[].*/s, '')
    .replace(/\p{Cc}/gu, ' ')
    .trimEnd()
    .slice(0, maxFirstLine)

const sentenceFields = ['detail', 'message', 'error', 'non_field_errors']

// An error in JSON may hold anything, a service's environment variables too: only what is meant to be read is taken from it.
const sentenceOf = (body: string): string => {
  if (!/^\s*[{[]/.test(body)) return body
  const fields = E.toUnion(
    E.tryCatch(
      (): unknown => JSON.parse(body),
      () => undefined,
    ),
  )
  if (typeof fields !== 'object' || fields === null) return ''
  const sentences = sentenceFields.flatMap((name): unknown => Reflect.get(fields, name))
  return sentences.find((sentence) => typeof sentence === 'string') ?? ''
}

const redact = (secrets: ReadonlyArray<string>, text: string): string =>
  secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), formEncoded(secret), JSON.stringify(secret).slice(1, -1)])
    .reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text)

const formEncoded = (text: string): string => new URLSearchParams({ text }).toString().slice('text='.length)

const decodeBody = <A>(request: ApiRequest<A>, answer: Answer): E.Either<AlaudaError, A> => {
  if (answer.body.trim() === '') {
    return request.whenEmpty === undefined
      ? E.left(decodeError(request, [{ path: '', expected: `${request.decoder.name}, not empty` }]))
      : E.right(request.whenEmpty)
  }
  return pipe(
    // JSON.parse quotes the text in its error, and the text may hold secrets: that error goes no further.
    E.tryCatch(
      (): unknown => (request.parse ?? JSON.parse)(answer.body),
      () => invalidJson(request, answer.contentType),
    ),
    E.chainW((json) =>
      pipe(
        request.decoder.decode(json),
        E.mapLeft((errors) => decodeError(request, toMismatches(errors))),
      ),
    ),
  )
}

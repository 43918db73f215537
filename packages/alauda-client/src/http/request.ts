import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { turnForText } from '../turns.js'
import type { AlaudaError, Mismatch } from './errors.js'
import { type Answer, type Exchange, type HttpRequest, isSuccess } from './exchange.js'
import { decodeError, httpError, invalidJson, limitError, toMismatches } from './failures.js'
import { type JsonFault, maxJsonLevels, parseJson } from './json.js'
import { sentenceOf } from './sentence.js'

/** Decodes an answer, or says where it has another shape. What may be large takes steps that leave turns to the rest of the program. */
export interface AnswerDecoder<A> {
  readonly name: string
  readonly decode: (input: unknown) => Decoded<A> | Promise<Decoded<A>>
}

type Decoded<A> = E.Either<ReadonlyArray<Mismatch>, A>

export const inOneStep = <A>(codec: t.Decoder<unknown, A>): AnswerDecoder<A> => ({
  name: codec.name,
  decode: (input) => E.mapLeft(toMismatches)(codec.decode(input)),
})

type Parse = (body: string) => E.Either<JsonFault, unknown> | Promise<E.Either<JsonFault, unknown>>

/** One call of the API and what its answer should be. */
export interface ApiRequest<A> extends HttpRequest {
  readonly decoder: AnswerDecoder<A>
  /** The meaning of an empty body, which the API sends when it has no data. Without it an empty body is a DecodeError. */
  readonly whenEmpty?: A | undefined
  /** How the body is read, when not as JSON. */
  readonly parse?: Parse | undefined
}

/** The same, before it is known who sends it. */
export type UnauthorizedRequest<A> = Omit<ApiRequest<A>, 'headers' | 'secrets'>

/** Makes one call. */
export type Send = <A>(request: ApiRequest<A>) => TE.TaskEither<AlaudaError, A>

/** Makes one call whose turn has come. When it has to be sent once more, `nextTurn` waits until it may. */
export type SendInTurn = <A>(
  request: UnauthorizedRequest<A>,
  nextTurn: TE.TaskEither<AlaudaError, void>,
) => TE.TaskEither<AlaudaError, A>

/** From a request to what its answer says: send → status → JSON → decode. */
export const createSend =
  (exchange: Exchange): Send =>
  <A>(request: ApiRequest<A>) =>
  async (): Promise<E.Either<AlaudaError, A>> => {
    const answer = await exchange(request)()
    if (E.isLeft(answer)) return answer
    const success = checkStatus(request, answer.right)
    if (E.isLeft(success)) return success
    const { body, mediaType } = success.right
    const { decoder, whenEmpty, parse = parseJson } = request
    // Answers that come at once would stop the program for the time that all of them take.
    const turn = turnForText(body)
    if (turn !== undefined) await turn
    if (body.trim() === '') {
      return whenEmpty === undefined
        ? E.left(decodeError(request, [{ path: '', expected: `${decoder.name}, not empty` }]))
        : E.right(whenEmpty)
    }
    const parsing = parse(body)
    const json = parsing instanceof Promise ? await parsing : parsing
    if (E.isLeft(json)) {
      return E.left(
        json.left === 'depth' ? limitError(request, 'depth', maxJsonLevels) : invalidJson(request, mediaType),
      )
    }
    const decoding = decoder.decode(json.right)
    const decoded = decoding instanceof Promise ? await decoding : decoding
    return E.isLeft(decoded) ? E.left(decodeError(request, decoded.left)) : decoded
  }

const checkStatus = (request: HttpRequest, answer: Answer): E.Either<AlaudaError, Answer> => {
  const { status, mediaType, body, retryAfterMs } = answer
  if (isSuccess(status)) {
    return answer.isWhole ? E.right(answer) : E.left(limitError(request, 'answer-size', answer.maxBytes))
  }
  const firstLine = sentenceOf(body, request.secrets ?? [])
  const isPage = firstLine === undefined && body !== ''
  const quoted = { firstLine, mediaType: isPage ? mediaTypeOf(body, mediaType) : '' }
  return E.left(httpError(request, status, retryAfterMs, quoted))
}

// Some proxies say of their pages, too, that they are JSON.
const mediaTypeOf = (body: string, said: string): string =>
  said.includes('json') && /^\s*</.test(body) ? 'text/html' : said

import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Mismatch } from '../../src/http/errors.js'
import { toMismatches } from '../../src/http/failures.js'
import type { AnswerDecoder } from '../../src/http/request.js'

const valueOrLines = <A>(result: E.Either<ReadonlyArray<Mismatch>, A>): A | string[] =>
  E.isRight(result) ? result.right : result.left.map(({ path, expected }) => `${path}: ${expected}`)

/** The decoded value, or where the input differs as `path: expected` lines. */
export const decoded = <A>(codec: t.Decoder<unknown, A>, input: unknown): A | string[] =>
  valueOrLines(E.mapLeft(toMismatches)(codec.decode(input)))

/** The same for what is decoded in steps. */
export const decodedInSteps = async <A>(decoder: AnswerDecoder<A>, input: unknown): Promise<A | string[]> =>
  valueOrLines(await decoder.decode(input))

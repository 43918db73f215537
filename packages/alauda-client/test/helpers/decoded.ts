import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { toMismatches } from '../../src/http/failures.js'
import type { StepDecoder } from '../../src/http/request.js'

const valueOrLines = <A>(result: t.Validation<A>): A | string[] =>
  E.isRight(result) ? result.right : toMismatches(result.left).map(({ path, expected }) => `${path}: ${expected}`)

/** The decoded value, or where the input differs as `path: expected` lines. */
export const decoded = <A>(codec: t.Decoder<unknown, A>, input: unknown): A | string[] =>
  valueOrLines(codec.decode(input))

/** The same for what is decoded in steps. */
export const decodedInSteps = async <A>(decoder: StepDecoder<A>, input: unknown): Promise<A | string[]> =>
  valueOrLines(await decoder.decode(input))

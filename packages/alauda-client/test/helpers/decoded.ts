import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { toMismatches } from '../../src/mismatches.js'

/** The decoded value, or where the input differs as `path: expected` lines. */
export const decoded = <A>(codec: t.Decoder<unknown, A>, input: unknown): A | string[] => {
  const result = codec.decode(input)
  return E.isRight(result)
    ? result.right
    : toMismatches(result.left).map(({ path, expected }) => `${path}: ${expected}`)
}

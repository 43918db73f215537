import * as t from 'io-ts'
import type { Mismatch } from './errors.js'
import { keptMismatches } from './failures.js'

/** Where an answer differs from its codec, first of all: path and expected type, never the value, which may be a secret. */
export const toMismatches = (errors: t.Errors): ReadonlyArray<Mismatch> => {
  const mismatches = new Map<string, Mismatch>()
  for (const { context } of errors) {
    const path = context
      .filter(({ key, type }) => key !== '' && !isHalfOfResource(type))
      .map(({ key }) => key)
      .join('.')
    const expected = context.at(-1)?.type.name ?? 'something else'
    mismatches.set(JSON.stringify([path, expected]), { path, expected })
    if (mismatches.size === keptMismatches) break
  }
  return [...mismatches.values()]
}

// A resource's codec is the intersection of its required and its optional fields; io-ts counts these halves as a level.
const isHalfOfResource = (type: t.Decoder<unknown, unknown>): boolean =>
  type instanceof t.InterfaceType || type instanceof t.PartialType

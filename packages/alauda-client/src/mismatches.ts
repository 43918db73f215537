import * as t from 'io-ts'
import type { Mismatch } from './errors.js'

/** Where an answer differs from its codec: path and expected type, never the value, which may be a secret. */
export const toMismatches = (errors: t.Errors): ReadonlyArray<Mismatch> => {
  const mismatches = errors.map(({ context }) => ({
    path: context
      .filter(({ key, type }) => key !== '' && !isHalfOfResource(type))
      .map(({ key }) => key)
      .join('.'),
    expected: context.at(-1)?.type.name ?? 'something else',
  }))
  return mismatches.filter(
    ({ path, expected }, index) =>
      mismatches.findIndex((other) => other.path === path && other.expected === expected) === index,
  )
}

// A resource's codec is the intersection of its required and its optional fields; io-ts counts these halves as a level.
const isHalfOfResource = (type: t.Decoder<unknown, unknown>): boolean =>
  type instanceof t.InterfaceType || type instanceof t.PartialType

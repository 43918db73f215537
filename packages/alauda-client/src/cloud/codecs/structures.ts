import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { parseJson } from '../../http/json.js'

// The API's first generation sends structures as JSON in strings, and `{}` for an empty list; some installations send `[]` for an
// empty object.

// It is read in one step: many times what any service says there.
const longestText = 65_536

const structureIn = (input: unknown): unknown =>
  typeof input === 'string' && input.length <= longestText ? E.getOrElse((): unknown => input)(parseJson(input)) : input

/** Whether it is an object or a list with nothing in it. */
export const isEmpty = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && Object.keys(input).length === 0

/**
 * @example
 * listIn({})    // []
 * listIn('[1]') // [1]
 */
export const listIn = (input: unknown): unknown => {
  const structure = structureIn(input)
  return isEmpty(structure) ? [] : structure
}

/** As `codec`, of what `prepare` makes of an input. */
export const prepared = <A>(codec: t.Type<A, unknown, unknown>, prepare: (input: unknown) => unknown) =>
  new t.Type<A, unknown, unknown>(
    codec.name,
    codec.is,
    (input, context) => codec.validate(prepare(input), context),
    codec.encode,
  )

/**
 * A structure, whichever way it is sent.
 *
 * @example
 * jsonText(t.type({ a: t.number })).decode('{"a":1}') // right({ a: 1 })
 * jsonText(t.type({ a: t.number })).decode({ a: 1 })  // right({ a: 1 })
 */
export const jsonText = <A>(codec: t.Type<A, unknown, unknown>) => prepared(codec, structureIn)

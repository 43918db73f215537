import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { parseJson } from '../../http/json.js'

// It is read in one step: many times what any service says there.
const longestText = 65_536

/** What a text within an answer says in JSON. A longer text than any service has is none. */
export const parseNested = (text: string): E.Either<unknown, unknown> =>
  text.length > longestText ? E.left('size') : parseJson(text)

/**
 * A structure that the API's first generation sends as JSON in a string, and its second as it is.
 *
 * @example
 * jsonText(t.type({ a: t.number })).decode('{"a":1}') // right({ a: 1 })
 * jsonText(t.type({ a: t.number })).decode({ a: 1 })  // right({ a: 1 })
 */
export const jsonText = <A, O>(codec: t.Type<A, O, unknown>) =>
  new t.Type<A, O, unknown>(
    codec.name,
    codec.is,
    (input, context) => {
      if (typeof input !== 'string') return codec.validate(input, context)
      const json = parseNested(input)
      return E.isLeft(json) ? t.failure(input, context) : codec.validate(json.right, context)
    },
    codec.encode,
  )

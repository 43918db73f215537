import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { parseJson } from '../json.js'

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
      const json = parseJson(input)
      return E.isLeft(json) ? t.failure(input, context) : codec.validate(json.right, context)
    },
    codec.encode,
  )

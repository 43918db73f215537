import * as t from 'io-ts'

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
      try {
        return codec.validate(JSON.parse(input), context)
      } catch {
        return t.failure(input, context) // the parser's own words quote the text, which may hold secrets
      }
    },
    codec.encode,
  )

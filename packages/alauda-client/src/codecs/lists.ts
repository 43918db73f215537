import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { isErrorShaped } from './error-shape.js'

/** Objects of a list that could be read, and the places of those that could not. */
export interface ReadItems<A> {
  readonly read: ReadonlyArray<A>
  /** Like `2` for the third one, with `prefix` before it. */
  readonly unreadable: ReadonlyArray<string>
}

/**
 * A list of which each object is read by itself: one that cannot be read does not take its siblings with it. A list of which
 * nothing can be read, and which holds errors or no objects at all, is none.
 *
 * @example
 * items(Instance).decode([{ uuid: 'a', instance_name: 'web.0' }, { uuid: null }])
 * // right({ read: [{ uuid: 'a', instance_name: 'web.0' }], unreadable: ['1'] })
 */
export const items = <A>(item: t.Decoder<unknown, A>, name: string): t.Decoder<unknown, ReadItems<A>> => {
  const type = new t.Type<ReadItems<A>, unknown, unknown>(
    name,
    (value): value is ReadItems<A> => t.type({ read: t.UnknownArray, unreadable: t.UnknownArray }).is(value),
    (input, context) => {
      const list = t.UnknownArray.validate(input, context)
      if (E.isLeft(list)) return list
      const results = list.right.map((one) => item.decode(one))
      const read = results.flatMap((result) => (E.isRight(result) ? [result.right] : []))
      const isList = read.length > 0 || list.right.every((one) => t.UnknownRecord.is(one) && !isErrorShaped(one))
      if (!isList) return t.failure(input, context)
      const unreadable = results.flatMap((result, index) => (E.isLeft(result) ? [String(index)] : []))
      return t.success({ read, unreadable })
    },
    t.identity,
  )
  return type
}

import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { StepDecoder } from '../../http/request.js'
import { inTurns } from '../../turns.js'

/** Objects of a list that could be read, and the places of those that could not. */
export interface ReadItems<A> {
  readonly read: ReadonlyArray<A>
  /** Like `2` for the third one. */
  readonly unreadable: ReadonlyArray<string>
}

/**
 * An answer that is a list, of which each object is read by itself: one that cannot be read does not take its siblings with it.
 *
 * @example
 * await items(Instance, 'Array<Instance>').decode([{ uuid: 'a', instance_name: 'web.0' }, { uuid: null }])
 * // right({ read: [{ uuid: 'a', instance_name: 'web.0' }], unreadable: ['1'] })
 */
export const items = <A>(item: t.Decoder<unknown, A>, name: string): StepDecoder<ReadItems<A>> => ({
  name,
  decode: async (input) => {
    if (!t.UnknownArray.is(input)) return notList(input, name)
    const list = createReadItems(item)
    await inTurns(input, list.add)
    return t.success(list)
  },
})

const notList = (actual: unknown, name: string) =>
  t.failure<never>(actual, [{ key: '', type: new t.Type(name, t.never.is, t.never.validate, t.identity), actual }])

/** The same for a list within an object, in one step. A list of more than `most` would take too long: it cannot be read. */
export const nestedItems = <A>(
  item: t.Decoder<unknown, A>,
  input: unknown,
  most: number,
): E.Either<undefined, ReadItems<A>> => {
  if (!t.UnknownArray.is(input) || input.length > most) return E.left(undefined)
  const list = createReadItems(item)
  input.forEach(list.add)
  return E.right(list)
}

const createReadItems = <A>(item: t.Decoder<unknown, A>) => {
  const read: A[] = []
  const unreadable: string[] = []
  return {
    read,
    unreadable,
    add: (one: unknown, index: number): void => {
      // Without this check each of a million numbers would get an error of its own.
      const result = t.UnknownRecord.is(one) ? item.decode(one) : undefined
      if (result !== undefined && E.isRight(result)) read.push(result.right)
      else unreadable.push(String(index))
    },
  }
}

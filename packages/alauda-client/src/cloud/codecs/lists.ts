import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { AnswerDecoder } from '../../http/request.js'
import { inTurns } from '../../turns.js'

/** Objects of a list that could be read, and the places of those that could not. */
export interface ReadItems<A> {
  readonly read: A[]
  /** Like `2` for the third one. */
  readonly unreadable: string[]
}

/**
 * An answer that is a list, of which each object is read by itself: one that cannot be read does not take its siblings with it.
 *
 * @example
 * await items(Instance).decode([{ uuid: 'a', instance_name: 'web.0' }, { uuid: null }])
 * // right({ read: [{ uuid: 'a', instance_name: 'web.0' }], unreadable: ['1'] })
 */
export const items = <A>(item: t.Decoder<unknown, A>): AnswerDecoder<ReadItems<A>> => {
  const name = `Array<${item.name}>`
  return {
    name,
    decode: async (input) => {
      if (!Array.isArray(input)) return E.left([{ path: '', expected: name }])
      const list = { read: [], unreadable: [] }
      await inTurns(input, (one, index) => readItem(item, one, index, list))
      return E.right(list)
    },
  }
}

/** The same for a list within an object, in one step. */
export const readItems = <A>(item: t.Decoder<unknown, A>, input: ReadonlyArray<unknown>): ReadItems<A> => {
  const list: ReadItems<A> = { read: [], unreadable: [] }
  for (const [index, one] of input.entries()) readItem(item, one, index, list)
  return list
}

const readItem = <A>(item: t.Decoder<unknown, A>, one: unknown, index: number, list: ReadItems<A>): void => {
  // Without this check each of a million numbers would get an error of its own.
  const result = t.UnknownRecord.is(one) ? item.decode(one) : undefined
  if (result !== undefined && E.isRight(result)) list.read.push(result.right)
  else list.unreadable.push(String(index))
}

/** A place in a {@link List}. */
export interface Entry<A> {
  readonly value: A
  before: Entry<A> | undefined
  after: Entry<A> | undefined
  isIn: boolean
}

/** Values in the order in which they were added. */
export type List<A> = ReturnType<typeof createList<A>>

/**
 * A list that values leave from anywhere in constant time. It is no `Set`: where thousands come and go, a Set's first value is
 * found only behind all that have left, and the tables that it has outgrown keep those in memory until all garbage is looked for (in
 * a collection of 10 000 instances 7 KB of each, half of the time that the garbage collector takes).
 *
 * @example
 * const list = createList<string>()
 * const first = list.add('a')
 * list.add('b')
 * list.remove(first)
 * list.first()?.value // 'b'
 */
export const createList = <A>() => {
  let first: Entry<A> | undefined
  let last: Entry<A> | undefined
  let size = 0
  return {
    size: (): number => size,
    first: (): Entry<A> | undefined => first,
    add: (value: A): Entry<A> => {
      const entry: Entry<A> = { value, before: last, after: undefined, isIn: true }
      if (last === undefined) first = entry
      else last.after = entry
      last = entry
      size += 1
      return entry
    },
    /** Whether it was still there. */
    remove: (entry: Entry<A>): boolean => {
      if (!entry.isIn) return false
      const { before, after } = entry
      if (before === undefined) first = after
      else before.after = after
      if (after === undefined) last = before
      else after.before = before
      // What has left must not keep others in memory.
      entry.before = undefined
      entry.after = undefined
      entry.isIn = false
      size -= 1
      return true
    },
  }
}

import type { Steps } from './family.js'

// To compare two names takes up to a microsecond.
const mostAtOnce = 64

/**
 * A copy in order, made in steps. Equal items keep their order.
 *
 * @example
 * atOnce(sorted([{ at: 3 }, { at: 1 }], (a, b) => a.at - b.at)) // [{ at: 1 }, { at: 3 }]
 */
export function* sorted<A extends object>(items: ReadonlyArray<A>, compare: (a: A, b: A) => number): Steps<A[]> {
  if (items.length <= mostAtOnce) {
    yield
    return [...items].sort(compare)
  }
  const middle = items.length >> 1
  const first = yield* sorted(items.slice(0, middle), compare)
  const second = yield* sorted(items.slice(middle), compare)
  return yield* merged(first, second, compare)
}

function* merged<A extends object>(first: A[], second: A[], compare: (a: A, b: A) => number): Steps<A[]> {
  const items: A[] = []
  let taken = 0
  for (const item of first) {
    for (let next = second[taken]; next !== undefined && compare(item, next) > 0; next = second[taken]) {
      items.push(next)
      taken += 1
      if (items.length % mostAtOnce === 0) yield
    }
    items.push(item)
    if (items.length % mostAtOnce === 0) yield
  }
  return items.concat(second.slice(taken))
}

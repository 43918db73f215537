import { atOnce, type Steps } from './family.js'

/** What {@link newestByKey} compares of an object. */
interface Of<A> {
  readonly key: (object: A) => string
  readonly time: (object: A) => number | undefined
  readonly id: (object: A) => string | undefined
}

/** What {@link newestByKey} keeps. */
export interface Newest<A> {
  readonly kept: ReadonlyArray<A>
  readonly duplicates: number
}

/**
 * One object for each key: the one that started last, and of two that started together the one with the greater id, so
 * that it is the same one each time. The order is kept; `duplicates` counts those that are left out.
 *
 * @example
 * newestByKey([{ k: 'a', t: 1 }, { k: 'a', t: 2 }], { key: (o) => o.k, time: (o) => o.t, id: () => '' })
 * // { kept: [{ k: 'a', t: 2 }], duplicates: 1 }
 */
export const newestByKey = <A>(objects: ReadonlyArray<A>, of: Of<A>): Newest<A> => atOnce(newestInSteps(objects, of))

/** {@link newestByKey} in steps. */
export function* newestInSteps<A>(objects: ReadonlyArray<A>, of: Of<A>): Steps<Newest<A>> {
  const newest = new Map<string, A>()
  for (const object of objects) {
    const key = of.key(object)
    const rival = newest.get(key)
    if (rival === undefined || isNewer(object, rival, of)) newest.set(key, object)
    yield
  }
  const kept = [...newest.values()]
  return { kept, duplicates: objects.length - kept.length }
}

const isNewer = <A>(a: A, b: A, of: Of<A>): boolean => {
  const [timeOfA, timeOfB] = [of.time(a) ?? 0, of.time(b) ?? 0]
  return timeOfA === timeOfB ? (of.id(a) ?? '') > (of.id(b) ?? '') : timeOfA > timeOfB
}

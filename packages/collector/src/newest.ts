/**
 * One object for each key: the one that started last, and of two that started together the one with the greater id, so
 * that it is the same one each time. The order is kept; `duplicates` counts those that are left out.
 *
 * @example
 * newestByKey([{ k: 'a', t: 1 }, { k: 'a', t: 2 }], { key: (o) => o.k, time: (o) => o.t, id: () => '' })
 * // { kept: [{ k: 'a', t: 2 }], duplicates: 1 }
 */
export const newestByKey = <A>(
  objects: ReadonlyArray<A>,
  of: { key: (object: A) => string; time: (object: A) => number | undefined; id: (object: A) => string | undefined },
) => {
  const newest = new Map<string, A>()
  for (const object of objects) {
    const rival = newest.get(of.key(object))
    if (rival === undefined || isNewer(object, rival)) newest.set(of.key(object), object)
  }
  const kept = [...newest.values()]
  return { kept, duplicates: objects.length - kept.length }

  function isNewer(a: A, b: A): boolean {
    const [timeOfA, timeOfB] = [of.time(a) ?? 0, of.time(b) ?? 0]
    return timeOfA === timeOfB ? (of.id(a) ?? '') > (of.id(b) ?? '') : timeOfA > timeOfB
  }
}

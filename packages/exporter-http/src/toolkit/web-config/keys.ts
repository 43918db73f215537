import type { Parser } from '../config/format.js'
import type { Report } from '../config/problem.js'
import { join, kindGiven, knownEntriesOf, readSingle, type Value } from '../config/value.js'

export type Keys = ReturnType<typeof keysOf>

/** A map of the file whose keys are known. A wrong value is reported, and then absent. */
export const keysOf = (map: Value, names: ReadonlyArray<string>, report: Report) => {
  const entries = knownEntriesOf(map, names, report)
  const valueAt = (key: string): Value =>
    entries.get(key)?.value ?? { kind: 'nothing', place: { ...map.place, setting: join(map.place.setting, key) } }
  return {
    isEmpty: entries.size === 0,
    has: (key: string): boolean => entries.has(key),
    /** Whether it is there, and not empty, which the toolkit takes for absent. */
    isGiven: (key: string): boolean => {
      const value = valueAt(key)
      return value.kind === 'value' ? value.text !== '' : value.kind !== 'nothing'
    },
    value: <A>(key: string, parser: Parser<A>): A | undefined =>
      entries.has(key) ? readSingle(valueAt(key), parser, report) : undefined,
    list: <A>(key: string, parser: Parser<A>): ReadonlyArray<A> | undefined => {
      const value = valueAt(key)
      // All items may be commented out.
      if (value.kind === 'nothing') return entries.has(key) ? [] : undefined
      if (value.kind !== 'list') return report(value.place, kindGiven(value), 'a list')
      const items = value.items()
      const right = items.flatMap((item) => readSingle(item, parser, report) ?? [])
      return right.length === items.length ? right : undefined
    },
    /** What is given for a key, if only nothing. */
    at: valueAt,
    /** At the value of a key, or else at the map. */
    refuse: (key: string, what: string, expected?: string): undefined => report(valueAt(key).place, what, expected),
  }
}

import type { Parser } from '../config/format.js'
import type { Report } from '../config/problem.js'
import { join, kindGiven, knownEntriesOf, readSingle, type Value } from '../config/value.js'

/** A map of the file whose keys are known. A wrong value is reported, and then absent. */
export interface Keys {
  readonly isEmpty: boolean
  readonly has: (key: string) => boolean
  /** Whether it is there, and not empty, which the toolkit takes for absent. */
  readonly isGiven: (key: string) => boolean
  readonly value: <A>(key: string, parser: Parser<A>) => A | undefined
  readonly list: <A>(key: string, parser: Parser<A>) => ReadonlyArray<A> | undefined
  readonly map: (key: string, names: ReadonlyArray<string>) => Keys
  /** What is given for a key, if only nothing. */
  readonly at: (key: string) => Value
  /** At the value of a key, or else at the map. */
  readonly refuse: (key: string, what: string, expected?: string) => undefined
}

export const keysOf = (map: Value, names: ReadonlyArray<string>, report: Report): Keys => {
  const entries = knownEntriesOf(map, names, report)
  const valueAt = (key: string): Value =>
    entries.get(key)?.value ?? { kind: 'nothing', place: { ...map.place, setting: join(map.place.setting, key) } }
  return {
    isEmpty: entries.size === 0,
    has: (key) => entries.has(key),
    isGiven: (key) => {
      const value = valueAt(key)
      return value.kind === 'value' ? value.text !== '' : value.kind !== 'nothing'
    },
    value: (key, parser) => (entries.has(key) ? readSingle(valueAt(key), parser, report) : undefined),
    list: (key, parser) => {
      const value = valueAt(key)
      // All items may be commented out.
      if (value.kind === 'nothing') return entries.has(key) ? [] : undefined
      if (value.kind !== 'list') return report(value.place, kindGiven(value), 'a list')
      const items = value.items()
      const right = items.flatMap((item) => readSingle(item, parser, report) ?? [])
      return right.length === items.length ? right : undefined
    },
    map: (key, known) => keysOf(valueAt(key), known, report),
    at: valueAt,
    refuse: (key, what, expected) => report(valueAt(key).place, what, expected),
  }
}

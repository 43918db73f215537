import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Parser, parseScalar } from './format.js'
import { type Problem, problem } from './problem.js'
import { entriesOf, join, kindGiven, knownEntriesOf, scalarOf, type YamlEntry, type YamlValue } from './yaml.js'

/** A map of the file whose keys are known. A wrong value is reported, and then absent. */
export interface Keys {
  readonly isEmpty: boolean
  readonly has: (key: string) => boolean
  /** Whether it is there, and not empty, which the toolkit takes for absent. */
  readonly isGiven: (key: string) => boolean
  readonly value: <A>(key: string, parser: Parser<A>) => A | undefined
  readonly list: <A>(key: string, parser: Parser<A>) => ReadonlyArray<A> | undefined
  readonly map: (key: string, names: ReadonlyArray<string>) => Keys
  /** A map of any keys. */
  readonly entries: (key: string, of: string) => ReadonlyArray<YamlEntry>
  /** At the value of a key, or else at the map. */
  readonly refuse: (key: string, what: string, expected?: string) => void
}

/** Reads a map; the problems are added to `problems`. */
export const keysOf = (map: YamlValue, names: ReadonlyArray<string>, problems: Problem[]): Keys => {
  const entries = knownEntriesOf(map, names, problems)
  const valueAt = (key: string): YamlValue => {
    const setting = join(map.place.setting, key)
    return entries.get(key)?.valueAs(setting) ?? { kind: 'nothing', place: { ...map.place, setting } }
  }
  const single = <A>(value: YamlValue, parser: Parser<A>): A | undefined => {
    const parsed = pipe(
      scalarOf(value),
      E.chain((scalar) => parseScalar(value.place, scalar, parser)),
    )
    if (E.isRight(parsed)) return parsed.right
    problems.push(...parsed.left)
    return undefined
  }
  return {
    isEmpty: entries.size === 0,
    has: (key) => entries.has(key),
    isGiven: (key) => {
      const value = valueAt(key)
      return value.kind === 'value' ? value.text !== '' : value.kind !== 'nothing'
    },
    value: (key, parser) => (entries.has(key) ? single(valueAt(key), parser) : undefined),
    list: (key, parser) => {
      const value = valueAt(key)
      // All items may be commented out.
      if (value.kind === 'nothing') return entries.has(key) ? [] : undefined
      if (value.kind !== 'list') {
        problems.push(problem(value.place, kindGiven(value), 'a list'))
        return undefined
      }
      const items = value.items()
      const right = items.flatMap((item) => single(item, parser) ?? [])
      return right.length === items.length ? right : undefined
    },
    map: (key, known) => keysOf(valueAt(key), known, problems),
    entries: (key, of) => entriesOf(valueAt(key), of, problems),
    refuse: (key, what, expected) => problems.push(problem(valueAt(key).place, what, expected)),
  }
}

import { parseSecret } from '@alauda-exporter/alauda-client'
import { shown } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import { codeOf, type ReadFile } from '../toolkit/config/files.js'
import type { Place, Report } from '../toolkit/config/problem.js'
import { type Entry, readSingle, type Value } from '../toolkit/config/value.js'
import { keyOf, type Rows, type Setting, type ValueOf, type ValuesOf } from './setting.js'
import { table } from './table.js'

/** Where settings are read from. A flag wins over the environment, and both win over the file that one of them names. */
export interface Sources {
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly readFile: ReadFile
  /** The file is checked alone: what an account lacks in it may still come from flags or the environment. */
  readonly isFileAlone?: boolean
}

/** What one source gives for a setting: the flags, the environment, a part of the file. */
export type Layer = (setting: Setting<unknown>) => Entry | undefined

export type Reader = ReturnType<typeof createReader>

/** A secret and its place. */
export interface Secret {
  readonly place: Place
  readonly text: string
  /** Where it was read from. */
  readonly file?: string | undefined
}

export const isDemo = ({ flags }: Sources): boolean => flags.get(table.demo.demo.flag)?.at(-1) === 'true'

const entryOf = (place: Place, texts: ReadonlyArray<string>, { isList }: Setting<unknown>): Entry => {
  const values = texts.map((text): Value => ({ kind: 'value', place, text, value: text }))
  const list: Value = { kind: 'list', place, items: () => values }
  return { key: place.setting, place, value: isList === true ? list : (values.at(-1) ?? list) }
}

const flagEntry = (setting: Setting<unknown>, texts: ReadonlyArray<string> | undefined): Entry | undefined =>
  texts && entryOf({ origin: 'command line', setting: `--${setting.flag}` }, texts, setting)

/** Flags first, then the environment. */
export const outerLayers = ({ flags, environment }: Sources): ReadonlyArray<Layer> => [
  (setting) => flagEntry(setting, flags.get(setting.flag)),
  (setting) => {
    const { environment: name = '', isList } = setting
    const text = environment[name] ?? ''
    // An empty variable counts as not set.
    if (text === '') return undefined
    const texts = isList === true ? text.split(',').map((item) => item.trim()) : [text]
    return entryOf({ origin: 'environment', setting: name }, texts, setting)
  },
]

/** What the entries of a map give. */
export const layerOf =
  (entries: ReadonlyMap<string, Entry>): Layer =>
  (setting) =>
    entries.get(keyOf(setting))

/** Reads each setting from the first layer that gives it, else its default. */
export const createReader = (sources: Sources, layers: ReadonlyArray<Layer>, report: Report) => {
  /** What the closest layer gives for a setting, wrong or not. */
  const find: Layer = (setting) => layers.map((layer) => layer(setting)).find((entry) => entry !== undefined)

  /** The layer of the closest of these settings: 0 for the first one, infinity if none is given. */
  const rankOf = (...settings: ReadonlyArray<Setting<unknown>>): number => {
    const rank = layers.findIndex((layer) => settings.some((setting) => layer(setting) !== undefined))
    return rank === -1 ? Number.POSITIVE_INFINITY : rank
  }

  const usual = (setting: Setting<unknown>): Entry | undefined => {
    const text = (isDemo(sources) ? setting.demoDefault : undefined) ?? setting.default
    return flagEntry(setting, text === undefined ? undefined : [text])
  }

  const read = (setting: Setting<unknown>, note: Report): unknown => {
    const { isList, isSecret = false, format } = setting
    const value = (find(setting) ?? usual(setting))?.value
    if (isList !== true) return value && readSingle(value, format, note, { isSecret })
    if (value === undefined) return []
    if (value.kind !== 'list') return [readSingle(value, format, note, { expected: 'a value or a list of values' })]
    const items = value.items()
    return items.length === 0
      ? note(value.place, 'empty', 'at least one value')
      : items.map((item) => readSingle(item, format, note))
  }

  /** The values of the settings, unless one of them is wrong. */
  const readAll = (settings: ReadonlyArray<Setting<unknown>>): ReadonlyArray<unknown> | undefined => {
    let isRight = true
    const note: Report = (...problem) => {
      isRight = false
      return report(...problem)
    }
    const found = settings.map((setting) => read(setting, note))
    return isRight ? found : undefined
  }

  // The compiler cannot follow a row's type through the next two: they give what `ValueOf` says.
  /** Absent if it is not given, or if it is wrong, which is then reported. */
  const value = <S extends Setting<unknown>>(setting: S) => readAll([setting])?.[0] as ValueOf<S> | undefined

  /** All values of a part of the table; absent if one of them is wrong. */
  const values = <R extends Rows>(rows: R): ValuesOf<R> | undefined => {
    const found = readAll(Object.values(rows))
    if (found === undefined) return undefined
    const entries = Object.keys(rows).map((name, index) => [name, found[index]] as const)
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined)) as ValuesOf<R>
  }

  const secretIn = (place: Place, text: string, file?: string): Secret | undefined => {
    const parsed = parseSecret(text)
    return E.isRight(parsed) ? { place, text: parsed.right, file } : report(place, parsed.left)
  }

  /** A secret itself, or from the file that a setting names. */
  const secret = (direct: Setting<string>, file: Setting<string>): Secret | undefined => {
    const [given, named] = [find(direct), find(file)]
    const isDirect = rankOf(direct) < rankOf(file)
    if (given !== undefined && rankOf(direct) === rankOf(file)) {
      const other = named?.value.place.setting
      return report(given.value.place, `set together with ${other}`, 'one of them')
    }
    const place = (isDirect ? given : named)?.value.place
    const text = value(isDirect ? direct : file)
    if (place === undefined || text === undefined) return undefined
    if (isDirect) return secretIn(place, text)
    try {
      return secretIn(place, sources.readFile(text), text)
    } catch (error) {
      return report(place, `the file ${shown(text)} cannot be read (${codeOf(error)})`)
    }
  }

  return { value, values, secret, find, rankOf, report }
}

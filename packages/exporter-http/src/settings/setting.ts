import type { Format } from '../toolkit/config/format.js'
import type { Report } from '../toolkit/config/problem.js'
import { type Entry, knownEntriesOf, readSingle, type Value } from '../toolkit/config/value.js'

/** One row of the table of settings. */
export interface Setting<A> {
  /** Without the leading `--`. */
  readonly flag: string
  readonly environment?: string
  readonly help: string
  /** As written on the command line. */
  readonly default?: string
  /** The default with `--demo`, if it differs. */
  readonly demoDefault?: string
  /** The flag may be repeated; in the environment commas separate the values. */
  readonly isList?: true
  /** Comes from the environment or the file only: other users can read flags in the list of processes. Never shown. */
  readonly isSecret?: true
  readonly format: Format<A>
}

/**
 * How a setting is called within its section of the file.
 *
 * @example
 * keyOf(table.collect.maxAgeMs) // 'max_age'
 */
export const keyOf = ({ flag }: Setting<unknown>): string => flag.replace(/^[^.]*\./, '').replaceAll(/[-.]/g, '_')

/** A part of the table: the names are those of the values in `Settings`. */
export type Rows = Readonly<Record<string, Setting<unknown>>>

/** What a row gives: several values, one, or perhaps none where it has no default. */
export type ValueOf<S extends Setting<unknown>> =
  S extends Setting<infer A>
    ? S extends { readonly isList: true }
      ? ReadonlyArray<A>
      : S extends { readonly default: string }
        ? A
        : A | undefined
    : never

/** What a part of the table gives; a value that may be absent is then left out. */
export type ValuesOf<R extends Rows> = {
  readonly [K in keyof R as undefined extends ValueOf<R[K]> ? never : K]: ValueOf<R[K]>
} & {
  readonly [K in keyof R as undefined extends ValueOf<R[K]> ? K : never]?: Exclude<ValueOf<R[K]>, undefined>
}

/** What one source gives for each setting: the flags, the environment, a part of the file, the defaults. */
export type Layer = (setting: Setting<unknown>) => Entry | undefined

/** What the first of the layers gives that gives anything, wrong or not. */
export const firstOf =
  (layers: ReadonlyArray<Layer>): Layer =>
  (setting) =>
    layers.map((layer) => layer(setting)).find((entry) => entry !== undefined)

/** What a map of the file gives. A key of none of these settings is a problem. */
export const layerOf = (map: Value | undefined, settings: ReadonlyArray<Setting<unknown>>, report: Report): Layer => {
  const entries = knownEntriesOf(map, settings.map(keyOf), report)
  return (setting) => (settings.includes(setting) ? entries.get(keyOf(setting)) : undefined)
}

export type Reader = ReturnType<typeof createReader>

/** Reads each setting from the first layer that gives it. */
export const createReader = (layers: ReadonlyArray<Layer>, report: Report) => {
  const find = firstOf(layers)

  /** Those of the settings that the first layer gives that gives any. */
  const closest = <S extends ReadonlyArray<Setting<unknown>>>(...settings: S): ReadonlyArray<S[number]> =>
    layers
      .map((layer) => settings.filter((setting) => layer(setting) !== undefined))
      .find((given) => given.length > 0) ?? []

  const read = (setting: Setting<unknown>): unknown => {
    const { isList, isSecret = false, format } = setting
    const value = find(setting)?.value
    if (isList !== true) return value && readSingle(value, format, report, { isSecret })
    if (value === undefined) return []
    if (value.kind !== 'list') {
      const only = readSingle(value, format, report, { expected: 'a value or a list of values' })
      return only === undefined ? undefined : [only]
    }
    const items = value.items()
    if (items.length === 0) return report(value.place, 'empty', 'at least one value')
    const right = items.map((item) => readSingle(item, format, report))
    return right.includes(undefined) ? undefined : right
  }

  // The compiler cannot follow a row's type through the next two: they give what `ValueOf` says.
  /** Absent if it is not given, or if it is wrong, which is then reported. */
  const value = <S extends Setting<unknown>>(setting: S) => read(setting) as ValueOf<S> | undefined

  /** All values of a part of the table; absent if one of them is wrong. */
  const values = <R extends Rows>(rows: R): ValuesOf<R> | undefined => {
    const given = Object.entries(rows).filter(([, row]) => row.isList === true || find(row) !== undefined)
    const found = given.map(([name, row]) => [name, read(row)] as const)
    return found.every(([, each]) => each !== undefined) ? (Object.fromEntries(found) as ValuesOf<R>) : undefined
  }

  return { value, values, find, closest, report }
}

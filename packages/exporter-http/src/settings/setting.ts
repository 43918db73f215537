import type { Format } from '../toolkit/config/format.js'

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

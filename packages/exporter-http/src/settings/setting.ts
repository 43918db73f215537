import * as E from 'fp-ts/lib/Either.js'
import { getSemigroup } from 'fp-ts/lib/ReadonlyArray.js'
import type { Format } from './format.js'

/** One row of the table of settings. */
export interface Setting<A> {
  /** Without the leading `--`. */
  readonly flag: string
  readonly environment?: string
  /** What stands for the value in the help; a switch has none. */
  readonly placeholder?: string
  readonly help: string
  /** The same for the file, where the help speaks of flags and variables. */
  readonly fileHelp?: string
  /** As one would write it. */
  readonly default?: string
  /** The default with `--demo`, where it is another one. */
  readonly demoDefault?: string
  /** Whether the flag may be given several times; in the environment its values are separated by commas. */
  readonly isList?: true
  /** Comes from the environment or the file only: a flag can be read in the list of processes. Never repeated. */
  readonly isSecret?: true
  /** Cannot stand in the file. */
  readonly isOutsideFile?: true
  /** A reload refuses another value than before. */
  readonly takesRestart?: true
  readonly format: Format<A>
}

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

/** What a part of the table gives; what may be absent is left out where it is. */
export type ValuesOf<R extends Rows> = {
  readonly [K in keyof R as undefined extends ValueOf<R[K]> ? never : K]: ValueOf<R[K]>
} & {
  readonly [K in keyof R as undefined extends ValueOf<R[K]> ? K : never]?: Exclude<ValueOf<R[K]>, undefined>
}

/** A sentence about one wrong setting: which, what is wrong, and what would be right. */
export type Fault = string

/** What was read, or everything that is wrong with it. */
export type Checked<A> = E.Either<ReadonlyArray<Fault>, A>

/** Combines several `Checked`, and tells the faults of all of them, not only the first one's. */
export const validation = E.getApplicativeValidation(getSemigroup<Fault>())

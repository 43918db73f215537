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
  readonly isList?: boolean
  readonly format: Format<A>
}

/** A row of the table; the type of its value comes from its `format`. */
export const setting = <A>(row: Setting<A>): Setting<A> => row

/** A sentence about one wrong setting: which, what is wrong, and what would be right. */
export type Fault = string

/** What was read, or everything that is wrong with it. */
export type Checked<A> = E.Either<ReadonlyArray<Fault>, A>

/** Combines several `Checked`, and tells the faults of all of them, not only the first one's. */
export const validation = E.getApplicativeValidation(getSemigroup<Fault>())

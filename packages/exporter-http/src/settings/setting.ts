import * as E from 'fp-ts/lib/Either.js'
import { getSemigroup } from 'fp-ts/lib/ReadonlyArray.js'

/** One row of the table of settings. */
export interface Setting<A> {
  /** Without the leading `--`. */
  readonly flag: string
  readonly environment?: string
  /** What stands for the value in the help; a switch has none. */
  readonly placeholder?: string
  readonly help: string
  /** As one would write it. */
  readonly default?: string
  /** The default with `--demo`, where it is another one. */
  readonly demoDefault?: string
  /** Whether the flag may be given several times; in the environment its values are separated by commas. */
  readonly isList?: boolean
  /** The value, or what would be right: `must be …`. Never repeats the text. */
  readonly parse: (text: string) => E.Either<string, A>
}

/** A sentence about one wrong setting: which, what is wrong, and what would be right. */
export type Fault = string

/** What was read, or everything that is wrong with it. */
export type Checked<A> = E.Either<ReadonlyArray<Fault>, A>

/** Combines several `Checked`, and tells the faults of all of them, not only the first one's. */
export const validation = E.getApplicativeValidation(getSemigroup<Fault>())

export const parseText = (text: string): E.Either<string, string> =>
  text === '' ? E.left('must not be empty') : E.right(text)

export const parseSwitch = (text: string): E.Either<string, boolean> =>
  text === 'true' || text === 'false' ? E.right(text === 'true') : E.left('must be true or false')

export const parsePositiveInteger = (text: string): E.Either<string, number> =>
  /^[1-9]\d{0,8}$/.test(text) ? E.right(Number(text)) : E.left('must be a whole number from 1 on')

export const parseWholeNumber = (text: string): E.Either<string, number> =>
  /^\d{1,9}$/.test(text) ? E.right(Number(text)) : E.left('must be a whole number from 0 on')

export const parseRate = (text: string): E.Either<string, number> =>
  /^\d{1,9}(\.\d{1,9})?$/.test(text) ? E.right(Number(text)) : E.left('must be a number from 0 on')

/** A regular expression that has to match the whole of a name, as Prometheus' own do. */
export const parseWholeNamePattern = (text: string): E.Either<string, RegExp> =>
  E.tryCatch(
    () => new RegExp(`^(?:${text})$`, 'u'),
    () => 'must be a regular expression like kibana|log.*',
  )

export const parseOneOf =
  <A extends string>(...choices: ReadonlyArray<A>) =>
  (text: string): E.Either<string, A> => {
    const choice = choices.find((candidate) => candidate === text)
    return choice === undefined ? E.left(`must be one of ${choices.join(', ')}`) : E.right(choice)
  }

/** From a function that tells what is wrong with a text. */
export const parseUnless =
  (faultOf: (text: string) => string | undefined) =>
  (text: string): E.Either<string, string> => {
    const fault = faultOf(text)
    return fault === undefined ? E.right(text) : E.left(fault)
  }

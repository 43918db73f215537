import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { withFile } from './sources.js'
import { readSettings } from './texts.js'

export type More = readonly [
  environment?: Record<string, string>,
  flags?: Record<string, string[]>,
  files?: Record<string, string>,
]

/** The accounts that a settings file gives, with what else is set. */
export const accountsOf = (text: string, ...more: More) =>
  pipe(
    readSettings(withFile(text, ...more)),
    E.map(({ accounts }) => accounts),
  )

/** What is wrong with it. */
export const faultsOf = (text: string, ...more: More) => E.swap(accountsOf(text, ...more))
export const faults = (...told: ReadonlyArray<string>) => E.right(told)

import * as E from 'fp-ts/lib/Either.js'
import { readTextFile } from '../settings/credentials.js'
import { readFileSettings, type Settings } from '../settings/settings.js'
import type { Io } from './io.js'

/**
 * Tells whether a settings file is right, and connects to nothing. A fault is a line that begins with where it is, so that
 * editors can go there; the exit status is then 2.
 */
export const checkConfig = (file: string, io: Io): number => {
  const settings = readFileSettings(file, readTextFile)
  if (E.isLeft(settings)) {
    for (const fault of settings.left) io.stderr(`${fault}\n`)
    return 2
  }
  io.stdout(`${file}: is right: ${summary(settings.right)}\n`)
  return 0
}

const summary = ({ accounts }: Settings): string =>
  accounts.length === 0
    ? 'no account, that is left to flags and environment'
    : [
        count(accounts.length, 'account'),
        count(accounts.flatMap(({ namespaces }) => namespaces).length, 'namespace'),
      ].join(', ')

const count = (amount: number, what: string): string => `${amount} ${what}${amount === 1 ? '' : 's'}`

import * as E from 'fp-ts/lib/Either.js'
import { withFiles } from '../settings/files.js'
import type { Fault } from '../settings/setting.js'
import { readFileSettings, type Settings } from '../settings/settings.js'
import { webFaultsWith } from '../web-config/web-config.js'
import type { Io } from './io.js'

/**
 * Tells whether a settings file is right, and the web configuration that it names, and connects to nothing. A fault is a line
 * that begins with where it is, so that editors can go there; the exit status is then 2.
 */
export const checkConfig = async (file: string, io: Io): Promise<number> => {
  const settings = await withFiles((readFile) => readFileSettings(file, readFile, webFaultsWith(readFile)))
  if (E.isLeft(settings)) return refuse(settings.left, io)
  io.stdout(`${file}: is right: ${summary(settings.right)}\n`)
  return 0
}

const refuse = (faults: ReadonlyArray<Fault>, io: Io): number => {
  for (const fault of faults) io.stderr(`${fault}\n`)
  return 2
}

const summary = ({ accounts }: Settings): string =>
  accounts.length === 0
    ? 'no account, that is left to flags and environment'
    : [
        count(accounts.length, 'account'),
        count(accounts.flatMap(({ namespaces }) => namespaces).length, 'namespace'),
      ].join(', ')

const count = (amount: number, what: string): string => `${amount} ${what}${amount === 1 ? '' : 's'}`

import * as E from 'fp-ts/lib/Either.js'
import { readFileSettings, type Settings } from '../settings/settings.js'
import { withFiles } from '../toolkit/config/files.js'
import { readWebFile } from '../toolkit/web-config/web-config.js'
import { type Io, refuse } from './io.js'

/**
 * Checks a settings file and the web configuration that it names, without any connection. Each problem is a line that begins with
 * its place, for editors; the exit status is then 2.
 */
export const checkConfig = async (file: string, io: Io): Promise<number> => {
  const settings = await withFiles((readFile) =>
    readFileSettings(file, readFile, (web, report) => readWebFile(web, readFile, report)),
  )
  // Editors look for the place at the beginning of a line.
  if (E.isLeft(settings)) return refuse(settings.left, io, '')
  io.stdout(`${file}: valid: ${summary(settings.right)}\n`)
  return 0
}

const summary = ({ accounts }: Settings): string =>
  accounts.length === 0
    ? 'no account, expected from flags or environment'
    : [
        count(accounts.length, 'account'),
        count(accounts.flatMap(({ namespaces }) => namespaces).length, 'namespace'),
      ].join(', ')

const count = (amount: number, what: string): string => `${amount} ${what}${amount === 1 ? '' : 's'}`

import { type Credentials, parseSecret } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { codeOf, readTextFile } from '../toolkit/config/files.js'

/** How to log in, as plain data, so that two accounts can be compared. A password file is read at each login. */
export type AccountCredentials =
  | { readonly token: string }
  | { readonly username: string; readonly organization?: string; readonly password: string }
  | { readonly username: string; readonly organization?: string; readonly passwordFile: string }

export interface CredentialsOptions {
  readonly readFile?: (path: string) => Promise<string>
  /** Receives the reason why a password file gives no password: the previous one stays in use. */
  readonly onUnreadable?: (file: string, reason: string) => void
}

/**
 * What the client logs in with. What is no password in its file, an empty one among them, does not replace the one before.
 *
 * @example
 * clientCredentials({ username: 'demo', passwordFile: '/run/password' })
 * // { username: 'demo', password: async () => 'what the file holds now' }
 */
export const clientCredentials = (
  credentials: AccountCredentials,
  { readFile = readTextFile, onUnreadable = () => {} }: CredentialsOptions = {},
): Credentials => {
  if (!('passwordFile' in credentials)) return credentials
  const { passwordFile, ...rest } = credentials
  let last: string | undefined
  const password = async (): Promise<string> => {
    const found = await readFile(passwordFile).then(parseSecret, (error: unknown) => E.left(codeOf(error)))
    if (E.isRight(found)) {
      last = found.right
      return last
    }
    onUnreadable(passwordFile, found.left)
    if (last === undefined) throw new Error(`${passwordFile}: cannot be read (${found.left})`)
    return last
  }
  return { ...rest, password }
}

import { readFileSync } from 'node:fs'
import type { Credentials } from '@alauda-exporter/alauda-client'

/** How to log in, as plain data, so that two accounts can be compared. A password file is read at each login. */
export type AccountCredentials =
  | { readonly token: string }
  | { readonly username: string; readonly organization?: string; readonly password: string }
  | { readonly username: string; readonly organization?: string; readonly passwordFile: string }

/** The text of a file; throws when it cannot be read. */
export type ReadFile = (path: string) => string

export const readTextFile: ReadFile = (path) => readFileSync(path, 'utf8')

// Editors and `echo` end a file with a line break.
export const readSecretFile = (readFile: ReadFile, path: string): string => readFile(path).replace(/\r?\n$/, '')

/**
 * What the client logs in with.
 *
 * @example
 * clientCredentials({ username: 'demo', passwordFile: '/run/password' })
 * // { username: 'demo', password: () => 'what the file holds now' }
 */
export const clientCredentials = (credentials: AccountCredentials, readFile: ReadFile = readTextFile): Credentials => {
  if (!('passwordFile' in credentials)) return credentials
  const { passwordFile, ...rest } = credentials
  return { ...rest, password: () => readSecretFile(readFile, passwordFile) }
}

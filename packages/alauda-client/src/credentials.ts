import { isToken } from './codecs/token.js'

/** A user name and password to log in with; `organization` for a sub-account of one. */
export interface PasswordCredentials {
  /** Not empty. */
  readonly username: string
  /** The password, or where to read it at each login: one that was changed there is used without a restart. */
  readonly password: string | (() => string)
  /** The organization whose sub-account `username` is; a login then needs an installation of 2018 or later. */
  readonly organization?: string | undefined
}

/** A token obtained elsewhere. When the API refuses it, there is no other. */
export interface TokenCredentials {
  /** Visible ASCII characters without spaces. */
  readonly token: string
}

/** What to prove with who is calling: a password, or a token in its place. */
export type Credentials = PasswordCredentials | TokenCredentials

/**
 * What is wrong with credentials that were given, in words that do not repeat them; `undefined` when nothing is. Whether the
 * API takes them, only a login shows.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { credentialsFault } from '@alauda-exporter/alauda-client'
 *
 * assert.equal(credentialsFault({ username: 'demo', password: '' }), 'the password is empty')
 * assert.equal(credentialsFault({ username: 'demo', password: 'demo' }), undefined)
 * ```
 */
export const credentialsFault = (credentials: Credentials): string | undefined => {
  if ('token' in credentials) {
    return isToken(credentials.token) ? undefined : 'the token must be visible ASCII characters without spaces'
  }
  if (credentials.username === '') return 'the user name is empty'
  if (credentials.password === '') return 'the password is empty'
  return undefined
}

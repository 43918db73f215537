import { isToken } from './codecs/token.js'

/** A user name and password to log in with; `organization` for a sub-account of one. */
export interface PasswordCredentials {
  readonly username: string
  /** The password, or where to read it at each login: one that was changed there is used without a restart. */
  readonly password: string | (() => string)
  readonly organization?: string | undefined
}

/** A token obtained elsewhere. When the API refuses it, there is no other. */
export interface TokenCredentials {
  readonly token: string
}

export type Credentials = PasswordCredentials | TokenCredentials

/** What is wrong with credentials that were given, in words that do not repeat them; absent when nothing is. */
export const credentialsFault = (credentials: Credentials): string | undefined => {
  if ('token' in credentials) {
    return isToken(credentials.token) ? undefined : 'the token must be visible ASCII characters without spaces'
  }
  if (credentials.username === '') return 'the user name is empty'
  if (credentials.password === '') return 'the password is empty'
  return undefined
}

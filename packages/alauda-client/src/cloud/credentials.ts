import * as E from 'fp-ts/lib/Either.js'
import { type Check, checks, kindOf, shown } from '../options.js'
import { isToken } from './codecs/account.js'

/** A secret, or a function that reads it. What it throws or rejects with becomes the `cause` of an `AuthError`. */
export type Secret = string | (() => string | Promise<string>)

/** A user name and password to log in with; `organization` for a sub-account of one. */
export interface PasswordCredentials {
  /** Not empty. */
  readonly username: string
  /** The password, or a function called at each login: a password that was changed is used without a restart. */
  readonly password: Secret
  /** The organization whose sub-account `username` is; a login then needs an installation of 2018 or later. */
  readonly organization?: string | undefined
}

/** A token obtained elsewhere. */
export interface TokenCredentials {
  /**
   * Visible ASCII characters without spaces, or a function called before the first call and once more after the API has
   * refused the token that it gave last.
   */
  readonly token: Secret
}

/** What to prove with who is calling: a password, or a token in its place. */
export type Credentials = PasswordCredentials | TokenCredentials

/**
 * Credentials, or a function that gives them, called at each login and never before the first call: a module can then be
 * evaluated where there are none.
 */
export type CredentialsSource = Credentials | (() => Credentials | Promise<Credentials>)

/**
 * A secret without what files, variables and YAML blocks put around it, a byte order mark and line breaks at its end; or
 * what is wrong with it, in words that do not repeat it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { parseSecret } from '@alauda-exporter/alauda-client'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * assert.deepEqual(parseSecret('hunter2\r\n'), E.right('hunter2'))
 * assert.deepEqual(parseSecret('\n'), E.left('it is empty'))
 * ```
 */
export const parseSecret = (text: string): E.Either<string, string> => {
  const secret = text.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '')
  if (secret === '') return E.left('it is empty')
  if (secret.includes('\0')) return E.left('it holds NUL characters, expected UTF-8 text (is it UTF-16?)')
  if (secret.includes('\uFFFD') || !secret.isWellFormed()) return E.left('it is not valid UTF-8 text')
  if (/[\r\n]/.test(secret)) return E.left('it holds several lines, expected one')
  if (/\p{Cc}/u.test(secret)) return E.left('it holds control characters')
  return E.right(secret)
}

/**
 * As {@link parseSecret}, for a token, which has to stand in an HTTP header.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { parseToken } from '@alauda-exporter/alauda-client'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * assert.deepEqual(parseToken('a token'), E.left('the token must be visible ASCII characters without spaces'))
 * ```
 */
export const parseToken = (text: string): E.Either<string, string> => {
  const secret = parseSecret(text)
  return E.isLeft(secret) || isToken(secret.right)
    ? secret
    : E.left('the token must be visible ASCII characters without spaces')
}

const secretCheck =
  (parse: typeof parseSecret): Check =>
  (path, value) => {
    if (typeof value === 'function') return []
    if (typeof value !== 'string') return [`${path}: ${kindOf(value)} given, expected a string or a function`]
    const parsed = parse(value)
    return E.isLeft(parsed) ? [`${path}: ${parsed.left}`] : []
  }

const nameCheck: Check = (path, value) => {
  if (value === undefined) return []
  if (typeof value !== 'string') return [`${path}: ${kindOf(value)} given, expected a string`]
  if (value === '') return [`${path}: it is empty`]
  return value.isWellFormed() && !/\p{Cc}/u.test(value)
    ? []
    : [`${path}: ${shown(value)} given, expected text without control characters`]
}

const passwordOptions = checks.options({
  username: checks.required(nameCheck),
  password: checks.required(secretCheck(parseSecret)),
  organization: nameCheck,
} satisfies Record<keyof PasswordCredentials, Check>)

const tokenOptions = checks.options({
  token: checks.required(secretCheck(parseToken)),
} satisfies Record<keyof TokenCredentials, Check>)

/** Of credentials that are here: what functions give only a login shows. */
export const credentialsCheck: Check = (path, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path}: ${kindOf(value)} given, expected { username, password } or { token }`]
  }
  if (!('token' in value)) return passwordOptions(path, value)
  return 'password' in value
    ? [`${path}: it holds a token and a password, expected one of them`]
    : tokenOptions(path, value)
}

export const credentialsSourceCheck: Check = (path, value) =>
  typeof value === 'function' ? [] : credentialsCheck(path, value)

/** The token, where there is nothing to obtain another one from. */
export const onlyTokenOf = (credentials: CredentialsSource): string | undefined => {
  if (typeof credentials === 'function' || !('token' in credentials)) return undefined
  if (typeof credentials.token !== 'string') return undefined
  const token = parseToken(credentials.token)
  return E.isRight(token) ? token.right : undefined
}

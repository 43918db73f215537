import { cloudEndpoints, parseToken } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { complete } from '../toolkit/config/problem.js'
import type { AccountCredentials } from './credentials.js'
import type { ValuesOf } from './setting.js'
import type { Reader } from './sources.js'
import { table } from './table.js'

/** Whose services to watch, and where. */
export interface Account {
  /** Its name in the file; absent for the one account of flags, environment and the section `alauda`. */
  readonly name?: string
  readonly endpoint: string
  readonly credentials: AccountCredentials
  readonly namespaces: ReadonlyArray<string>
  /** For all its series. */
  readonly labels: Readonly<Record<string, string>>
  readonly client: ClientSettings
}

/** How the API is called. */
export type ClientSettings = ValuesOf<typeof table.client>

/** For what an account may lack: its name as a setting, and what is expected. */
export type Missing = Readonly<
  Record<'username' | 'password' | 'namespace', readonly [setting: string, expected: string]>
>

/** Notes that the account lacks something. */
type Lacks = (what: keyof Missing) => undefined

/** Reads an account: whose it is from `own`, where it is and how it is called from `shared`. */
export const readAccount = (
  own: Reader,
  shared: Reader,
  lacks: Lacks,
): Omit<Account, 'name' | 'labels'> | undefined => {
  const endpoint = readEndpoint(shared)
  const identity = readIdentity(own, lacks)
  const client = shared.values(table.client)
  return complete({ endpoint, ...identity, client })
}

// An account's cloud takes precedence over the endpoint that the section `alauda` has for all others.
export const readEndpoint = ({ values, rankOf }: Reader): string | undefined => {
  const place = values(table.place)
  if (place === undefined) return undefined
  const { cloud, endpoint } = place
  // Flags and environment count as one.
  const isCloser = Math.max(1, rankOf(table.place.cloud)) < Math.max(1, rankOf(table.place.endpoint))
  return endpoint === undefined || isCloser ? cloudEndpoints[cloud] : endpoint
}

/** Whose account it is, and what it watches. */
const readIdentity = ({ value, secret, find, rankOf, report }: Reader, lacks: Lacks) => {
  const rows = table.identity
  const [tokenRank, passwordRank] = [rankOf(rows.token, rows.tokenFile), rankOf(rows.password, rows.passwordFile)]
  // Of a token and a password the closer one counts, and the other is not even parsed.
  const password = tokenRank < passwordRank ? undefined : secret(rows.password, rows.passwordFile)
  const username = value(rows.username)
  const token = passwordRank < tokenRank ? undefined : secret(rows.token, rows.tokenFile)
  const organization = value(rows.organization)

  const readCredentials = (): AccountCredentials | undefined => {
    if (token !== undefined) {
      if (password !== undefined) return report(token.place, 'set together with a password', 'one of them')
      const parsed = parseToken(token.text)
      return E.isRight(parsed) ? { token: parsed.right } : report(token.place, parsed.left)
    }
    if (tokenRank <= passwordRank && tokenRank < Number.POSITIVE_INFINITY) return undefined
    if (find(rows.username) === undefined) lacks('username')
    if (passwordRank === Number.POSITIVE_INFINITY) lacks('password')
    if (username === undefined || password === undefined) return undefined
    const { text, file } = password
    return {
      username,
      ...(organization === undefined ? {} : { organization }),
      ...(file === undefined ? { password: text } : { passwordFile: file }),
    }
  }

  const readNamespaces = (): ReadonlyArray<string> | undefined => {
    const namespaces = value(rows.namespaces)
    const usual = organization ?? username
    if (namespaces === undefined || namespaces.length > 0) return namespaces && [...new Set(namespaces)]
    if (usual !== undefined) return [usual]
    const isGiven = rankOf(rows.organization, rows.username) < Number.POSITIVE_INFINITY
    // Without a token the problem is the missing user name.
    return isGiven || token === undefined ? undefined : lacks('namespace')
  }

  return { credentials: readCredentials(), namespaces: readNamespaces() }
}

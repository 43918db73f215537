import { cloudEndpoints, parseToken } from '@alauda-exporter/alauda-client'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { AccountCredentials } from './credentials.js'
import { type Checked, type Fault, type Setting, type ValuesOf, validation } from './setting.js'
import type { Reader, Secret } from './sources.js'
import { table } from './table.js'

/** Whose services to watch, and where. */
export interface Account {
  /** What it is called in the file; absent when it is the only one, from flags and environment or the section `alauda`. */
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

/** What to say when an account lacks something. */
export interface Missing extends Readonly<Record<string, Fault>> {
  readonly username: Fault
  readonly password: Fault
  readonly namespace: Fault
}

export const all = sequenceS(validation)

export const checkEndpoint = (reader: Reader): Checked<string> =>
  pipe(
    reader.values(table.place),
    E.map(({ cloud, endpoint }) => (endpoint === undefined || isNearer(reader) ? cloudEndpoints[cloud] : endpoint)),
  )

// An account's cloud is not outdone by the endpoint that the section `alauda` has for all others.
const isNearer = ({ found }: Reader): boolean => {
  const rankOf = (setting: Setting<unknown>) => Math.max(1, found(setting)?.rank ?? Number.POSITIVE_INFINITY)
  return rankOf(table.place.cloud) < rankOf(table.place.endpoint)
}

/** Whose account it is, and what it watches. */
export const checkIdentity = (
  reader: Reader,
  missing: Missing,
): Checked<Pick<Account, 'credentials' | 'namespaces'>> => {
  // The nearer of the two is meant, and the other not even looked into.
  const rankOf = (...settings: ReadonlyArray<Setting<unknown>>): number =>
    Math.min(...settings.map((setting) => reader.found(setting)?.rank ?? Number.POSITIVE_INFINITY))
  const { username, password, passwordFile, token, tokenFile, organization, namespaces } = table.identity
  const tokenRank = rankOf(token, tokenFile)
  const passwordRank = rankOf(password, passwordFile)
  const identity = all({
    username: reader.value(username),
    token: passwordRank < tokenRank ? E.right(undefined) : reader.secret(token, tokenFile),
    organization: reader.value(organization),
  })
  const secret = tokenRank < passwordRank ? E.right(undefined) : reader.secret(password, passwordFile)
  return all({
    credentials: pipe(
      all({ secret, identity }),
      E.chain(({ identity, secret }) => checkCredentials(identity, secret, missing)),
    ),
    namespaces: pipe(
      all({ identity, namespaces: reader.value(namespaces) }),
      E.chain(({ identity, namespaces }) => checkNamespaces(identity, namespaces, missing)),
    ),
  })
}

interface Identity {
  readonly username: string | undefined
  readonly token: Secret | undefined
  readonly organization: string | undefined
}

const checkCredentials = (
  { username, token, organization }: Identity,
  password: Secret | undefined,
  missing: Missing,
): Checked<AccountCredentials> => {
  if (token !== undefined) {
    if (password !== undefined) return E.left([`${token.origin}: there is a password too; give one or the other`])
    return pipe(
      parseToken(token.text),
      E.bimap(
        (fault): ReadonlyArray<Fault> => [`${token.origin}: ${fault}`],
        (parsed) => ({ token: parsed }),
      ),
    )
  }
  if (username !== undefined && password !== undefined) {
    const { text, file } = password
    const secret = file === undefined ? { password: text } : { passwordFile: file }
    return E.right({ username, ...(organization === undefined ? {} : { organization }), ...secret })
  }
  return E.left([
    ...(username === undefined ? [missing.username] : []),
    ...(password === undefined ? [missing.password] : []),
  ])
}

const checkNamespaces = (
  { organization, username, token }: Identity,
  namespaces: ReadonlyArray<string>,
  missing: Missing,
): Checked<ReadonlyArray<string>> => {
  if (namespaces.length > 0) return E.right([...new Set(namespaces)])
  const usual = organization ?? username
  if (usual !== undefined) return E.right([usual])
  // Without a token the missing user name is the fault.
  return token === undefined ? E.right([]) : E.left([missing.namespace])
}

import { cloudEndpoints, parseToken } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { all, type Checked, type Problem, problem, refuse } from '../toolkit/config/problem.js'
import type { AccountCredentials } from './credentials.js'
import type { ValuesOf } from './setting.js'
import type { Reader, Secret } from './sources.js'
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

/** The problem of an account that lacks something. */
export type Missing = Readonly<Record<'username' | 'password' | 'namespace', Problem>>

/** The account of flags, environment and the section `alauda`. */
export const checkAccount = (reader: Reader): Checked<Account> =>
  pipe(
    all({
      endpoint: checkEndpoint(reader),
      identity: checkIdentity(reader, missing),
      client: reader.values(table.client),
    }),
    E.map(({ identity, ...account }) => ({ ...account, ...identity, labels: {} })),
  )

const notSet = (setting: string, expected: string): Problem =>
  problem({ origin: 'environment', setting }, 'not set', expected)

/** The problems of an account that flags, environment and file together do not complete. */
export const missing: Missing = {
  username: notSet('ALAUDA_USERNAME or --alauda.username', 'your user name; --demo needs none'),
  password: notSet('ALAUDA_PASSWORD or --alauda.password-file', 'your password; --demo needs none'),
  namespace: notSet(
    'ALAUDA_NAMESPACE or --alauda.namespace',
    'the user or organization whose services the token may read',
  ),
}

// An account's cloud takes precedence over the endpoint that the section `alauda` has for all others.
export const checkEndpoint = ({ values, rankOf }: Reader): Checked<string> =>
  pipe(
    values(table.place),
    E.map(({ cloud, endpoint }) => {
      // Flags and environment count as one.
      const isNearer = Math.max(1, rankOf(table.place.cloud)) < Math.max(1, rankOf(table.place.endpoint))
      return endpoint === undefined || isNearer ? cloudEndpoints[cloud] : endpoint
    }),
  )

/** Whose account it is, and what it watches. */
export const checkIdentity = (
  { value, secret, rankOf }: Reader,
  missing: Missing,
): Checked<Pick<Account, 'credentials' | 'namespaces'>> => {
  const { username, password, passwordFile, token, tokenFile, organization, namespaces } = table.identity
  // Of a token and a password the closer one counts, and the other is not even parsed.
  const [tokenRank, passwordRank] = [rankOf(token, tokenFile), rankOf(password, passwordFile)]
  const identity = all({
    username: value(username),
    token: passwordRank < tokenRank ? E.right(undefined) : secret(token, tokenFile),
    organization: value(organization),
  })
  return all({
    credentials: pipe(
      all({ secret: tokenRank < passwordRank ? E.right(undefined) : secret(password, passwordFile), identity }),
      E.chain(({ identity, secret }) => checkCredentials(identity, secret, missing)),
    ),
    namespaces: pipe(
      all({ identity, namespaces: value(namespaces) }),
      E.chain(({ identity: { organization, username, token }, namespaces }) => {
        const usual = organization ?? username
        if (namespaces.length > 0) return E.right([...new Set(namespaces)])
        if (usual !== undefined) return E.right([usual])
        // Without a token the problem is the missing user name.
        return token === undefined ? E.right([]) : E.left([missing.namespace])
      }),
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
    if (password !== undefined) return refuse(token.place, 'set together with a password', 'one of them')
    return pipe(
      parseToken(token.text),
      E.match(
        (what) => refuse(token.place, what),
        (parsed): Checked<AccountCredentials> => E.right({ token: parsed }),
      ),
    )
  }
  if (username === undefined || password === undefined) {
    return E.left([
      ...(username === undefined ? [missing.username] : []),
      ...(password === undefined ? [missing.password] : []),
    ])
  }
  const secret = password.file === undefined ? { password: password.text } : { passwordFile: password.file }
  return E.right({ username, ...(organization === undefined ? {} : { organization }), ...secret })
}

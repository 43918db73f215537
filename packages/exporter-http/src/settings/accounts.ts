import { type Credentials, cloudEndpoints, parseSecret, parseToken } from '@alauda-exporter/alauda-client'
import { known, shown } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import { codeOf, type ReadFile, readTextFile } from '../toolkit/config/files.js'
import { complete, type Place, type Report } from '../toolkit/config/problem.js'
import { join, kindGiven, readMap, type Value } from '../toolkit/config/value.js'
import { accountLabels, accountName, accountSettings, labelNameBeside } from './account-table.js'
import { labelText } from './formats.js'
import { type ConnectionSettings, readConnection } from './proxy.js'
import { createReader, firstOf, type Layer, layerOf, type Reader, type ValuesOf } from './setting.js'
import type { Given } from './sources.js'
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
  readonly connection: ConnectionSettings
}

/** How to log in, as plain data, so that two accounts can be compared. A password file is read at each login. */
export type AccountCredentials =
  | { readonly token: string }
  | { readonly username: string; readonly organization?: string; readonly password: string }
  | { readonly username: string; readonly organization?: string; readonly passwordFile: string }

/** How the API is called. */
export type ClientSettings = ValuesOf<typeof table.client>

/** What an account may lack: how it would be set, and what is expected. */
type Missing = Readonly<Record<'username' | 'password' | 'namespace', readonly [setting: string, expected: string]>>

/** Reports that the account lacks something. */
type Lacks = (what: keyof Missing) => undefined

/** Reads the account of flags, environment and the section `alauda`. */
export const readOneAccount = (given: Given, report: Report): ReadonlyArray<Account> => {
  const { outer, file, defaults, isPartial } = given
  const own = createReader([...outer, file], report)
  const account = readAccount(own, sharedReader([file, defaults], outer, report), given, (what) => {
    const [setting, expected] = missing[what]
    return isPartial ? undefined : report({ origin: 'environment', setting }, 'not set', expected)
  })
  return account === undefined ? [] : [{ ...account, labels: {} }]
}

const missing: Missing = {
  username: ['ALAUDA_USERNAME or --alauda.username', 'your user name; --demo needs none'],
  password: ['ALAUDA_PASSWORD or --alauda.password-file', 'your password; --demo needs none'],
  namespace: ['ALAUDA_NAMESPACE or --alauda.namespace', 'the user or organization whose services the token may read'],
}

/** Of where an account is and how it is called. Flags and environment count as one. */
const sharedReader = (inner: ReadonlyArray<Layer>, outer: ReadonlyArray<Layer>, report: Report): Reader =>
  createReader([firstOf(outer), ...inner], report)

/**
 * Reads the accounts of a file, each by itself and all side by side. Flags and variables set how they are called, but neither whose
 * they are nor the address of an account that has its own.
 */
export const readFileAccounts = (
  given: Given,
  list: Value,
  serviceLabels: ReadonlyArray<string>,
  report: Report,
): ReadonlyArray<Account> => {
  const { outer, file, defaults } = given
  const accounts = accountsIn(list, report)
  reportConflicts(accounts, outer, file, report)
  // The section must be right even if every account has all of it itself.
  const section = sharedReader([file, defaults], outer, report)
  readEndpoint(section)
  readConnection(section, given.proxies)
  const names = new Map<string, Place>()
  const labelKey = labelNameBeside(serviceLabels)
  return accounts.flatMap(({ place, layer }) => {
    const own = createReader([layer], report)
    const lacks = (key: string, expected: string) =>
      report({ ...place, setting: join(place.setting, key) }, 'not set', expected)
    const name = own.value(accountName)
    const namePlace = own.find(accountName)?.value.place
    const other = names.get(name ?? '')
    if (namePlace === undefined) lacks('name', 'a name for each account')
    else if (name !== undefined && other !== undefined)
      report(namePlace, `${shown(name)} given`, `a name other than that of ${other.setting}`)
    else if (name !== undefined) names.set(name, place)
    const shared = sharedReader([layer, file, defaults], outer, report)
    const account = readAccount(own, shared, given, (what) => lacks(...missingInFile[what]))
    const labels = readMap(own.find(accountLabels)?.value, { what: 'labels', key: labelKey, value: labelText }, report)
    return name === undefined || account === undefined ? [] : [{ name, ...account, labels: Object.fromEntries(labels) }]
  })
}

const missingInFile: Missing = {
  username: ['username', 'the user name of the account'],
  password: ['password_file', 'the file with the password, or a token_file'],
  namespace: ['namespace', 'the user or organization whose services the token may read'],
}

interface GivenAccount {
  /** Its setting is `accounts[1]`. */
  readonly place: Place
  readonly layer: Layer
}

const accountsIn = (list: Value, report: Report): ReadonlyArray<GivenAccount> => {
  const items = list.kind === 'list' ? list.items() : []
  if (items.length === 0) {
    report(list.place, list.kind === 'list' ? 'empty' : kindGiven(list), 'a list of accounts, each with a name')
  }
  return items.flatMap((item) => {
    if (item.kind === 'map') return [{ place: item.place, layer: layerOf(item, accountSettings, report) }]
    report(item.place, kindGiven(item), 'a map of settings like name: shop')
    return []
  })
}

const reportConflicts = (
  accounts: ReadonlyArray<GivenAccount>,
  outer: ReadonlyArray<Layer>,
  section: Layer,
  report: Report,
): void => {
  for (const setting of Object.values(table.identity)) {
    for (const { place } of [...outer, section].flatMap((layer) => layer(setting) ?? []))
      report(place, 'set together with accounts in the file', 'one of them')
  }
  const address = [table.place.endpoint, table.place.cloud]
  const [own] = accounts.flatMap(({ layer }) => address.flatMap((setting) => layer(setting) ?? []))
  if (own === undefined) return
  // All passwords would go to the one cloud.
  for (const { place } of address.flatMap((setting) => outer.flatMap((layer) => layer(setting) ?? [])))
    report(place, `set together with ${own.place.setting}`, 'one of them')
}

/** Reads whose account it is from `own`, where it is and how it is called from `shared`. */
const readAccount = (own: Reader, shared: Reader, { readFile, proxies }: Given, lacks: Lacks) =>
  complete({
    endpoint: readEndpoint(shared),
    ...readIdentity(own, readFile, lacks),
    client: shared.values(table.client),
    connection: readConnection(shared, proxies, readFile),
  })

/** An endpoint takes precedence over a cloud, unless that is closer, like the cloud of an account. */
const readEndpoint = ({ values, closest }: Reader): string | undefined => {
  const place = values(table.place)
  if (place === undefined) return undefined
  const { cloud, endpoint } = place
  const isCloser = closest(table.place.endpoint, table.place.cloud).includes(table.place.endpoint)
  return isCloser && endpoint !== undefined ? endpoint : cloudEndpoints[cloud]
}

/** Whose account it is, and what it watches. */
const readIdentity = (reader: Reader, readFile: ReadFile, lacks: Lacks) => {
  const { value, find, closest } = reader
  const rows = table.identity
  // The closest secret counts; another one is not even parsed.
  const secrets = closest(rows.token, rows.tokenFile, rows.password, rows.passwordFile)
  const isToken = secrets.some((row) => row === rows.token || row === rows.tokenFile)
  const secret = readSecret(reader, secrets, readFile)
  const username = value(rows.username)
  const organization = value(rows.organization)

  const readCredentials = (): AccountCredentials | undefined => {
    if (!isToken && find(rows.username) === undefined) lacks('username')
    if (secrets.length === 0) lacks('password')
    if (secret === undefined || 'token' in secret) return secret
    return username === undefined ? undefined : { username, ...known({ organization }), ...secret }
  }

  const readNamespaces = (): ReadonlyArray<string> | undefined => {
    const namespaces = value(rows.namespaces)
    const usual = organization ?? username
    if (namespaces === undefined || namespaces.length > 0) return namespaces && [...new Set(namespaces)]
    if (usual !== undefined) return [usual]
    const isGiven = (find(rows.organization) ?? find(rows.username)) !== undefined
    // Without a token the problem is the missing user name.
    return isGiven || !isToken ? undefined : lacks('namespace')
  }

  return { credentials: readCredentials(), namespaces: readNamespaces() }
}

type SecretRow = (typeof table.identity)['token' | 'tokenFile' | 'password' | 'passwordFile']
type Secret = { readonly token: string } | { readonly password: string } | { readonly passwordFile: string }

const readSecret = (
  { value, find, report }: Reader,
  [row, other]: ReadonlyArray<SecretRow>,
  readFile: ReadFile,
): Secret | undefined => {
  const { token, tokenFile, passwordFile } = table.identity
  const place = row && find(row)?.value.place
  if (row === undefined || place === undefined) return undefined
  if (other !== undefined) return report(place, `set together with ${find(other)?.place.setting}`, 'one of them')
  const given = value(row)
  if (given === undefined) return undefined
  const isFile = row === tokenFile || row === passwordFile
  const text = isFile ? readFile(given) : E.right(given)
  if (E.isLeft(text)) return report(place, `the file ${shown(given)} cannot be read (${text.left})`)
  const isToken = row === token || row === tokenFile
  const secret = isToken ? parseToken(text.right) : parseSecret(text.right)
  if (E.isLeft(secret)) return report(place, secret.left)
  if (isToken) return { token: secret.right }
  return isFile ? { passwordFile: given } : { password: secret.right }
}

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

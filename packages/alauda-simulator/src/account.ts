import { isObject, name, parseJson } from './json.js'
import { hexToken } from './random.js'
import { type Answer, Refusal, refuse } from './wire.js'

/** The cloud's only account, and the namespace of its services. */
export interface Account {
  readonly username: string
  readonly password: string
  /** The name of a user or an organization. */
  readonly namespace: string
  readonly token: string
  /** Seconds since the epoch. */
  readonly createdAt: number
}

/** An account whose token depends on nothing but the seed and the account. */
export const createAccount = (options: Omit<Account, 'token'> & { readonly tokenSeed: string }): Account => {
  const { tokenSeed, ...account } = options
  return { ...account, token: hexToken([tokenSeed, account.username, account.password, account.namespace]) }
}

/** The account's token after `number` earlier ones were revoked. */
export const renewedToken = (account: Account, number: number): string => hexToken([account.token, number])

const email = (account: Account): string => `${account.username}@example.com`

export const unknownCredentials: Answer = {
  status: 400,
  body: { non_field_errors: ['Unable to login with provided credentials.'] },
}

/** Accepts name and password as a form, a multipart form or JSON. */
export const login = async (account: Account, contentType: string, body: Buffer): Promise<unknown> => {
  const fields = /form/i.test(contentType) ? await formFields(contentType, body) : parseJson(body.toString('utf8'))
  if (!isObject(fields)) throw refuse(400, 'The body must be a form or a JSON object.')
  const missing = ['username', 'password'].filter((field) => !name.accepts(fields[field]))
  if (missing.length > 0) {
    const body = Object.fromEntries(missing.map((field) => [field, ['This field is required.']]))
    throw new Refusal({ status: 400, body })
  }
  const { token, username, namespace } = account
  const isOfNamespace = [undefined, null, '', namespace].some((organization) => organization === fields.organization)
  if (fields.username !== username || fields.password !== account.password || !isOfNamespace) {
    throw new Refusal(unknownCredentials)
  }
  return { token, username, namespace, email: email(account) }
}

export const authenticate = (account: Account, authorization: string | undefined): void => {
  const denied = { 'WWW-Authenticate': 'Token' }
  if (authorization === undefined) throw refuse(401, 'Authentication credentials were not provided.', denied)
  if (authorization !== `Token ${account.token}`) throw refuse(401, 'Invalid token.', denied)
}

export const profileOf = (account: Account): unknown => ({
  username: account.username,
  email: email(account),
  namespace: account.namespace,
  company: 'Demo Company',
  joined_time: new Date(account.createdAt * 1000).toISOString(),
})

export const organizationOf = (account: Account): unknown => ({
  name: account.namespace,
  company: 'Demo Company',
  created_at: new Date(account.createdAt * 1000).toISOString(),
})

const formFields = async (contentType: string, body: Buffer): Promise<unknown> => {
  // Node.js loads `Response` when it is first used: most clients need not wait for that.
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType))
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')))
  const form = new Response(new Uint8Array(body), { headers: { 'Content-Type': contentType } })
  try {
    return Object.fromEntries(await form.formData())
  } catch {
    throw refuse(400, 'The form could not be read.')
  }
}

import { isObject, parseJson } from './json.js'
import { hexToken } from './random.js'
import { type Answer, Refusal, refuse } from './wire.js'

/** The account that may use the cloud, and the namespace of its services. */
export interface Account {
  readonly username: string
  readonly password: string
  /** A user name or an organization's name. */
  readonly namespace: string
  readonly token: string
  /** Seconds since the epoch. */
  readonly createdAt: number
}

/** An account; its token depends only on the seed and the account. */
export const createAccount = (options: {
  readonly username: string
  readonly password: string
  readonly namespace: string
  readonly tokenSeed: string
  readonly createdAt: number
}): Account => {
  const { username, password, namespace, tokenSeed, createdAt } = options
  const token = hexToken([tokenSeed, username, password, namespace])
  return { username, password, namespace, token, createdAt }
}

/** The account's token after `number` revoked ones. */
export const renewedToken = (account: Account, number: number): string =>
  number === 0 ? account.token : hexToken([account.token, number])

const email = (account: Account): string => `${account.username}@example.com`

/** Accepts name and password as a form, as a multipart form or as JSON. */
export const login = async (account: Account, contentType: string, body: Buffer): Promise<Answer> => {
  const { username, password, organization } = await credentialsIn(contentType, body)
  const missing = Object.entries({ username, password }).filter(([, value]) => value === undefined || value === '')
  if (missing.length > 0) {
    throw new Refusal(400, Object.fromEntries(missing.map(([field]) => [field, ['This field is required.']])))
  }
  const known = username === account.username && password === account.password
  const member = organization === undefined || organization === '' || organization === account.namespace
  if (!known || !member) {
    throw new Refusal(400, { non_field_errors: ['Unable to login with provided credentials.'] })
  }
  return {
    status: 200,
    body: { token: account.token, username, namespace: account.namespace, email: email(account) },
  }
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

interface Credentials {
  readonly username: string | undefined
  readonly password: string | undefined
  readonly organization: string | undefined
}

const credentialsIn = async (contentType: string, body: Buffer): Promise<Credentials> => {
  const fields = /form/i.test(contentType) ? await formFields(contentType, body) : parseJson(body.toString('utf8'))
  if (!isObject(fields)) throw refuse(400, 'The body must be a form or a JSON object.')
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  return {
    username: text(fields.username),
    password: text(fields.password),
    organization: text(fields.organization),
  }
}

const formFields = async (contentType: string, body: Buffer): Promise<unknown> => {
  const form = new Request('http://form.invalid/', {
    method: 'POST',
    headers: { 'Content-Type': contentType },
    body: new Uint8Array(body),
  })
  try {
    return Object.fromEntries(await form.formData())
  } catch {
    throw refuse(400, 'The form could not be read.')
  }
}

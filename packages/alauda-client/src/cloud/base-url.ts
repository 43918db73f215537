/**
 * The public clouds' addresses. Source: the API's page "Base, authentication".
 *
 * @example
 * ```ts
 * import { cloudEndpoints, createAlaudaClient } from '@alauda-exporter/alauda-client'
 *
 * export const client = createAlaudaClient({
 *   endpoint: cloudEndpoints.io,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * ```
 */
export const cloudEndpoints = {
  /** The cloud `cn`, which is the default. */
  cn: 'https://api.alauda.cn/v1/',
  /** The cloud `io`. */
  io: 'https://api.alauda.io/v1/',
} as const

/**
 * What is wrong with an endpoint, in words; `undefined` when nothing is. Whether an API answers there, only a call shows.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { endpointFault } from '@alauda-exporter/alauda-client'
 *
 * assert.equal(endpointFault('api.example.com'), 'it must be a URL like https://api.alauda.cn/v1/')
 * assert.equal(endpointFault('https://api.example.com/v1/'), undefined)
 * ```
 */
export const endpointFault = (endpoint: string): string | undefined => {
  if (!/^https?:/i.test(endpoint) || !URL.canParse(endpoint)) return `it must be a URL like ${cloudEndpoints.cn}`
  const { username, password, search, hash } = new URL(endpoint)
  if (username !== '' || password !== '') return 'it must not hold a user name or password'
  if (search !== '' || hash !== '') return 'it must end with its path: no ? and no #'
  return undefined
}

/** With a slash at its end; `endpoint` has no {@link endpointFault}. */
export const normalizedEndpoint = (endpoint: string): string => {
  const { href } = new URL(endpoint)
  return href.endsWith('/') ? href : `${href}/`
}

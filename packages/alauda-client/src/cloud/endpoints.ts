import { type Check, shown } from '../options.js'

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

/** Of the API's address; whether an API answers there, only a call shows. */
export const endpointCheck: Check = (path, value) => {
  const expected = `a URL like ${cloudEndpoints.cn}`
  if (value === undefined) return []
  if (typeof value !== 'string') return [`${path}: ${shown(value)} given, expected ${expected}`]
  // Before an @ there may be a password, behind a ? a token.
  const quoted = /[@?#]/.test(value) ? '' : `${shown(value)} given, `
  if (!/^https?:/i.test(value) || !URL.canParse(value)) return [`${path}: ${quoted}it must be ${expected}`]
  const { username, password, search, hash } = new URL(value)
  if (username !== '' || password !== '') return [`${path}: it must not hold a user name or password`]
  return search === '' && hash === '' ? [] : [`${path}: it must end with its path: no ? and no #`]
}

/** With a slash at its end. */
export const normalizedEndpoint = (endpoint: string): string => new URL(endpoint).href.replace(/\/?$/, '/')

/**
 * Every call of the API and its path. The name is that of the method in both doors and of the endpoint in the statistics; the
 * pages of `iterateServices` are `listServices`.
 */
export const endpoints = {
  login: 'generate-api-token/',
  profile: 'auth/profile',
  listServices: 'services/{namespace}/',
  getService: 'services/{namespace}/{service}/',
  listInstances: 'services/{namespace}/{service}/instances/',
  getInstance: 'services/{namespace}/{service}/instances/{instance}/',
  getInstanceMetrics: 'services/{namespace}/{service}/instances/{instance}/metrics',
  getServiceLogs: 'services/{namespace}/{service}/logs',
  getInstanceLogs: 'services/{namespace}/{service}/instances/{instance}/logs',
  listOrganizations: 'orgs/',
} as const

/** A call of the API: the name of the client's method. */
export type Endpoint = keyof typeof endpoints

type NamesIn<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never

/** The names that an endpoint's path is made of. */
export type Names<E extends Endpoint> = Readonly<Record<NamesIn<(typeof endpoints)[E]>, string>>

/**
 * @throws TypeError when a name cannot stand in a URL.
 * @example
 * pathOf('getService', { namespace: 'demo', service: 'a/b' }) // 'services/demo/a%2Fb/'
 */
export const pathOf = <E extends Endpoint>(endpoint: E, names: Names<E>): string => {
  if (typeof names !== 'object' || names === null) {
    throw new TypeError(`${endpoint}: ${shown(names)} given, expected an object with ${namesIn(endpoint).join(', ')}`)
  }
  let path = ''
  for (const { literal, what } of partsOf[endpoint] ?? []) {
    path += what === undefined ? literal : literal + segment(what, Reflect.get(names, what))
  }
  return path
}

interface Part {
  readonly literal: string
  /** The name that follows. */
  readonly what: string | undefined
}

const toParts = (path: string): ReadonlyArray<Part> =>
  path.split('}').map((part) => {
    const [literal = '', what] = part.split('{')
    return { literal, what }
  })

const partsOf = Object.fromEntries(Object.entries(endpoints).map(([endpoint, path]) => [endpoint, toParts(path)]))

const namesIn = (endpoint: Endpoint) => (partsOf[endpoint] ?? []).flatMap(({ what }) => what ?? [])

// URLs fold these away, escaped or not, and the call would be another one.
const foldedAway = new Set(['', '.', '..'])

const segment = (what: string, name: unknown): string => {
  if (typeof name !== 'string' || foldedAway.has(name) || !name.isWellFormed()) {
    throw new TypeError(`${what}: ${shown(name)} given, expected a name that can stand in a URL`)
  }
  return encodeURIComponent(name)
}

import { shown } from '../options.js'

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
  return endpoints[endpoint].replace(/\{(\w+)\}/g, (_, what: string) => segment(what, Reflect.get(names, what)))
}

const namesIn = (endpoint: Endpoint) => [...endpoints[endpoint].matchAll(/\{(\w+)\}/g)].map(([, name]) => name)

// URLs fold these away, escaped or not, and the call would be another one.
const foldedAway = new Set(['', '.', '..'])

const segment = (what: string, name: unknown): string => {
  if (typeof name !== 'string' || foldedAway.has(name) || !name.isWellFormed()) {
    throw new TypeError(`${what}: ${shown(name)} given, expected a name that can stand in a URL`)
  }
  return encodeURIComponent(name)
}

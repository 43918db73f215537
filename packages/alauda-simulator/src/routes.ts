import { refuse } from './wire.js'

/** The API's calls: method, path below the base, and name. */
const calls = [
  ['POST', 'generate-api-token', 'login'],
  ['GET', 'auth/profile', 'profile'],
  ['GET', 'orgs', 'listOrganizations'],
  ['GET', 'orgs/:organization', 'getOrganization'],
  ['GET', 'services/:namespace', 'listServices'],
  ['POST', 'services/:namespace', 'createService'],
  ['GET', 'services/:namespace/:service', 'getService'],
  ['PUT', 'services/:namespace/:service', 'updateService'],
  ['DELETE', 'services/:namespace/:service', 'deleteService'],
  ['PUT', 'services/:namespace/:service/start', 'startService'],
  ['PUT', 'services/:namespace/:service/stop', 'stopService'],
  ['GET', 'services/:namespace/:service/logs', 'getServiceLogs'],
  ['GET', 'services/:namespace/:service/instances', 'listInstances'],
  ['GET', 'services/:namespace/:service/instances/:instance', 'getInstance'],
  ['GET', 'services/:namespace/:service/instances/:instance/metrics', 'getInstanceMetrics'],
  ['GET', 'services/:namespace/:service/instances/:instance/logs', 'getInstanceLogs'],
] as const

/** What a call requests, named like the client's method where there is one. */
export type Endpoint = (typeof calls)[number][2]

export const endpoints: ReadonlyArray<Endpoint> = calls.map(([, , endpoint]) => endpoint)

/** What a request asks for. */
export type Route = PathNames & { readonly endpoint: Endpoint }

type PathNames = Readonly<Partial<Record<'namespace' | 'service' | 'instance' | 'organization', string>>>

const routes = calls.map(([method, path, endpoint]) => ({
  method,
  pattern: new RegExp(`^/v1/${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`),
  endpoint,
}))

/** The route of a path such as `/v1/services/demo/kibana`, with or without a trailing slash. Throws a Refusal. */
export const routeOf = (method: string, path: string): Route => {
  const matches = routes.flatMap((route) => {
    const names = decoded(route.pattern.exec(path))
    return names === undefined ? [] : [{ ...route, names }]
  })
  if (matches.length === 0) throw refuse(404, 'Not found.')
  const found = matches.find((route) => route.method === method)
  if (found !== undefined) return { endpoint: found.endpoint, ...found.names }
  throw refuse(405, `Method ${method} not allowed.`, { Allow: matches.map((route) => route.method).join(', ') })
}

const decoded = (match: RegExpExecArray | null): PathNames | undefined => {
  if (match === null) return undefined
  try {
    const names = Object.entries(match.groups ?? {})
    return Object.fromEntries(names.map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    return undefined // malformed percent-encoding matches no path
  }
}

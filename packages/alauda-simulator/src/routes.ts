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
export interface Route {
  readonly endpoint: Endpoint
  readonly namespace?: string
  readonly service?: string
  readonly instance?: string
  readonly organization?: string
}

export type Resolved =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'unknown path' }
  | { readonly kind: 'wrong method'; readonly allowed: ReadonlyArray<string> }

const routes = calls.map(([method, path, endpoint]) => ({ method, pattern: path.split('/'), endpoint }))

/** The route of a path such as `/v1/services/demo/kibana`, with or without a trailing slash. */
export const resolve = (method: string, path: string): Resolved => {
  const [base, ...segments] = path.replace(/^\//, '').replace(/\/$/, '').split('/')
  const matches = routes.flatMap((route) => {
    const parameters = base === 'v1' ? match(route.pattern, segments) : undefined
    return parameters === undefined ? [] : [{ ...route, parameters }]
  })
  if (matches.length === 0) return { kind: 'unknown path' }
  const found = matches.find((route) => route.method === method)
  if (found === undefined) return { kind: 'wrong method', allowed: matches.map((route) => route.method) }
  return { kind: 'route', route: { endpoint: found.endpoint, ...found.parameters } }
}

const match = (pattern: ReadonlyArray<string>, segments: ReadonlyArray<string>): Record<string, string> | undefined => {
  if (pattern.length !== segments.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const given = decoded(segments[index] ?? '')
    if (given === undefined || given === '') return undefined
    if (expected.startsWith(':')) parameters[expected.slice(1)] = given
    else if (expected !== given) return undefined
  }
  return parameters
}

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined // malformed percent-encoding matches no path
  }
}

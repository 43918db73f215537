/** What a request asks for, before anything is done about it. Whoever wants to meddle with answers decides by this. */
export interface Route {
  readonly endpoint: Endpoint
  readonly namespace?: string
  readonly service?: string
  readonly instance?: string
  readonly organization?: string
}

/** Every call of the API that the simulator knows. */
export const endpoints = [
  'login',
  'profile',
  'listOrganizations',
  'getOrganization',
  'listServices',
  'createService',
  'getService',
  'updateService',
  'deleteService',
  'startService',
  'stopService',
  'getServiceLogs',
  'listInstances',
  'getInstance',
  'getInstanceMetrics',
  'getInstanceLogs',
] as const

/** What a call asks for. Those that the client makes too bear its methods' names. */
export type Endpoint = (typeof endpoints)[number]

export const isEndpoint = (value: unknown): value is Endpoint => endpoints.some((endpoint) => endpoint === value)

export type Resolved =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'unknown path' }
  | { readonly kind: 'wrong method'; readonly allowed: ReadonlyArray<string> }

/** The API's paths below its base, with what each method does there. */
const paths: ReadonlyArray<{ readonly path: string; readonly methods: Readonly<Record<string, Endpoint>> }> = [
  { path: 'generate-api-token', methods: { POST: 'login' } },
  { path: 'auth/profile', methods: { GET: 'profile' } },
  { path: 'orgs', methods: { GET: 'listOrganizations' } },
  { path: 'orgs/:organization', methods: { GET: 'getOrganization' } },
  { path: 'services/:namespace', methods: { GET: 'listServices', POST: 'createService' } },
  {
    path: 'services/:namespace/:service',
    methods: { GET: 'getService', PUT: 'updateService', DELETE: 'deleteService' },
  },
  { path: 'services/:namespace/:service/start', methods: { PUT: 'startService' } },
  { path: 'services/:namespace/:service/stop', methods: { PUT: 'stopService' } },
  { path: 'services/:namespace/:service/logs', methods: { GET: 'getServiceLogs' } },
  { path: 'services/:namespace/:service/instances', methods: { GET: 'listInstances' } },
  { path: 'services/:namespace/:service/instances/:instance', methods: { GET: 'getInstance' } },
  { path: 'services/:namespace/:service/instances/:instance/metrics', methods: { GET: 'getInstanceMetrics' } },
  { path: 'services/:namespace/:service/instances/:instance/logs', methods: { GET: 'getInstanceLogs' } },
]

const routes = paths.map(({ path, methods }) => ({ pattern: path.split('/'), methods }))

/** The route of a path like `/v1/services/demo/kibana`; a slash at its end makes no difference. */
export const resolve = (method: string, path: string): Resolved => {
  const [base, ...segments] = path.replace(/^\//, '').replace(/\/$/, '').split('/')
  if (base !== 'v1') return { kind: 'unknown path' }
  for (const { pattern, methods } of routes) {
    const parameters = match(pattern, segments)
    if (parameters === undefined) continue
    const endpoint = methods[method]
    if (endpoint === undefined) return { kind: 'wrong method', allowed: Object.keys(methods) }
    return { kind: 'route', route: { endpoint, ...parameters } }
  }
  return { kind: 'unknown path' }
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
    return undefined // malformed percent-encoding names nothing
  }
}

import type { FetchInit, FetchLike } from '@alauda-exporter/alauda-client'
import type { Fault, ServiceState } from '@alauda-exporter/alauda-simulator'
import { createChangingWorld, type WorldStep } from './changing-world.js'

/** The faults that an instant cloud supports; the first fault of a step that affects a call wins. */
export type InstantFault = Pick<Fault, 'endpoint'> &
  (
    | {
        readonly kind:
          | 'server-error'
          | 'reset'
          | 'hang'
          | 'token-revoked'
          | 'truncated-json'
          | 'forbidden'
          | 'no-points'
      }
    | { readonly kind: 'too-many-requests'; readonly retryAfter?: number }
    | { readonly kind: 'late-points'; readonly seconds: number }
  )

export interface InstantCloud {
  readonly fetch: FetchLike
  readonly take: (step: WorldStep & { readonly faults: ReadonlyArray<InstantFault> }) => void
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly retryAfter?: number
}

/** A cloud that answers a client's `fetch` at once, without HTTP: so many more calls fit into a second. */
export const createInstantCloud = (start: number): InstantCloud => {
  const { world, now, take } = createChangingWorld(start)
  let faults: ReadonlyArray<InstantFault> = []
  let logins = 0
  let token = ''

  /** Absent where there is nothing of the name. */
  const contents = (url: URL, fault: InstantFault | undefined): unknown => {
    const seconds = now() / 1000
    if (isMetrics(url)) {
      const [service = '', , instance = ''] = url.pathname.split('/').slice(-4)
      const newest = seconds - (fault?.kind === 'late-points' ? fault.seconds : 0)
      const end = Math.min(Number(url.searchParams.get('end_time')), newest)
      const window = { start: Number(url.searchParams.get('start_time')), end, period: 60 }
      const points = fault?.kind === 'no-points' ? [] : world.points({ service, instance, ...window })
      return { columns: Object.keys(points[0] ?? {}), points: points.map((point) => Object.values(point)) }
    }
    const { services } = world.stateAt(seconds)
    const name = serviceIn(url)
    if (name !== undefined) return services.filter(({ uuid }) => uuid === name).map(listed)[0]
    return { count: services.length, results: services.map(listed) }
  }

  const answerTo = (url: URL, { method, headers }: FetchInit, fault: InstantFault | undefined): Answer => {
    if (method === 'POST') {
      logins += 1
      token = `token-${logins}`
      return { status: 200, body: JSON.stringify({ token }) }
    }
    if (headers.authorization !== `Token ${token}`) return { status: 401, body: '{"detail":"Invalid token."}' }
    if (fault?.kind === 'server-error') return { status: 500, body: '{"detail":"trouble"}' }
    if (fault?.kind === 'forbidden') return { status: 403, body: '{"detail":"not yours"}' }
    if (fault?.kind === 'too-many-requests') return { ...fault, status: 429, body: '' }
    const found = contents(url, fault)
    if (found === undefined) return { status: 404, body: '{"detail":"Not found."}' }
    const body = JSON.stringify(found)
    return { status: 200, body: fault?.kind === 'truncated-json' ? body.slice(0, body.length / 2) : body }
  }

  return {
    fetch: async (address, init) => {
      const url = new URL(address)
      const asked = endpointOf(url)
      const fault = faults.find(({ endpoint = asked }) => endpoint === asked)
      if (fault?.kind === 'hang') return never(init.signal)
      if (fault?.kind === 'reset') throw new Error('the connection was reset')
      const { status, body, retryAfter } = answerTo(url, init, fault)
      return {
        status,
        headers: new Headers(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
        text: async () => body,
      }
    },
    take: (step) => {
      take(step)
      faults = step.faults
      if (faults.some(({ kind }) => kind === 'token-revoked')) token = ''
    },
  }
}

const listed = ({ uuid, service_name, current_status, target_num_instances, instances }: ServiceState) => ({
  uuid,
  service_name,
  current_status,
  target_num_instances,
  instances: instances.map(({ started_at, ...instance }) => ({
    ...instance,
    started_at: new Date(started_at * 1000).toISOString(),
  })),
})

const endpointOf = (url: URL) => {
  if (isMetrics(url)) return 'getInstanceMetrics'
  return serviceIn(url) === undefined ? 'listServices' : 'getService'
}

const serviceIn = ({ pathname }: URL): string | undefined => /\/services\/[^/]+\/([^/]+)\/$/.exec(pathname)?.[1]

const isMetrics = ({ pathname }: URL): boolean => pathname.endsWith('/metrics')

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

import { type Call, instanceOf, serviceOf, windowOf } from './call.js'
import { between, fraction } from './random.js'
import { instanceJson, serviceDetailsJson, serviceJson } from './service-json.js'
import type { InstanceState, ServiceState } from './service-state.js'
import { type Answer, refuse } from './wire.js'

const pageSize = 20
const day = 86_400

/** A page of the services that match the query. */
export const listServices = ({ world, account, url, now }: Call): Answer => {
  const services = world.stateAt(now).services.filter((service) => passes(service, url.searchParams))
  const given = url.searchParams.get('page') ?? '1'
  const page = /^\d+$/.test(given) ? Number(given) : 0
  const pages = Math.max(1, Math.ceil(services.length / pageSize))
  if (page < 1 || page > pages) throw refuse(404, 'Invalid page.')
  return {
    status: 200,
    body: {
      count: services.length,
      previous: page > 1 ? pageUrl(url, page - 1) : null,
      next: page < pages ? pageUrl(url, page + 1) : null,
      results: services
        .slice((page - 1) * pageSize, page * pageSize)
        .map((service) => serviceJson(service, account.namespace)),
    },
  }
}

export const getService = (call: Call): Answer => {
  const { services } = call.world.stateAt(call.now)
  return { status: 200, body: serviceDetailsJson(serviceOf(call), call.account.namespace, services) }
}

export const listInstances = (call: Call): Answer => ({
  status: 200,
  body: serviceOf(call).instances.map(instanceJson),
})

export const getInstance = (call: Call): Answer => ({
  status: 200,
  body: instanceJson(instanceOf(call, serviceOf(call))),
})

export const getServiceLogs = (call: Call): Answer => logs(call, serviceOf(call).instances)

export const getInstanceLogs = (call: Call): Answer => logs(call, [instanceOf(call, serviceOf(call))])

const logs = (call: Call, instances: ReadonlyArray<InstanceState>): Answer => {
  const { start, end } = windowOf(call)
  if (end - start > 7 * day) throw refuse(400, 'Logs may be asked for 7 days at a time at most.')
  return { status: 200, body: logLines(instances, start, Math.min(end, call.now)) }
}

const passes = (service: ServiceState, query: URLSearchParams): boolean => {
  const wanted = [
    [query.get('region_name'), service.region_name],
    [query.get('project_name'), service.project_name],
    [query.get('space_name'), service.space_name],
    [query.get('name'), service.service_name],
  ]
  return wanted.every(([asked, actual]) => asked === null || asked === actual)
}

const pageUrl = (url: URL, page: number): string => {
  const other = new URL(url)
  other.searchParams.set('page', String(page))
  return other.href
}

/** An instance writes one line in each stretch. */
const stretchSeconds = 15

/** Maximum lines of an answer; older lines are dropped. */
const maxLines = 2_000

const requestPaths = ['/', '/health', '/api/status', '/search?q=error', '/static/app.js', '/login']

/** The instances' lines within [start, end], oldest first. */
const logLines = (instances: ReadonlyArray<InstanceState>, start: number, end: number) => {
  const lines: { time: number; instance_id: string; message: string }[] = []
  const each = Math.ceil(maxLines / Math.max(1, instances.length))
  for (const { uuid, started_at } of instances) {
    const oldest = Math.max(start, started_at, end - each * stretchSeconds)
    for (let stretch = Math.floor(oldest / stretchSeconds); stretch * stretchSeconds <= end; stretch += 1) {
      const time = stretch * stretchSeconds + Math.floor(stretchSeconds * fraction([uuid, stretch, 'time']))
      if (time >= oldest && time <= end) lines.push({ time, instance_id: uuid, message: messageOf(uuid, stretch) })
    }
  }
  return lines.sort((a, b) => a.time - b.time).slice(-maxLines)
}

const messageOf = (uuid: string, stretch: number): string => {
  const key = [uuid, stretch]
  const path = requestPaths[Math.floor(requestPaths.length * fraction([...key, 'path']))]
  const status = fraction([...key, 'status']) < 0.03 ? 503 : 200
  return `GET ${path} ${status} ${between(1, 90, [...key, 'duration']).toFixed(1)}ms`
}

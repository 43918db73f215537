import { type Call, instanceOf, serviceOf, windowOf } from './call.js'
import type { MetricPoint } from './metric-point.js'
import { between, fraction } from './random.js'
import type { InstanceState, ServiceState } from './service.js'
import { serviceJson } from './service-json.js'
import { refuse } from './wire.js'

const usualPageSize = 20
const day = 86_400

/** A page of the services that match the query. */
export const listServices = ({ world, account, url, now, maxPageSize }: Call) => {
  const services = world.stateAt(now).services.filter((service) => passes(service, url.searchParams))
  const given = url.searchParams.get('page') ?? '1'
  const page = /^\d+$/.test(given) ? Number(given) : 0
  const pageSize = pageSizeIn(url, maxPageSize)
  const pages = Math.max(1, Math.ceil(services.length / pageSize))
  if (page < 1 || page > pages) throw refuse(404, 'Invalid page.')
  return {
    count: services.length,
    previous: page > 1 ? pageUrl(url, page - 1) : null,
    next: page < pages ? pageUrl(url, page + 1) : null,
    results: services
      .slice((page - 1) * pageSize, page * pageSize)
      .map((service) => serviceJson(service, account.namespace)),
  }
}

const pageSizeIn = (url: URL, maxPageSize: number | undefined): number => {
  const wanted = Number(url.searchParams.get('page_size'))
  return maxPageSize !== undefined && wanted >= 1 ? Math.min(Math.floor(wanted), maxPageSize) : usualPageSize
}

const filters = [
  ['region_name', 'region_name'],
  ['project_name', 'project_name'],
  ['space_name', 'space_name'],
  ['name', 'service_name'],
] as const

const passes = (service: ServiceState, query: URLSearchParams): boolean =>
  filters.every(([filter, field]) => (query.get(filter) ?? service[field]) === service[field])

const pageUrl = (url: URL, page: number): string => {
  const other = new URL(url)
  other.searchParams.set('page', String(page))
  return other.href
}

export const getServiceLogs = (call: Call) => logs(call, serviceOf(call).instances)

export const getInstanceLogs = (call: Call) => logs(call, [instanceOf(call)])

/** An instance writes one line in each stretch. */
const stretchSeconds = 15

/** Maximum lines of an answer; older lines are dropped. */
const maxLines = 2_000

const requestPaths = ['/', '/health', '/api/status', '/search?q=error', '/static/app.js', '/login']

/** The instances' lines until now, oldest first. */
const logs = (call: Call, instances: ReadonlyArray<InstanceState>) => {
  const { start, end: wanted } = windowOf(call)
  if (wanted - start > 7 * day) throw refuse(400, 'Logs may be asked for 7 days at a time at most.')
  const end = Math.min(wanted, call.now)
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

/** The API's periods. */
const periods = ['1s', '1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '7d', '30d']
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** Retention. */
const keptSeconds = 30 * day

const maxPoints = 10_000

/** The columns of measurements. */
export const measured = [
  'cpu_cumulative_usage',
  'cpu_utilization',
  'memory_usage',
  'memory_utilization',
  'rx_bytes',
  'rx_errors',
  'tx_bytes',
  'tx_errors',
] as const

/** The columns of metrics. */
export const columns = ['time', 'sequence_number', ...measured] as const

/** An instance's points until now, newest first. */
export const getInstanceMetrics = (call: Call) => {
  const service = serviceOf(call)
  const instance = instanceOf(call)
  const asked = windowOf(call)
  const named = call.url.searchParams.get('point_per_period') ?? ''
  if (!periods.includes(named)) throw refuse(400, `point_per_period must be one of ${periods.join(', ')}.`)
  const period = Number.parseInt(named, 10) * (unitSeconds[named.slice(-1)] ?? 1)
  const start = Math.max(asked.start, call.now - keptSeconds)
  const end = Math.min(asked.end, call.now)
  if ((end - start) / period > maxPoints) {
    throw refuse(400, `More than ${maxPoints} points: ask for a shorter time or a longer point_per_period.`)
  }
  const points = call.world.points({ service: service.uuid, instance: instance.uuid, start, end, period })
  const name = `stats.${service.uuid}.${instance.uuid}`.replaceAll('-', '_')
  return { name, columns, points: points.map(row) }
}

const row = (point: MetricPoint): ReadonlyArray<number> =>
  columns.map((column) => (column === 'sequence_number' ? 0 : point[column]))

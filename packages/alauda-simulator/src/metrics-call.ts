import { type Call, instanceOf, serviceOf, windowOf } from './call.js'
import type { MetricPoint } from './metric-point.js'
import { type Answer, refuse } from './wire.js'

/** The API's periods. */
const periods = ['1s', '1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '7d', '30d']
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** Retention. */
const keptSeconds = 30 * 86_400

const maxPoints = 10_000

/** The columns of metrics. */
export const columns = [
  'time',
  'sequence_number',
  'cpu_cumulative_usage',
  'cpu_utilization',
  'memory_usage',
  'memory_utilization',
  'rx_bytes',
  'rx_errors',
  'tx_bytes',
  'tx_errors',
] as const

/** An instance's points until now, newest first. */
export const getInstanceMetrics = (call: Call): Answer => {
  const service = serviceOf(call)
  const instance = instanceOf(call, service)
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
  return {
    status: 200,
    body: { name: seriesName(service.uuid, instance.uuid), columns, points: points.map(row) },
  }
}

const seriesName = (service: string, instance: string): string =>
  `stats.${service.replaceAll('-', '_')}.${instance.replaceAll('-', '_')}`

const row = (point: MetricPoint): ReadonlyArray<number> =>
  columns.map((column) => (column === 'sequence_number' ? 0 : point[column]))

import { type Call, instanceOf, serviceOf, windowOf } from './call.js'
import type { MetricPoint } from './metric-point.js'
import { type Answer, refuse } from './wire.js'

/** The API's periods, in seconds. */
const periods: ReadonlyMap<string, number> = new Map([
  ['1s', 1],
  ['1m', 60],
  ['5m', 300],
  ['15m', 900],
  ['30m', 1_800],
  ['1h', 3_600],
  ['4h', 14_400],
  ['12h', 43_200],
  ['1d', 86_400],
  ['7d', 604_800],
  ['30d', 2_592_000],
])

/** Retention. */
const keptSeconds = 30 * 86_400

const maxPoints = 10_000

const columns = [
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
  const period = periods.get(call.url.searchParams.get('point_per_period') ?? '')
  if (period === undefined) {
    throw refuse(400, `point_per_period must be one of ${[...periods.keys()].join(', ')}.`)
  }
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

import type { Point } from '../model.js'
import { gauge, type Row } from './row.js'

// As many digits as survive the way through another unit.
const times = (factor: number, value: number | undefined): number | undefined =>
  value === undefined ? undefined : Number((value * factor).toPrecision(15))

/**
 * The four gauges of the exporter of 2016, under its names, with its labels `service` and `instance` and in the API's own
 * units, so that its queries run as printed. `alauda_instance_*` have the same values in Prometheus' units.
 */
export const articleRows: ReadonlyArray<Row<Point>> = [
  gauge(
    'cpu_cumulative_usage',
    'CPU time that the instance has used since it started, in nanoseconds (cpu_cumulative_usage).',
    (point) => times(1e9, point.cpuUsageSeconds),
  ),
  gauge(
    'cpu_utilization',
    'CPU utilization, in percent, as the API reports it (cpu_utilization). In its documented sample this is the mean since the container started, of one core, not the present load: for that, use rate(alauda_instance_cpu_usage_seconds_total).',
    (point) => times(100, point.cpuUtilizationRatio),
  ),
  gauge('memory_usage', 'Memory that the instance uses, in bytes (memory_usage).', (point) => point.memoryUsageBytes),
  gauge(
    'memory_utilization',
    'Share of its memory limit that the instance uses, in percent (memory_utilization).',
    (point) => times(100, point.memoryUtilizationRatio),
  ),
]

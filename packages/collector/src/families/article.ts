import type { InstanceMetricsPoint } from '@alauda-exporter/alauda-client'
import { gauge, type Row } from '../family.js'

/**
 * The four gauges of the exporter of 2016, under its names, with its labels `service` and `instance` and in the API's own
 * units, so that its queries run as printed. `alauda_instance_*` tell the same in Prometheus' units.
 */
export const articleRows: ReadonlyArray<Row<InstanceMetricsPoint>> = [
  gauge(
    'cpu_cumulative_usage',
    'CPU time that the instance has used since it started, in nanoseconds (cpu_cumulative_usage).',
    (point) => point.cpu_cumulative_usage,
  ),
  gauge(
    'cpu_utilization',
    'CPU utilization, in percent, as the API reports it (cpu_utilization). In its documented sample this is the mean since the container started, of one core, not the present load: for that, use rate(alauda_instance_cpu_usage_seconds_total).',
    (point) => point.cpu_utilization,
  ),
  gauge('memory_usage', 'Memory that the instance uses, in bytes (memory_usage).', (point) => point.memory_usage),
  gauge(
    'memory_utilization',
    'Share of its memory limit that the instance uses, in percent (memory_utilization).',
    (point) => point.memory_utilization,
  ),
]

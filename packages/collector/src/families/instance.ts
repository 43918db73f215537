import type { Instance, Point } from '../model.js'
import { counter, gauge, info, type Row } from './row.js'

export const instanceRows: ReadonlyArray<Row<Instance>> = [
  gauge(
    'alauda_instance_start_time_seconds',
    'When the instance started, in seconds since the epoch (started_at).',
    (instance) => instance.startTime,
  ),
  info('alauda_instance_info', 'What the instance is; always 1.', { uuid: (instance) => instance.uuid }),
]

/** What was measured of an instance. */
export const pointRows: ReadonlyArray<Row<Point>> = [
  counter(
    'alauda_instance_cpu_usage_seconds_total',
    'CPU time that the instance has used since it started, in seconds (cpu_cumulative_usage, nanoseconds).',
    (point) => point.cpuUsageSeconds,
  ),
  gauge(
    'alauda_instance_cpu_utilization_ratio',
    'CPU utilization, as a ratio, as the API reports it (cpu_utilization, percent). In its documented sample this is the mean since the container started, of one core, not the present load: for that, use rate(alauda_instance_cpu_usage_seconds_total).',
    (point) => point.cpuUtilizationRatio,
  ),
  gauge(
    'alauda_instance_memory_usage_bytes',
    'Memory that the instance uses, in bytes (memory_usage).',
    (point) => point.memoryUsageBytes,
  ),
  gauge(
    'alauda_instance_memory_utilization_ratio',
    'Share of its memory limit that the instance uses, as a ratio (memory_utilization, percent).',
    (point) => point.memoryUtilizationRatio,
  ),
  gauge(
    'alauda_instance_memory_limit_bytes',
    'Memory that the instance may use, in bytes (memory_usage divided by memory_utilization, rounded to a byte).',
    (point) => point.memoryLimitBytes,
  ),
  counter(
    'alauda_instance_network_receive_bytes_total',
    'Bytes that the instance has received since it started (rx_bytes).',
    (point) => point.networkReceiveBytes,
  ),
  counter(
    'alauda_instance_network_receive_errors_total',
    'Packets that the instance has received in error since it started (rx_errors).',
    (point) => point.networkReceiveErrors,
  ),
  counter(
    'alauda_instance_network_transmit_bytes_total',
    'Bytes that the instance has sent since it started (tx_bytes).',
    (point) => point.networkTransmitBytes,
  ),
  counter(
    'alauda_instance_network_transmit_errors_total',
    'Packets that the instance has sent in error since it started (tx_errors).',
    (point) => point.networkTransmitErrors,
  ),
]

/** Without a timestamp, so that it shows how late values are while they are shown. */
export const lastSampleRow: Row<Point> = gauge(
  'alauda_instance_last_sample_timestamp_seconds',
  'When the cloud measured the values shown for the instance, in seconds since the epoch (time).',
  (point) => point.time,
)

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

import type { InstanceMetricsPoint } from '@alauda-exporter/alauda-client'
import { counter, gauge, type Row } from '../family.js'

const dividedBy = (divisor: number, value: number | undefined): number | undefined =>
  value === undefined ? undefined : value / divisor

// A limit is a whole number of bytes. It is as exact as the API's percentage, which is not rounded in its documented sample.
const memoryLimit = ({ memory_usage: used, memory_utilization: percent }: InstanceMetricsPoint): number | undefined => {
  if (used === undefined || percent === undefined || !(used > 0 && percent > 0)) return undefined
  const limit = Math.round((100 * used) / percent)
  return Number.isFinite(limit) && limit > 0 ? limit : undefined
}

export const instanceMetricsRows: ReadonlyArray<Row<InstanceMetricsPoint>> = [
  counter(
    'alauda_instance_cpu_usage_seconds_total',
    'CPU time that the instance has used since it started, in seconds (cpu_cumulative_usage, nanoseconds).',
    (point) => dividedBy(1e9, point.cpu_cumulative_usage),
  ),
  gauge(
    'alauda_instance_cpu_utilization_ratio',
    'CPU utilization, as a ratio, as the API reports it (cpu_utilization, percent). In its documented sample this is the mean since the container started, of one core, not the present load: for that, use rate(alauda_instance_cpu_usage_seconds_total).',
    (point) => dividedBy(100, point.cpu_utilization),
  ),
  gauge(
    'alauda_instance_memory_usage_bytes',
    'Memory that the instance uses, in bytes (memory_usage).',
    (point) => point.memory_usage,
  ),
  gauge(
    'alauda_instance_memory_utilization_ratio',
    'Share of its memory limit that the instance uses, as a ratio (memory_utilization, percent).',
    (point) => dividedBy(100, point.memory_utilization),
  ),
  gauge(
    'alauda_instance_memory_limit_bytes',
    'Memory that the instance may use, in bytes (memory_usage divided by memory_utilization, rounded to a byte).',
    memoryLimit,
  ),
  counter(
    'alauda_instance_network_receive_bytes_total',
    'Bytes that the instance has received since it started (rx_bytes).',
    (point) => point.rx_bytes,
  ),
  counter(
    'alauda_instance_network_receive_errors_total',
    'Packets that the instance has received in error since it started (rx_errors).',
    (point) => point.rx_errors,
  ),
  counter(
    'alauda_instance_network_transmit_bytes_total',
    'Bytes that the instance has sent since it started (tx_bytes).',
    (point) => point.tx_bytes,
  ),
  counter(
    'alauda_instance_network_transmit_errors_total',
    'Packets that the instance has sent in error since it started (tx_errors).',
    (point) => point.tx_errors,
  ),
]

/** It tells of late values as long as they are shown, and so has no time of its own. */
export const lastSampleRow: Row<InstanceMetricsPoint> = gauge(
  'alauda_instance_last_sample_timestamp_seconds',
  'When the cloud measured the values shown for the instance, in seconds since the epoch (time).',
  (point) => point.time,
)

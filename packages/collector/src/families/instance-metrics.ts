import type { InstanceMetricsPoint } from '@alauda-exporter/alauda-client'
import { counter, gauge, type Row } from '../family.js'

const dividedBy = (divisor: number, value: number | undefined): number | undefined =>
  value === undefined ? undefined : value / divisor

export const instanceMetricsRows: ReadonlyArray<Row<InstanceMetricsPoint>> = [
  counter(
    'alauda_instance_cpu_usage_seconds_total',
    'CPU time that the instance has used since it started, in seconds (cpu_cumulative_usage, nanoseconds).',
    (point) => dividedBy(1e9, point.cpu_cumulative_usage),
  ),
  gauge(
    'alauda_instance_cpu_utilization_ratio',
    'Share of its CPU limit that the instance uses, as a ratio (cpu_utilization, percent).',
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

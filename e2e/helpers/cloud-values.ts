import type { MetricPoint } from '@alauda-exporter/alauda-simulator'

/** What each metric of an instance shows: a column of the cloud's points, and what it is divided by. */
export const valueMetrics = {
  alauda_instance_cpu_usage_seconds_total: ['cpu_cumulative_usage', 1e9],
  alauda_instance_cpu_utilization_ratio: ['cpu_utilization', 100],
  alauda_instance_memory_usage_bytes: ['memory_usage', 1],
  alauda_instance_memory_utilization_ratio: ['memory_utilization', 100],
  alauda_instance_network_receive_bytes_total: ['rx_bytes', 1],
  alauda_instance_network_receive_errors_total: ['rx_errors', 1],
  alauda_instance_network_transmit_bytes_total: ['tx_bytes', 1],
  alauda_instance_network_transmit_errors_total: ['tx_errors', 1],
} as const satisfies Record<string, readonly [keyof MetricPoint, number]>

/** What the page shows of a point, by metric; `plus` is what a duplicate's values have more than the original's. */
export const shownOf = (point: MetricPoint, plus = 0): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(valueMetrics).map(([metric, [column, divisor]]) => [metric, (point[column] + plus) / divisor]),
  )

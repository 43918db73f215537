import type { MixinConfig } from './config.js'
import { expressions } from './expressions.js'
import type { RecordingRule, RuleGroup } from './rules.js'

const gauges = [
  ['alauda_instance_memory_usage_bytes', 'sum'],
  ['alauda_instance_memory_utilization_ratio', 'max'],
] as const

const counters = [
  'alauda_instance_cpu_usage_seconds',
  'alauda_instance_network_receive_bytes',
  'alauda_instance_network_transmit_bytes',
  'alauda_instance_network_receive_errors',
  'alauda_instance_network_transmit_errors',
]

/**
 * What dashboards ask for again and again, as `level:metric:operation`. Each level keeps the labels of what it is about:
 * `namespace` (and `account`), `service` (and `project`, `space`), `instance_name`.
 *
 * @see https://prometheus.io/docs/practices/rules/
 */
export const recordingRules = (config: MixinConfig): ReadonlyArray<RuleGroup<RecordingRule>> => {
  const { metric, range, across, shareOfCpuLimit, runningInstances, stopped, services, instances } = expressions(config)
  const rate = `rate${config.rateWindow}`
  const perNamespace = (operation: string, vector: string) =>
    `${operation} without (project, space, service) (${vector})`
  // The exporter has an `endpoint` of its own, the API's, which on Kubernetes is a target's label too.
  const exporters = config.targetLabels.filter((label) => label !== 'endpoint').join(', ')
  const target = across(metric('alauda_service_target_instances'))

  // One group: its rules are evaluated one after another, so that each level is made of the one before.
  return [
    {
      name: 'alauda-recorded',
      rules: [
        ...counters.map((counter) => ({
          record: `instance:${counter}:${rate}`,
          expr: across(`rate(${range(`${counter}_total`, config.rateWindow)})`),
        })),
        ...counters.map((counter) => ({
          record: `service:${counter}:${rate}`,
          expr: `sum without (instance_name) (instance:${counter}:${rate})`,
        })),
        {
          record: `instance:alauda_instance_cpu_usage_per_limit:ratio_${rate}`,
          expr: shareOfCpuLimit(`instance:alauda_instance_cpu_usage_seconds:${rate}`),
        },
        ...['max', 'avg'].map((operation) => ({
          record: `service:alauda_instance_cpu_usage_per_limit:${operation}_ratio_${rate}`,
          expr: `${operation} without (instance_name) (instance:alauda_instance_cpu_usage_per_limit:ratio_${rate})`,
        })),
        ...gauges.map(([name, operation]) => ({
          record: `service:${name}:${operation}`,
          expr: `${operation} without (instance_name) (${across(metric(name))})`,
        })),
        { record: 'service:alauda_service_running_instances:max', expr: runningInstances },
        {
          record: 'service:alauda_service_missing_instances:max',
          expr: `clamp_min(${target} - service:alauda_service_running_instances:max, 0)\nunless ${stopped}`,
        },
        ...counters.map((counter) => ({
          record: `namespace:${counter}:${rate}`,
          expr: perNamespace('sum', `service:${counter}:${rate}`),
        })),
        {
          record: 'namespace:alauda_instance_memory_usage_bytes:sum',
          expr: perNamespace('sum', 'service:alauda_instance_memory_usage_bytes:sum'),
        },
        {
          record: 'namespace:alauda_service_missing_instances:sum',
          expr: perNamespace('sum', 'service:alauda_service_missing_instances:max'),
        },
        { record: 'namespace:alauda_service_info:count', expr: perNamespace('count', services) },
        {
          record: 'namespace:alauda_instance_info:count',
          expr: `count without (project, space, service, instance_name) (${instances()})`,
        },
        {
          record: 'namespace_status:alauda_service_status:sum',
          expr: perNamespace('sum', across(metric('alauda_service_status'))),
        },
        {
          record: `endpoint_code:alauda_api_requests:${rate}`,
          expr: `sum without (${exporters}) (rate(${range('alauda_api_requests_total', config.rateWindow)}))`,
        },
        {
          record: `endpoint_le:alauda_api_request_duration_seconds_bucket:${rate}`,
          expr: `sum without (${exporters}) (rate(${range('alauda_api_request_duration_seconds_bucket', config.rateWindow)}))`,
        },
      ],
    },
  ]
}

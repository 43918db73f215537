import { limitsOf, type Sizes } from '../limits.js'
import type { Service } from '../model.js'
import { gauge, gaugeBy, info, type Row } from './row.js'

/** The statuses that the API's pages name. The list is open: a service's own status is added when it is another one. */
const knownStatuses = ['Running', 'Stopped', 'Starting', 'Deploying', 'Error']

const statusOf = ({ status }: Service): ReadonlyArray<readonly [string, number]> => {
  if (status === undefined) return []
  const statuses = knownStatuses.includes(status) ? knownStatuses : [...knownStatuses, status]
  return statuses.map((one) => [one, one === status ? 1 : 0])
}

const flag = (value: boolean | undefined): number | undefined => (value === undefined ? undefined : Number(value))

export const serviceRows = (sizes?: Sizes): ReadonlyArray<Row<Service>> => [
  gauge(
    'alauda_service_target_instances',
    'Instances that the service should have (target_num_instances).',
    (service) => service.targetInstances,
  ),
  gauge(
    'alauda_service_current_instances',
    'Instances that the service has (current_num_instances).',
    (service) => service.currentInstances,
  ),
  gauge(
    'alauda_service_started_instances',
    'Instances of the service that have started (started_num_instances).',
    (service) => service.startedInstances,
  ),
  gauge(
    'alauda_service_staged_instances',
    'Instances of the service that are prepared but not started (staged_num_instances).',
    (service) => service.stagedInstances,
  ),
  gauge(
    'alauda_service_healthy_instances',
    'Instances of the service that pass its health checks (healthy_num_instances).',
    (service) => service.healthyInstances,
  ),
  gaugeBy(
    'alauda_service_status',
    'Whether the service is in the status that the label names: 1 for the present one, 0 for the others (current_status).',
    'status',
    statusOf,
  ),
  gauge(
    'alauda_service_target_started',
    'Whether the service should run: 1 for STARTED, 0 for STOPPED (target_state).',
    (service) => flag(service.isTargetStarted),
  ),
  gauge(
    'alauda_service_deploying',
    'Whether the service is being deployed: 1 for yes, 0 for no (is_deploying).',
    (service) => flag(service.isDeploying),
  ),
  gauge(
    'alauda_service_instance_cpu_limit_cores',
    'CPU that each instance of the service may use, in cores (custom_instance_size.cpu, or what the settings say of instance_size).',
    (service) => limitsOf(service, sizes).cpu,
  ),
  gauge(
    'alauda_service_instance_memory_limit_bytes',
    'Memory that each instance of the service may use, in bytes (custom_instance_size.mem, MiB, or what the settings say of instance_size).',
    (service) => limitsOf(service, sizes).memory,
  ),
  gauge(
    'alauda_service_autoscaling_min_instances',
    'Fewest instances that the autoscaler keeps, when it is on (autoscaling_config.minimum_num_instances).',
    (service) => service.autoscaling?.minInstances,
  ),
  gauge(
    'alauda_service_autoscaling_max_instances',
    'Most instances that the autoscaler starts, when it is on (autoscaling_config.maximum_num_instances).',
    (service) => service.autoscaling?.maxInstances,
  ),
  gauge(
    'alauda_service_autoscaling_lower_threshold_ratio',
    'Utilization below which the autoscaler takes instances away, when it is on, as a ratio (autoscaling_config.lower_threshold).',
    (service) => service.autoscaling?.lowerThresholdRatio,
  ),
  gauge(
    'alauda_service_autoscaling_upper_threshold_ratio',
    'Utilization above which the autoscaler adds instances, when it is on, as a ratio (autoscaling_config.upper_threshold).',
    (service) => service.autoscaling?.upperThresholdRatio,
  ),
  gauge(
    'alauda_service_created_timestamp_seconds',
    'When the service was created, in seconds since the epoch (created_at).',
    (service) => service.createdTime,
  ),
  gauge(
    'alauda_service_updated_timestamp_seconds',
    'When the service was last changed, in seconds since the epoch (updated_at).',
    (service) => service.updatedTime,
  ),
  gauge(
    'alauda_service_started_timestamp_seconds',
    'When the service was last started, in seconds since the epoch (started_at).',
    (service) => service.startedTime,
  ),
  gauge(
    'alauda_service_stopped_timestamp_seconds',
    'When the service was last stopped, in seconds since the epoch (stopped_at).',
    (service) => service.stoppedTime,
  ),
  gauge(
    'alauda_service_last_redeployed_timestamp_seconds',
    'When the service was last redeployed, in seconds since the epoch (last_redeployed_at).',
    (service) => service.lastRedeployedTime,
  ),
  gauge(
    'alauda_service_last_autoscaled_timestamp_seconds',
    'When the autoscaler last changed the service, in seconds since the epoch (last_autoscaled_at or last_autoscale_datetime).',
    (service) => service.lastAutoscaledTime,
  ),
  info('alauda_service_info', 'What the service is; always 1.', {
    uuid: (service) => service.uuid,
    image: (service) => service.image,
    image_tag: (service) => service.imageTag,
    instance_size: (service) => service.size,
    scaling_mode: (service) => service.scalingMode,
    region: (service) => service.region,
  }),
]

/**
 * The metric of the service labels that an operator asks for by key. A key's characters that a label name may not have
 * become `_`.
 *
 * @example
 * serviceLabelsRow(['app.tier']) // alauda_service_labels{…, label_app_tier="front"} 1
 */
export const serviceLabelsRow = (keys: ReadonlyArray<string>): Row<Service> =>
  info(
    'alauda_service_labels',
    'Labels that the service has on the cloud, those named in the settings; always 1 (labels).',
    Object.fromEntries(
      keys.map(serviceLabelName).map((name) => [name, (service: Service) => labelValue(service, keys, name)] as const),
    ),
  )

/**
 * The Prometheus label for a service label's key. Two keys may become one name.
 *
 * @see https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { serviceLabelName } from '@alauda-exporter/collector'
 *
 * assert.equal(serviceLabelName('app.tier'), 'label_app_tier')
 * ```
 */
export const serviceLabelName = (key: string): string => `label_${key.replace(/[^a-zA-Z0-9_]/g, '_')}`

// Two keys may become one name: whichever the service has is shown.
const labelValue = ({ labels = [] }: Service, keys: ReadonlyArray<string>, name: string): string | undefined =>
  labels.find(({ key }) => keys.includes(key) && serviceLabelName(key) === name)?.value

import type * as api from '@alauda-exporter/alauda-client'
import { known } from '@alauda-exporter/alauda-client/options'
import type { Autoscaling, Instance, Point, Service } from '../../model.js'

/** The API's service: mebibytes become bytes. */
export const toService = (service: api.Service): Service =>
  known({
    name: service.service_name,
    uuid: service.uuid,
    project: service.project_name,
    space: service.space_name,
    application: service.application,
    region: service.region,
    image: service.image_name,
    imageTag: service.image_tag,
    size: service.instance_size,
    cpuLimitCores: service.custom_instance_size?.cpu,
    memoryLimitBytes: times(1_048_576, service.custom_instance_size?.mem),
    status: service.current_status,
    isTargetStarted: targetStates.get(service.target_state),
    isDeploying: service.is_deploying,
    targetInstances: service.target_num_instances,
    currentInstances: service.current_num_instances,
    startedInstances: service.started_num_instances,
    stagedInstances: service.staged_num_instances,
    healthyInstances: service.healthy_num_instances,
    scalingMode: service.scaling_mode,
    autoscaling: service.scaling_mode === 'AUTO' ? toAutoscaling(service.autoscaling_config) : undefined,
    labels: service.labels?.map(({ key, value }) => ({ key, ...known({ value }) })),
    createdTime: service.created_at,
    updatedTime: service.updated_at,
    startedTime: service.started_at,
    stoppedTime: service.stopped_at,
    lastRedeployedTime: service.last_redeployed_at,
    lastAutoscaledTime: service.last_autoscaled_at,
  })

const targetStates: ReadonlyMap<string | undefined, boolean> = new Map([
  ['STARTED', true],
  ['STOPPED', false],
])

const toAutoscaling = (config: api.AutoscalingConfig | undefined): Autoscaling | undefined =>
  config &&
  known({
    minInstances: config.minimum_num_instances,
    maxInstances: config.maximum_num_instances,
    lowerThresholdRatio: config.lower_threshold,
    upperThresholdRatio: config.upper_threshold,
  })

export const toInstance = ({ uuid, instance_name, started_at }: api.Instance): Instance =>
  known({ name: instance_name, uuid, startTime: started_at })

/** The API's point: nanoseconds become seconds, percent become ratios. */
export const toPoint = (point: api.InstanceMetricsPoint): Point =>
  known({
    time: inPlace(point.time),
    cpuUsageSeconds: dividedBy(1e9, point.cpu_cumulative_usage),
    cpuUtilizationRatio: dividedBy(100, point.cpu_utilization),
    memoryUsageBytes: point.memory_usage,
    memoryUtilizationRatio: dividedBy(100, point.memory_utilization),
    memoryLimitBytes: memoryLimit(point),
    networkReceiveBytes: point.rx_bytes,
    networkReceiveErrors: point.rx_errors === undefined ? undefined : inPlace(point.rx_errors),
    networkTransmitBytes: point.tx_bytes,
    networkTransmitErrors: point.tx_errors === undefined ? undefined : inPlace(point.tx_errors),
  })

// A number that was in an array with decimals is kept in 16 bytes beside the point; a small integer in the point itself.
const inPlace = (value: number): number => (Object.is(value | 0, value) ? value | 0 : value)

const dividedBy = (divisor: number, value: number | undefined): number | undefined =>
  value === undefined ? undefined : value / divisor

const times = (factor: number, value: number | undefined): number | undefined =>
  value === undefined ? undefined : value * factor

// A limit is a whole number of bytes. It is as exact as the API's percentage, which is not rounded in its documented sample.
const memoryLimit = ({
  memory_usage: used,
  memory_utilization: percent,
}: api.InstanceMetricsPoint): number | undefined => {
  if (used === undefined || percent === undefined || !(used > 0 && percent > 0)) return undefined
  const limit = Math.round((100 * used) / percent)
  return Number.isFinite(limit) && limit > 0 ? limit : undefined
}

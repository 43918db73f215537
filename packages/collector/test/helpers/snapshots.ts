import type { Instance, InstanceMetricsPoint, Service } from '@alauda-exporter/alauda-client'
import { families } from '../../src/families/families.js'
import type { FamiliesOptions } from '../../src/families/options.js'
import type { Sample } from '../../src/family.js'
import type { Failure, InstanceReading, ServiceReading, Snapshot } from '../../src/snapshot.js'
import { toInstance, toPoint, toService } from '../../src/sources/cloud/to-model.js'

export const snapshotOf = (services: ReadonlyArray<ServiceReading>, others: Partial<Snapshot> = {}): Snapshot => ({
  namespace: 'demo',
  startTime: 1000,
  durationSeconds: 0.25,
  lastSuccessTime: 1000.25,
  services,
  duplicates: 0,
  leftOut: {},
  unreadableValues: {},
  futurePoints: 0,
  failures: {},
  ...others,
})

export const serviceOf = (
  service: Partial<Service>,
  instances: ReadonlyArray<InstanceReading> = [],
): ServiceReading => ({
  service: toService({ service_name: 'web', ...service }),
  listedTime: 1000,
  instances,
  duplicates: 0,
})

/** An instance that was read, as the API gives it. */
export const okOf = (instance: Instance, point: InstanceMetricsPoint): InstanceReading => ({
  instance: toInstance(instance),
  outcome: 'ok',
  point: toPoint(point),
})

/** A service `web` with one instance `web.0`, measured at 1000. */
export const measured = (values: Omit<InstanceMetricsPoint, 'time'>): Snapshot =>
  snapshotOf([serviceOf({}, [okOf({ uuid: 'u0', instance_name: 'web.0' }, { time: 1000, ...values })])])

export const someFailure: Failure = { kind: 'UnexpectedError', reason: 'decode', message: 'it broke', cause: undefined }

/** The samples of one metric; absent when there is no such metric. */
export const samplesOf = (
  name: string,
  snapshots: ReadonlyArray<Snapshot>,
  options?: FamiliesOptions,
): ReadonlyArray<Sample> | undefined => families(snapshots, options).find((family) => family.name === name)?.samples

/** A service of which everything is known. */
export const fullService: Service = {
  service_name: 'kibana',
  uuid: '0b7e',
  project_name: 'logs',
  space_name: 'ops',
  image_name: 'index.alauda.cn/demo/kibana',
  image_tag: '4.1',
  instance_size: 'XS',
  custom_instance_size: { cpu: 0.5, mem: 512 },
  target_state: 'STARTED',
  current_status: 'Running',
  is_deploying: false,
  target_num_instances: 3,
  current_num_instances: 2,
  started_num_instances: 2,
  staged_num_instances: 1,
  healthy_num_instances: 2,
  scaling_mode: 'AUTO',
  autoscaling_config: {
    minimum_num_instances: 1,
    maximum_num_instances: 5,
    lower_threshold: 0.2,
    upper_threshold: 0.8,
  },
  region: 'BEIJING1',
  labels: [
    { key: 'a', value: 'front' },
    { key: 'b', value: 'not asked for' },
  ],
  created_at: 1428918399.457,
  updated_at: 1433750000,
  started_at: 1433750001,
  stopped_at: 1433740000,
  last_redeployed_at: 1433750002,
  last_autoscaled_at: 1433750003,
}

export const fullPoint: InstanceMetricsPoint = {
  time: 1433753089,
  cpu_cumulative_usage: 310527696,
  cpu_utilization: 12.5,
  memory_usage: 16072704,
  memory_utilization: 25,
  rx_bytes: 648,
  rx_errors: 1,
  tx_bytes: 738,
  tx_errors: 0,
}

/** A snapshot that has a sample of every metric, with all its labels. */
export const fullSnapshot: Snapshot = snapshotOf(
  [serviceOf(fullService, [okOf({ uuid: 'c0ffee', instance_name: 'kibana.0', started_at: 1433750001 }, fullPoint)])],
  { startTime: 1433753100, durationSeconds: 0.5, intervalSeconds: 50, lastSuccessTime: 1433753100.5, duplicates: 1 },
)

export const allOptions: FamiliesOptions = { articleNames: true, serviceLabels: ['a'] }

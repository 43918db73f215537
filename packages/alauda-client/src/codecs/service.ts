import * as t from 'io-ts'
import { emptyListAsObject, emptyObjectAsList } from './empty.js'
import { Instance } from './instance.js'
import { jsonText } from './json-text.js'
import { Numeric } from './numeric.js'
import { Port } from './port.js'
import { resource } from './resource.js'
import { Text } from './text.js'
import { Timestamp } from './timestamp.js'

/** When and how far the cloud scales a service by itself (`autoscaling_config`). Thresholds are ratios, `wait_period` is in seconds. */
export const AutoscalingConfig = resource(
  'AutoscalingConfig',
  {},
  {
    metric_name: Text,
    metric_stat: Text,
    upper_threshold: Numeric,
    lower_threshold: Numeric,
    minimum_num_instances: Numeric,
    maximum_num_instances: Numeric,
    increase_delta: Numeric,
    decrease_delta: Numeric,
    wait_period: Numeric,
  },
)
export interface AutoscalingConfig extends t.TypeOf<typeof AutoscalingConfig> {}

/** What one instance may use: `mem` in MiB, `cpu` in cores. */
export const InstanceLimits = resource('InstanceLimits', {}, { mem: Numeric, cpu: Numeric })
export interface InstanceLimits extends t.TypeOf<typeof InstanceLimits> {}

export const Region = resource('Region', {}, { name: Text, display_text: Text, IaaS: Text })
export interface Region extends t.TypeOf<typeof Region> {}

export const ServiceLabel = resource(
  'ServiceLabel',
  { key: Text },
  { value: Text, editable: t.boolean, propagate: t.boolean },
)
export interface ServiceLabel extends t.TypeOf<typeof ServiceLabel> {}

/** Other services by name, with the link's alias or description. */
const Links = jsonText(emptyListAsObject(t.UnknownRecord))

/**
 * A service, as both generations of the API give it (2015 and 2018). Only `service_name` is always there. Times are seconds
 * since the epoch. `instance_envvars` is left out on purpose: it holds users' secrets, and what is not held cannot leak.
 */
export const Service = resource(
  'Service',
  { service_name: Text },
  {
    uuid: Text,
    unique_name: Text,
    namespace: Text,
    project_name: Text,
    space_name: Text,
    app_name: Text,
    image_name: Text,
    image_tag: Text,
    instance_size: Text,
    custom_instance_size: jsonText(InstanceLimits),
    /** `STARTED` or `STOPPED`: what its owner asked for. */
    target_state: Text,
    /** `Running`, `Stopped`, `Deploying`, `Starting`, `Error`, …: an open list. */
    current_status: Text,
    is_deploying: t.boolean,
    target_num_instances: Numeric,
    current_num_instances: Numeric,
    started_num_instances: Numeric,
    staged_num_instances: Numeric,
    healthy_num_instances: Numeric,
    /** `MANUAL` or `AUTO`. */
    scaling_mode: Text,
    autoscaling_config: jsonText(AutoscalingConfig),
    linked_to_apps: Links,
    linked_from_apps: Links,
    instance_ports: jsonText(emptyObjectAsList(t.array(Port))),
    region: Region,
    region_name: Text,
    labels: emptyObjectAsList(t.array(ServiceLabel)),
    created_at: Timestamp,
    updated_at: Timestamp,
    started_at: Timestamp,
    stopped_at: Timestamp,
    last_redeployed_at: Timestamp,
    last_autoscaled_at: Timestamp,
    last_autoscale_datetime: Timestamp,
    /** Absent when this answer does not tell; `listInstances` does then. */
    instances: t.array(Instance),
  },
)
export interface Service extends t.TypeOf<typeof Service> {}

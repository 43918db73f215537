import * as t from 'io-ts'
import { Instance } from './instance.js'
import { absentValues, firstOf, listOf, resource } from './resource.js'
import { Amount, Count, Limit, Name, Numeric, Text, Timestamp, Uuid } from './scalars.js'
import { isEmpty, jsonText, listIn, prepared } from './structures.js'

/** @hidden */
export const AutoscalingConfig = resource(
  'AutoscalingConfig',
  {},
  {
    /** What is looked at, as `CPU_UTILIZATION`: an open list. */
    metric_name: Text,
    /** How it is summed up over the instances, as `MEAN`: an open list. */
    metric_stat: Text,
    /** Above this ratio (0.7 is 70 %) instances are added. */
    upper_threshold: Amount,
    /** The cloud removes instances below this ratio (0.3 is 30 %). */
    lower_threshold: Amount,
    /** As few instances as there may be. */
    minimum_num_instances: Count,
    /** As many instances as there may be. */
    maximum_num_instances: Count,
    /** How many instances are added at a time. */
    increase_delta: Count,
    /** Number of instances to remove at a time. */
    decrease_delta: Count,
    /** How long to wait after scaling before scaling again, in seconds. */
    wait_period: Amount,
  },
)

/** When and how far the cloud scales a service by itself (`autoscaling_config`). Source: the API's page "A service". */
export interface AutoscalingConfig extends t.TypeOf<typeof AutoscalingConfig> {}

/** @hidden */
export const InstanceLimits = resource(
  'InstanceLimits',
  {},
  {
    /** Memory, in MiB. */
    mem: Limit,
    /** CPU, in cores. */
    cpu: Limit,
  },
)

/** What one instance may use (`custom_instance_size`). Source: the API's page "A service". */
export interface InstanceLimits extends t.TypeOf<typeof InstanceLimits> {}

/** @hidden */
export const ServiceLabel = resource(
  'ServiceLabel',
  {
    /** The label's name, unique within its service. */
    key: Text,
  },
  {
    /** What the label says; absent when it is empty. */
    value: Text,
    /** Whether the owner may change it. */
    editable: t.boolean,
    /** Whether the service's instances get it too. */
    propagate: t.boolean,
  },
)

/** A label that an owner gave to a service (2018; not one of Prometheus'). */
export interface ServiceLabel extends t.TypeOf<typeof ServiceLabel> {}

/** @hidden */
export const Port = resource(
  'Port',
  {},
  {
    /** The port inside of the container. */
    container_port: Numeric,
    /** The port under which it is reached from outside. */
    service_port: Numeric,
    /** `tcp` or `udp`. */
    protocol: Text,
    /** `http-endpoint`, `tcp-endpoint`, …: an open list. */
    endpoint_type: Text,
    /** The domain under which it is reached from outside. */
    default_domain: Text,
    /** The address under which it is reached from outside. */
    ipaddress: Text,
  },
)

/** A port of a service's containers, and how it is reached from outside (`instance_ports`). */
export interface Port extends t.TypeOf<typeof Port> {}

// No service has as many.
const mostInstances = 10_000
const mostDetails = 1_000

/** Other services by name, with the link's alias or description. */
const Links = jsonText(prepared(t.UnknownRecord, (input) => (isEmpty(input) ? {} : input)))

/** The name in an object `region`. A text in its place is no region: what it says must not get into a label. */
const Region = new t.Type<string | undefined, unknown, unknown>(
  'a region',
  (region) => region === undefined || Text.is(region),
  (input, context) => {
    if (!t.UnknownRecord.is(input)) return t.failure(input, context)
    return absentValues.has(input.name) ? t.success(undefined) : Text.validate(input.name, context)
  },
  t.identity,
)

const ServiceFields = resource(
  'Service',
  {
    /** Unique within a namespace; in 2018 within a project or space only. */
    service_name: Name,
  },
  {
    /** Unique in the cloud. Calls take it in place of the name. */
    uuid: firstOf(Uuid, { uuid: Uuid, unique_name: Uuid }),
    /** Whose it is: a user's or an organization's name. */
    namespace: Text,
    /** The project that it belongs to (2018). */
    project_name: Text,
    /** The space that it belongs to (2018). */
    space_name: Text,
    /** The application that it belongs to. */
    application: firstOf(Text, { application: Text, app_name: Text }),
    /** The image that its instances run, without a tag. */
    image_name: Text,
    /** The tag of that image. */
    image_tag: Text,
    /** `XXS`, `XS`, `S`, `M`, `L` or `XL`, or another word beside `custom_instance_size`. */
    instance_size: Text,
    /** What each instance may use. */
    custom_instance_size: jsonText(InstanceLimits),
    /** `STARTED` or `STOPPED`: what its owner asked for. */
    target_state: Text,
    /** `Running`, `Stopped`, `Deploying`, `Starting`, `Error`, …: an open list. */
    current_status: Text,
    /** Whether the cloud is rolling its instances over. */
    is_deploying: t.boolean,
    /** How many instances there should be. */
    target_num_instances: Count,
    /** How many instances there are. */
    current_num_instances: Count,
    /** How many instances have started. */
    started_num_instances: Count,
    /** How many instances are prepared but not started. */
    staged_num_instances: Count,
    /** How many instances pass their health checks. */
    healthy_num_instances: Count,
    /** `MANUAL` or `AUTO`. */
    scaling_mode: Text,
    /** How the cloud scales it while `scaling_mode` is `AUTO`. */
    autoscaling_config: jsonText(AutoscalingConfig),
    /** The services that it uses, by name, with each link's alias or description. */
    linked_to_apps: Links,
    /** The services that use it, by name, with each link's alias or description. */
    linked_from_apps: Links,
    /** The ports that its instances listen on. */
    instance_ports: listOf(Port, mostDetails, listIn),
    /** The name of the region that it runs in: `BEIJING1`. */
    region: firstOf(Region, { region_name: Text, region: Region }),
    /** What its owner labelled it with. */
    labels: listOf(ServiceLabel, mostDetails, listIn),
    /** In seconds since the epoch. */
    created_at: Timestamp,
    /** When its settings were last changed, in seconds since the epoch. */
    updated_at: Timestamp,
    /** When it was last started, in seconds since the epoch. */
    started_at: Timestamp,
    /** When it was last stopped, in seconds since the epoch. */
    stopped_at: Timestamp,
    /** When its instances were last rolled over, in seconds since the epoch. */
    last_redeployed_at: Timestamp,
    /** When the cloud last scaled it, in seconds since the epoch. */
    last_autoscaled_at: firstOf(Timestamp, { last_autoscaled_at: Timestamp, last_autoscale_datetime: Timestamp }),
    /** Absent if this answer has no instances; `listInstances` returns them. */
    instances: listOf(Instance, mostInstances),
  },
)

/** In 2015 `app_name` repeats the service's own name, which is no application. */
const withoutOwnName = (input: unknown): unknown =>
  t.UnknownRecord.is(input) && input.app_name === input.service_name ? { ...input, app_name: undefined } : input

/** @hidden */
export const Service = prepared(ServiceFields, withoutOwnName)

/**
 * A service: in one shape, whichever generation of the API gives it (2015 and 2018). Only `service_name` is always there. Times
 * are seconds since the epoch. `instance_envvars` is left out on purpose: it holds users' secrets, and what is not held cannot leak.
 * Source: the API's page "A service".
 */
export interface Service extends t.TypeOf<typeof Service> {}

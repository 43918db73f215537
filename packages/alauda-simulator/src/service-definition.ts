import { between, type Key } from './random.js'

/** Limits of one instance: `cpu` in cores, `mem` in MiB. */
export interface InstanceSize {
  /** In cores. */
  readonly cpu: number
  /** In MiB. */
  readonly mem: number
}

/**
 * The cloud's named sizes: `cpu` in cores, `mem` in MiB.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { INSTANCE_SIZES } from '@alauda-exporter/alauda-simulator'
 *
 * assert.deepEqual(INSTANCE_SIZES.XS, { cpu: 0.25, mem: 512 })
 * ```
 */
export const INSTANCE_SIZES = {
  XXS: { cpu: 0.125, mem: 256 },
  XS: { cpu: 0.25, mem: 512 },
  S: { cpu: 0.5, mem: 1024 },
  M: { cpu: 1, mem: 2048 },
  L: { cpu: 2, mem: 4096 },
  XL: { cpu: 4, mem: 8192 },
} as const satisfies Record<string, InstanceSize>

/** One of {@link INSTANCE_SIZES}. */
export type InstanceSizeName = keyof typeof INSTANCE_SIZES

/** Settings of the cloud's autoscaler. Thresholds are ratios (0.7 is 70 %), `wait_period` is in seconds. */
export interface AutoscalingConfig {
  /** Only shown: the simulator scales by the CPU utilization. */
  readonly metric_name: string
  /** Only shown: the simulator scales by the mean. */
  readonly metric_stat: string
  /** The cloud adds instances above this ratio. */
  readonly upper_threshold: number
  /** The cloud removes instances below this ratio. */
  readonly lower_threshold: number
  /** Minimum number of instances. */
  readonly minimum_num_instances: number
  /** Maximum number of instances. */
  readonly maximum_num_instances: number
  /** Number of instances to add at a time. */
  readonly increase_delta: number
  /** Number of instances to remove at a time. */
  readonly decrease_delta: number
  /** Minimum time between two scalings, in seconds. */
  readonly wait_period: number
}

/** A port that a service's instances listen on. */
export interface InstancePort {
  /** The port inside of the container. */
  readonly container_port: number
  /** `tcp` or `udp`. */
  readonly protocol: string
  /** `http-endpoint`, `tcp-endpoint`, … */
  readonly endpoint_type: string
}

/** A label that an owner gave to a service. */
export interface ServiceLabel {
  /** The label's name. */
  readonly key: string
  /** The label's value. */
  readonly value: string
  /** Whether the owner may change it. */
  readonly editable: boolean
  /** Whether the service's instances get it too. */
  readonly propagate: boolean
}

/** A disk that outlives the instance that it is mounted in. */
export interface Volume {
  /** Where it is mounted inside of the container. */
  readonly app_volume_dir: string
  /** Its size, in GB. */
  readonly size_gb: number
}

/** The settings that a service's owner may change. The names are the API's. */
export interface ServiceSettings {
  /** The image that its instances run, without a tag. */
  readonly image_name: string
  /** The tag of that image. Default: `latest`. */
  readonly image_tag: string
  /** Command that replaces the image's; empty for the image's own. */
  readonly run_command: string
  /** Default: `XS`. */
  readonly instance_size: InstanceSizeName
  /** Limits of one instance. Default: those of `instance_size`. */
  readonly custom_instance_size: InstanceSize
  /** Default: `STARTED`. */
  readonly target_state: 'STARTED' | 'STOPPED'
  /** Target number of instances. Default: 1. */
  readonly target_num_instances: number
  /** Default: `MANUAL`. With `AUTO` the cloud scales by `autoscaling_config`. */
  readonly scaling_mode: 'MANUAL' | 'AUTO'
  /** Settings of the autoscaler; null, the default, for a service that the cloud never scaled. */
  readonly autoscaling_config: AutoscalingConfig | null
  /** The environment of its instances. */
  readonly instance_envvars: Readonly<Record<string, string>>
  /** The ports that they listen on. Default: none. */
  readonly instance_ports: ReadonlyArray<InstancePort>
  /** Linked service → alias. */
  readonly linked_to_apps: Readonly<Record<string, string>>
  /** Their disks. Default: none. */
  readonly volumes: ReadonlyArray<Volume>
  /** A domain of its owner's; empty without one. */
  readonly custom_domain_name: string
  /** Region. Default: `BEIJING1`. */
  readonly region_name: string
  /** The space that it belongs to; empty without one. */
  readonly space_name: string
  /** The project that it belongs to; empty without one. */
  readonly project_name: string
  /** The owner's labels. Default: none. */
  readonly labels: ReadonlyArray<ServiceLabel>
}

/** Load of a service. */
export interface ServiceLoad {
  /** Mean share of its CPU limit that one instance uses, at most 0.55, while the service is scaled manually. */
  readonly cpu: number
  /** Mean share of its memory limit that one instance uses, at most 0.85. */
  readonly memory: number
  /** Mean demand of all users, in fully busy instances, while the cloud scales the service. */
  readonly demand: number
  /** Bytes received per second of CPU time: traffic follows the load. */
  readonly receiveBytesPerCpuSecond: number
  /** Bytes sent per second of CPU time. */
  readonly transmitBytesPerCpuSecond: number
}

/**
 * A repeated event of a service: at `first` seconds after the world's origin, and about every `every` seconds before and after
 * that.
 */
export interface Disturbance {
  /** `restart` ends the container of one instance, `redeploy` replaces all of them. */
  readonly kind: 'restart' | 'redeploy'
  /** In seconds. */
  readonly every: number
  /** In seconds after the world's origin. */
  readonly first: number
}

/**
 * A new service: its name, its image, and the settings that differ from the defaults.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createWorld, type ServiceDefinition } from '@alauda-exporter/alauda-simulator'
 *
 * const cache: ServiceDefinition = { service_name: 'cache', image_name: 'library/redis', target_num_instances: 2 }
 * const world = createWorld({ services: [cache] })
 * assert.equal(world.serviceAt('cache', world.origin)?.instances.length, 2)
 * ```
 */
export interface ServiceDefinition extends Partial<ServiceSettings> {
  /** Unique in its world. */
  readonly service_name: string
  /** The image that its instances run, without a tag. */
  readonly image_name: string
  /** Its load. Default: random, by the world's seed. */
  readonly load?: Partial<ServiceLoad>
  /** Its repeated events. Default: none. */
  readonly disturbance?: Disturbance
}

/** The settings of a definition with all defaults. A custom size wins over a named one. */
export const settingsOf = (definition: ServiceDefinition): ServiceSettings => {
  const { service_name: _name, load: _load, disturbance: _disturbance, ...given } = definition
  const size = given.instance_size ?? 'XS'
  return {
    image_tag: 'latest',
    run_command: '',
    instance_size: size,
    custom_instance_size: INSTANCE_SIZES[size],
    target_state: 'STARTED',
    target_num_instances: 1,
    scaling_mode: 'MANUAL',
    autoscaling_config: null,
    instance_envvars: {},
    instance_ports: [],
    linked_to_apps: {},
    volumes: [],
    custom_domain_name: '',
    region_name: 'BEIJING1',
    space_name: '',
    project_name: '',
    labels: [],
    ...given,
  }
}

/** The service's load; `key` determines what the definition leaves open. */
export const loadOf = (definition: ServiceDefinition, key: Key): ServiceLoad => ({
  cpu: between(0.1, 0.4, [...key, 'cpu']),
  memory: between(0.3, 0.7, [...key, 'memory']),
  demand: between(1.2, 2.4, [...key, 'demand']),
  receiveBytesPerCpuSecond: between(20_000, 200_000, [...key, 'receive']),
  transmitBytesPerCpuSecond: between(20_000, 400_000, [...key, 'transmit']),
  ...definition.load,
})

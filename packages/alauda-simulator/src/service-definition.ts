import { between, type Key } from './random.js'

/** Limits of an instance. */
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

/** How the cloud scales a service. */
export interface AutoscalingConfig {
  /** Without effect: the simulator scales by CPU utilization. */
  readonly metric_name: string
  /** Without effect: the simulator scales by the mean. */
  readonly metric_stat: string
  /** Ratio above which instances are added. */
  readonly upper_threshold: number
  /** Ratio below which instances are removed. */
  readonly lower_threshold: number
  /** Minimum number of instances. */
  readonly minimum_num_instances: number
  /** Maximum number of instances. */
  readonly maximum_num_instances: number
  /** Instances added per step. */
  readonly increase_delta: number
  /** Instances removed per step. */
  readonly decrease_delta: number
  /** Minimum time between two steps, in seconds. */
  readonly wait_period: number
}

/** A port of a service's instances. */
export interface InstancePort {
  /** Port in the container. */
  readonly container_port: number
  /** `tcp` or `udp`. */
  readonly protocol: string
  /** `http-endpoint`, `tcp-endpoint`, … */
  readonly endpoint_type: string
}

/** A label of a service. */
export interface ServiceLabel {
  /** Name. */
  readonly key: string
  /** Value. */
  readonly value: string
  /** Whether the owner can change it. */
  readonly editable: boolean
  /** Whether the service's instances have it too. */
  readonly propagate: boolean
}

/** A disk that outlives its instance. */
export interface Volume {
  /** Mount point in the container. */
  readonly app_volume_dir: string
  /** Size in GB. */
  readonly size_gb: number
}

/** The settings of a service, with the API's names. */
export interface ServiceSettings {
  /** Image, without a tag. */
  readonly image_name: string
  /** Tag of the image. Default: `latest`. */
  readonly image_tag: string
  /** Command instead of the image's own. Default: empty, the image's own. */
  readonly run_command: string
  /** Default: `XS`. */
  readonly instance_size: InstanceSizeName
  /** Limits of an instance. Default: those of `instance_size`. */
  readonly custom_instance_size: InstanceSize
  /** Default: `STARTED`. */
  readonly target_state: 'STARTED' | 'STOPPED'
  /** Wanted number of instances. Default: 1. */
  readonly target_num_instances: number
  /** Default: `MANUAL`. With `AUTO`, the cloud scales by `autoscaling_config`. */
  readonly scaling_mode: 'MANUAL' | 'AUTO'
  /** Default: null, for a service that was never autoscaled. */
  readonly autoscaling_config: AutoscalingConfig | null
  /** Environment of the instances. */
  readonly instance_envvars: Readonly<Record<string, string>>
  /** Ports of the instances. Default: none. */
  readonly instance_ports: ReadonlyArray<InstancePort>
  /** Linked service → alias. */
  readonly linked_to_apps: Readonly<Record<string, string>>
  /** Disks of the instances. Default: none. */
  readonly volumes: ReadonlyArray<Volume>
  /** The owner's domain. Default: empty, none. */
  readonly custom_domain_name: string
  /** Region. Default: `BEIJING1`. */
  readonly region_name: string
  /** Space. Default: empty, none. */
  readonly space_name: string
  /** Project. Default: empty, none. */
  readonly project_name: string
  /** Labels. Default: none. */
  readonly labels: ReadonlyArray<ServiceLabel>
}

/** The load of a service. */
export interface ServiceLoad {
  /** Mean ratio of its CPU limit that an instance uses while the service is scaled manually; at most 0.55. */
  readonly cpu: number
  /** Mean ratio of its memory limit that an instance uses; at most 0.85. */
  readonly memory: number
  /** Mean total demand, in fully busy instances, while the cloud scales the service. */
  readonly demand: number
  /** Bytes received per second of CPU time. */
  readonly receiveBytesPerCpuSecond: number
  /** Bytes sent per second of CPU time. */
  readonly transmitBytesPerCpuSecond: number
}

/**
 * A recurring event of a service: `first` seconds after the world's origin, and about every `every` seconds before and after
 * that.
 */
export interface Disturbance {
  /** `restart` replaces the container of one instance, `redeploy` all of them, one by one. */
  readonly kind: 'restart' | 'redeploy'
  /** Mean interval in seconds. */
  readonly every: number
  /** Seconds after the world's origin. */
  readonly first: number
}

/**
 * A service to create: name, image, and settings other than the defaults.
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
  /** Image, without a tag. */
  readonly image_name: string
  /** Load; the world's seed decides missing fields. */
  readonly load?: Partial<ServiceLoad>
  /** Recurring event. Default: none. */
  readonly disturbance?: Disturbance
}

/** A definition's settings with defaults. */
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

/** A definition's load; `key` decides missing fields. */
export const loadOf = (definition: ServiceDefinition, key: Key): ServiceLoad => ({
  cpu: between(0.1, 0.4, [...key, 'cpu']),
  memory: between(0.3, 0.7, [...key, 'memory']),
  demand: between(1.2, 2.4, [...key, 'demand']),
  receiveBytesPerCpuSecond: between(20_000, 200_000, [...key, 'receive']),
  transmitBytesPerCpuSecond: between(20_000, 400_000, [...key, 'transmit']),
  ...definition.load,
})

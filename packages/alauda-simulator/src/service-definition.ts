import { between, type Key } from './random.js'

/** What one instance may use: `cpu` in cores, `mem` in MiB. */
export interface InstanceSize {
  /** In cores. */
  readonly cpu: number
  /** In MiB. */
  readonly mem: number
}

/**
 * The sizes that the cloud sells by name: `cpu` in cores, `mem` in MiB.
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

/** How the cloud scales a service by itself. Thresholds are ratios (0.7 is 70 %), `wait_period` is in seconds. */
export interface AutoscalingConfig {
  /** Shown as it is: the simulator goes by the CPU utilisation. */
  readonly metric_name: string
  /** Shown as it is: the simulator goes by the mean. */
  readonly metric_stat: string
  /** Above this ratio instances are added. */
  readonly upper_threshold: number
  /** Below this ratio instances are taken away. */
  readonly lower_threshold: number
  /** As few instances as there may be. */
  readonly minimum_num_instances: number
  /** As many instances as there may be. */
  readonly maximum_num_instances: number
  /** How many instances are added at a time. */
  readonly increase_delta: number
  /** How many instances are taken away at a time. */
  readonly decrease_delta: number
  /** How long to wait after scaling before scaling again, in seconds. */
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
  /** What the label says. */
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

/** All of a service that an owner may change. The names are the API's. */
export interface ServiceSettings {
  /** The image that its instances run, without a tag. */
  readonly image_name: string
  /** The tag of that image: `latest` unless given. */
  readonly image_tag: string
  /** What is run in place of the image's own command; empty for that one. */
  readonly run_command: string
  /** `XS` unless given. */
  readonly instance_size: InstanceSizeName
  /** What one instance may use: what `instance_size` says unless given. */
  readonly custom_instance_size: InstanceSize
  /** `STARTED` unless given. */
  readonly target_state: 'STARTED' | 'STOPPED'
  /** How many instances there should be: 1 unless given. */
  readonly target_num_instances: number
  /** `MANUAL` unless given. With `AUTO` the cloud scales by `autoscaling_config`. */
  readonly scaling_mode: 'MANUAL' | 'AUTO'
  /** How the cloud scales it; null, the default, for a service that it never scaled. */
  readonly autoscaling_config: AutoscalingConfig | null
  /** The environment of its instances. */
  readonly instance_envvars: Readonly<Record<string, string>>
  /** The ports that they listen on: none unless given. */
  readonly instance_ports: ReadonlyArray<InstancePort>
  /** Linked service → alias. */
  readonly linked_to_apps: Readonly<Record<string, string>>
  /** The disks that they have: none unless given. */
  readonly volumes: ReadonlyArray<Volume>
  /** A domain of its owner's; empty without one. */
  readonly custom_domain_name: string
  /** Where it runs: `BEIJING1` unless given. */
  readonly region_name: string
  /** The space that it belongs to; empty without one. */
  readonly space_name: string
  /** The project that it belongs to; empty without one. */
  readonly project_name: string
  /** What its owner labelled it with: nothing unless given. */
  readonly labels: ReadonlyArray<ServiceLabel>
}

/** How busy a service is. */
export interface ServiceLoad {
  /** Mean part of its CPU limit that one instance uses, at most 0.55, while the service is scaled by hand. */
  readonly cpu: number
  /** Mean part of its memory limit that one instance uses, at most 0.85. */
  readonly memory: number
  /** Mean of what all users together ask for, in fully busy instances, while the cloud scales the service. */
  readonly demand: number
  /** Bytes received for each second of CPU time: traffic follows the work done. */
  readonly receiveBytesPerCpuSecond: number
  /** Bytes sent for each second of CPU time. */
  readonly transmitBytesPerCpuSecond: number
}

/**
 * What befalls a service again and again: at `first` seconds after the world's origin, and about every `every` seconds
 * before and after that.
 */
export interface Disturbance {
  /** `restart` ends the container of one instance, `redeploy` rolls all of them over. */
  readonly kind: 'restart' | 'redeploy'
  /** In seconds. */
  readonly every: number
  /** In seconds after the world's origin. */
  readonly first: number
}

/**
 * A service to be: its name, its image, and whatever of its settings is not the default.
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
  /** How busy it is; what is not given is drawn by the world's seed. */
  readonly load?: Partial<ServiceLoad>
  /** What befalls it again and again: nothing unless given. */
  readonly disturbance?: Disturbance
}

/** The settings of a definition with every gap filled. A named size gives CPU and memory unless a custom size does. */
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

/** How busy the service is; where the definition does not say, `key` decides. */
export const loadOf = (definition: ServiceDefinition, key: Key): ServiceLoad => ({
  cpu: between(0.1, 0.4, [...key, 'cpu']),
  memory: between(0.3, 0.7, [...key, 'memory']),
  demand: between(1.2, 2.4, [...key, 'demand']),
  receiveBytesPerCpuSecond: between(20_000, 200_000, [...key, 'receive']),
  transmitBytesPerCpuSecond: between(20_000, 400_000, [...key, 'transmit']),
  ...definition.load,
})

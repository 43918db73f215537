import { between, type Key } from './random.js'

/** What one instance may use: `cpu` in cores, `mem` in MiB. */
export interface InstanceSize {
  readonly cpu: number
  readonly mem: number
}

/** The sizes that the cloud sells by name. */
export const INSTANCE_SIZES = {
  XXS: { cpu: 0.125, mem: 256 },
  XS: { cpu: 0.25, mem: 512 },
  S: { cpu: 0.5, mem: 1024 },
  M: { cpu: 1, mem: 2048 },
  L: { cpu: 2, mem: 4096 },
  XL: { cpu: 4, mem: 8192 },
} as const satisfies Record<string, InstanceSize>

export type InstanceSizeName = keyof typeof INSTANCE_SIZES

/** How the cloud scales a service by itself. Thresholds are ratios (0.7 is 70 %), `wait_period` is in seconds. */
export interface AutoscalingConfig {
  readonly metric_name: string
  readonly metric_stat: string
  readonly upper_threshold: number
  readonly lower_threshold: number
  readonly minimum_num_instances: number
  readonly maximum_num_instances: number
  readonly increase_delta: number
  readonly decrease_delta: number
  readonly wait_period: number
}

export interface InstancePort {
  readonly container_port: number
  readonly protocol: string
  readonly endpoint_type: string
}

export interface ServiceLabel {
  readonly key: string
  readonly value: string
  readonly editable: boolean
  readonly propagate: boolean
}

export interface Volume {
  readonly app_volume_dir: string
  readonly size_gb: number
}

/** All of a service that an owner may change. The names are the API's. */
export interface ServiceSettings {
  readonly image_name: string
  readonly image_tag: string
  readonly run_command: string
  readonly instance_size: InstanceSizeName
  readonly custom_instance_size: InstanceSize
  readonly target_state: 'STARTED' | 'STOPPED'
  readonly target_num_instances: number
  readonly scaling_mode: 'MANUAL' | 'AUTO'
  readonly autoscaling_config: AutoscalingConfig | null
  readonly instance_envvars: Readonly<Record<string, string>>
  readonly instance_ports: readonly InstancePort[]
  /** Linked service → alias. */
  readonly linked_to_apps: Readonly<Record<string, string>>
  readonly volumes: readonly Volume[]
  readonly custom_domain_name: string
  readonly region_name: string
  readonly space_name: string
  readonly project_name: string
  readonly labels: readonly ServiceLabel[]
}

/** How busy a service is. */
export interface ServiceLoad {
  /** Mean part of its CPU limit that one instance uses, at most 0.55, while the service is scaled by hand. */
  readonly cpu: number
  /** Mean part of its memory limit that one instance uses, at most 0.85. */
  readonly memory: number
  /** Mean of what all users together ask for, in fully busy instances, while the cloud scales the service. */
  readonly demand: number
  /** Bytes received and sent for each second of CPU time: traffic follows the work done. */
  readonly receiveBytesPerCpuSecond: number
  readonly transmitBytesPerCpuSecond: number
}

/**
 * What befalls a service again and again: at `first` seconds after the world's origin, and about every `every` seconds
 * before and after that.
 */
export interface Disturbance {
  readonly kind: 'restart' | 'redeploy'
  readonly every: number
  readonly first: number
}

/**
 * A service to be: its name, its image, and whatever of its settings is not the default.
 *
 * @example
 * const cache: ServiceDefinition = { service_name: 'cache', image_name: 'library/redis', target_num_instances: 2 }
 */
export interface ServiceDefinition extends Partial<ServiceSettings> {
  readonly service_name: string
  readonly image_name: string
  readonly load?: Partial<ServiceLoad>
  readonly disturbance?: Disturbance
}

/** The settings of a definition with every gap filled. A named size gives CPU and memory unless a custom size does. */
export function settingsOf(definition: ServiceDefinition): ServiceSettings {
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

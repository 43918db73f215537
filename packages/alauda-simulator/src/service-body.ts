import { isObject, type JsonObject, parseJson } from './json.js'
import {
  type AutoscalingConfig,
  INSTANCE_SIZES,
  type InstancePort,
  type InstanceSize,
  type InstanceSizeName,
  type ServiceDefinition,
  type ServiceSettings,
  type Volume,
} from './service-definition.js'
import { refuse } from './wire.js'

const maxInstances = 1_000

const isSizeName = (value: string): value is InstanceSizeName => Object.hasOwn(INSTANCE_SIZES, value)
const sizeNames = Object.keys(INSTANCE_SIZES).filter(isSizeName)

/** The service to create. */
export const definitionIn = (body: JsonObject): ServiceDefinition => {
  const name = body.service_name ?? body.app_name
  if (typeof name !== 'string' || name === '') throw refuse(400, 'service_name or app_name must be a name.')
  if (typeof body.image_name !== 'string' || body.image_name === '') throw refuse(400, 'image_name must be a name.')
  return { ...settingsIn(body), service_name: name, image_name: body.image_name }
}

/** The settings in a body; null counts as absent, and unknown fields are ignored. */
export const settingsIn = (body: JsonObject): Partial<ServiceSettings> => ({
  ...given(body, 'image_name', text),
  ...given(body, 'image_tag', text),
  ...given(body, 'run_command', text),
  ...given(body, 'instance_envvars', texts),
  ...given(body, 'instance_ports', ports),
  ...given(body, 'linked_to_apps', texts),
  ...given(body, 'volumes', volumes),
  ...given(body, 'custom_domain_name', text),
  ...given(body, 'region_name', text),
  ...given(body, 'space_name', text),
  ...given(body, 'project_name', text),
  ...given(body, 'target_num_instances', count),
  ...given(body, 'target_state', oneOf('STARTED', 'STOPPED')),
  ...sizesIn(body),
  ...scalingIn(body),
})

const given = <Field extends keyof ServiceSettings>(
  body: JsonObject,
  field: Field,
  decode: (value: unknown, field: string) => ServiceSettings[Field],
): Partial<ServiceSettings> => {
  const value = body[field]
  return value === undefined || value === null ? {} : { [field]: decode(value, field) }
}

const sizesIn = (body: JsonObject): Partial<ServiceSettings> => {
  const named = given(body, 'instance_size', oneOf(...sizeNames))
  const size = named.instance_size === undefined ? {} : { custom_instance_size: INSTANCE_SIZES[named.instance_size] }
  return { ...named, ...size, ...given(body, 'custom_instance_size', customSize) }
}

/** Ignores the empty configuration that clients send along with MANUAL. */
const scalingIn = (body: JsonObject): Partial<ServiceSettings> => {
  const mode = given(body, 'scaling_mode', oneOf('MANUAL', 'AUTO'))
  return mode.scaling_mode === 'MANUAL' ? mode : { ...mode, ...given(body, 'autoscaling_config', autoscaling) }
}

const text = (value: unknown, field: string): string => {
  if (typeof value !== 'string') throw refuse(400, `${field} must be a string.`)
  return value
}

const count = (value: unknown, field: string): number => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > maxInstances) {
    throw refuse(400, `${field} must be a whole number from 0 to ${maxInstances}.`)
  }
  return value
}

const oneOf =
  <Word extends string>(...words: ReadonlyArray<Word>) =>
  (value: unknown, field: string): Word => {
    const word = words.find((candidate) => candidate === value)
    if (word === undefined) throw refuse(400, `${field} must be one of ${words.join(', ')}.`)
    return word
  }

/** An object, or JSON of one in a string: the API's clients send both. */
const objectIn = (value: unknown, field: string): JsonObject => {
  const object = typeof value === 'string' ? parseJson(value) : value
  if (!isObject(object)) throw refuse(400, `${field} must be an object.`)
  return object
}

const texts = (value: unknown, field: string): Record<string, string> => {
  const entries = Object.entries(objectIn(value, field))
  return Object.fromEntries(entries.map(([name, entry]) => [name, text(entry, `${field}.${name}`)]))
}

const list = (value: unknown, field: string): ReadonlyArray<JsonObject> => {
  if (!Array.isArray(value) || !value.every(isObject)) throw refuse(400, `${field} must be a list of objects.`)
  return value
}

const ports = (value: unknown, field: string): InstancePort[] =>
  list(value, field).map((port) => {
    const { container_port, protocol = 'tcp', endpoint_type = 'tcp-endpoint' } = port
    if (typeof container_port !== 'number' || !(container_port >= 0 && container_port <= 65_535)) {
      throw refuse(400, `${field} must have container_port from 0 to 65535 each.`)
    }
    return { container_port, protocol: text(protocol, 'protocol'), endpoint_type: text(endpoint_type, 'endpoint_type') }
  })

const volumes = (value: unknown, field: string): Volume[] =>
  list(value, field).map(({ app_volume_dir, size_gb }) => {
    if (typeof size_gb !== 'number') throw refuse(400, `${field} must have size_gb as a number each.`)
    return { app_volume_dir: text(app_volume_dir, 'app_volume_dir'), size_gb }
  })

const customSize = (value: unknown): InstanceSize => {
  const { cpu, mem } = objectIn(value, 'custom_instance_size')
  if (typeof cpu !== 'number' || typeof mem !== 'number' || !(cpu > 0 && mem > 0)) {
    throw refuse(400, 'custom_instance_size must have cpu (cores) and mem (MiB) above 0.')
  }
  return { cpu, mem }
}

const autoscaling = (value: unknown): AutoscalingConfig => {
  const config = objectIn(value, 'autoscaling_config')
  const number = (field: string, least: number, otherwise?: number): number => {
    const given = config[field] ?? otherwise
    const parsed = typeof given === 'string' && given !== '' ? Number(given) : given
    if (typeof parsed !== 'number' || !(parsed >= least)) {
      throw refuse(400, `autoscaling_config.${field} must be a number not below ${least}.`)
    }
    return parsed
  }
  const minimum = number('minimum_num_instances', 1)
  return {
    metric_name: text(config.metric_name ?? 'CPU_UTILIZATION', 'autoscaling_config.metric_name'),
    metric_stat: text(config.metric_stat ?? 'MEAN', 'autoscaling_config.metric_stat'),
    upper_threshold: number('upper_threshold', 0),
    lower_threshold: number('lower_threshold', 0),
    minimum_num_instances: minimum,
    maximum_num_instances: number('maximum_num_instances', minimum),
    increase_delta: number('increase_delta', 1, 1),
    decrease_delta: number('decrease_delta', 1, 1),
    wait_period: number('wait_period', 0, 300),
  }
}

import {
  aboveZero,
  anyNumber,
  brokenRules,
  follows,
  isObject,
  type JsonObject,
  listOf,
  name,
  numberFrom,
  objectOf,
  oneOf,
  parseJson,
  type Ruled,
  type Rules,
  required,
  text,
  texts,
  wholeFrom,
} from './json.js'
import {
  INSTANCE_SIZES,
  type InstanceSizeName,
  type ServiceDefinition,
  type ServiceSettings,
} from './service-definition.js'
import { refuse } from './wire.js'

const port = objectOf({ container_port: required(numberFrom(0, 65_535)), protocol: text, endpoint_type: text })

const settings = {
  image_name: text,
  image_tag: text,
  run_command: text,
  instance_envvars: texts,
  instance_ports: listOf(port),
  linked_to_apps: texts,
  volumes: listOf(objectOf({ app_volume_dir: required(text), size_gb: required(anyNumber) })),
  custom_domain_name: text,
  region_name: text,
  space_name: text,
  project_name: text,
  target_num_instances: wholeFrom(0, 1_000),
  target_state: oneOf('STARTED', 'STOPPED'),
  instance_size: oneOf<InstanceSizeName>('XXS', 'XS', 'S', 'M', 'L', 'XL'),
  custom_instance_size: objectOf({ cpu: required(aboveZero), mem: required(aboveZero) }),
  scaling_mode: oneOf('MANUAL', 'AUTO'),
}

/** Fields whose object the API's clients also send as JSON in a string. */
const objects = ['instance_envvars', 'linked_to_apps', 'custom_instance_size']

const autoscaling = {
  metric_name: required(text),
  metric_stat: required(text),
  upper_threshold: required(numberFrom(0)),
  lower_threshold: required(numberFrom(0)),
  minimum_num_instances: required(numberFrom(1)),
  maximum_num_instances: required(numberFrom(1)),
  increase_delta: required(numberFrom(1)),
  decrease_delta: required(numberFrom(1)),
  wait_period: required(numberFrom(0)),
}

/** The service to create. */
export const definitionIn = (body: JsonObject): ServiceDefinition => {
  const { image_name } = body
  const service_name = body.service_name ?? body.app_name
  if (!name.accepts(service_name)) throw refuse(400, 'service_name or app_name must be a name.')
  if (!name.accepts(image_name)) throw refuse(400, 'image_name must be a name.')
  return { ...settingsIn(body), service_name, image_name }
}

/** The settings in a body; null counts as absent, and unknown fields are ignored. */
export const settingsIn = (body: JsonObject): Partial<ServiceSettings> => {
  const known = knownIn(settings, body, (field, value) => (objects.includes(field) ? parsed(value) : value))
  const { instance_ports, volumes, ...given } = checked(settings, known)
  return {
    ...(given.instance_size && { custom_instance_size: INSTANCE_SIZES[given.instance_size] }),
    ...given,
    ...(instance_ports && {
      instance_ports: instance_ports.map((port) => ({ protocol: 'tcp', endpoint_type: 'tcp-endpoint', ...port })),
    }),
    ...(volumes && { volumes: volumes.map(({ app_volume_dir, size_gb }) => ({ app_volume_dir, size_gb })) }),
    // Clients send an empty configuration along with MANUAL.
    ...(given.scaling_mode !== 'MANUAL' && autoscalingIn(parsed(body.autoscaling_config))),
  }
}

const parsed = (value: unknown): unknown => (typeof value === 'string' ? (parseJson(value) ?? value) : value)

/** Clients send numbers also as text. */
const autoscalingIn = (config: unknown): Pick<Partial<ServiceSettings>, 'autoscaling_config'> => {
  if (config === undefined || config === null) return {}
  if (!isObject(config)) throw refuse(400, 'autoscaling_config must be an object.')
  const given = knownIn(autoscaling, config, (field, value) =>
    typeof value === 'string' && value !== '' && !field.startsWith('metric_') ? Number(value) : value,
  )
  const defaults = { metric_name: 'CPU_UTILIZATION', metric_stat: 'MEAN', increase_delta: 1, decrease_delta: 1 }
  const complete = checked(autoscaling, { ...defaults, wait_period: 300, ...given }, 'autoscaling_config.')
  if (complete.maximum_num_instances < complete.minimum_num_instances) {
    throw refuse(400, 'autoscaling_config.maximum_num_instances must not be below minimum_num_instances.')
  }
  return { autoscaling_config: complete }
}

/** The fields that have a rule, as `read` returns them. */
const knownIn = (rules: Rules, fields: JsonObject, read: (field: string, value: unknown) => unknown): JsonObject =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([field, value]) => Object.hasOwn(rules, field) && value !== null)
      .map(([field, value]) => [field, read(field, value)]),
  )

const checked = <Of extends Rules>(rules: Of, fields: JsonObject, where = ''): Ruled<Of> => {
  if (follows(rules, fields)) return fields
  throw refuse(
    400,
    brokenRules(rules, fields)
      .map((what) => `${where}${what}.`)
      .join(' '),
  )
}

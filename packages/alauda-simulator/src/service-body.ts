import * as t from './json.js'
import {
  INSTANCE_SIZES,
  type InstanceSizeName,
  type ServiceDefinition,
  type ServiceSettings,
} from './service-definition.js'
import { refuse } from './wire.js'

const port = t.objectOf({
  container_port: t.required(t.numberFrom(0, 65_535)),
  protocol: t.text,
  endpoint_type: t.text,
})

const settings = {
  image_name: t.text,
  image_tag: t.text,
  run_command: t.text,
  instance_envvars: t.texts,
  instance_ports: t.listOf(port),
  linked_to_apps: t.texts,
  volumes: t.listOf(t.objectOf({ app_volume_dir: t.required(t.text), size_gb: t.required(t.anyNumber) })),
  custom_domain_name: t.text,
  region_name: t.text,
  space_name: t.text,
  project_name: t.text,
  target_num_instances: t.wholeFrom(0, 1_000),
  target_state: t.oneOf('STARTED', 'STOPPED'),
  instance_size: t.oneOf<InstanceSizeName>('XXS', 'XS', 'S', 'M', 'L', 'XL'),
  custom_instance_size: t.objectOf({ cpu: t.required(t.aboveZero), mem: t.required(t.aboveZero) }),
  scaling_mode: t.oneOf('MANUAL', 'AUTO'),
}

/** Fields whose object the API's clients also send as JSON in a string. */
const objects = ['instance_envvars', 'linked_to_apps', 'custom_instance_size']

const autoscaling = {
  metric_name: t.required(t.text),
  metric_stat: t.required(t.text),
  upper_threshold: t.required(t.numberFrom(0)),
  lower_threshold: t.required(t.numberFrom(0)),
  minimum_num_instances: t.required(t.numberFrom(1)),
  maximum_num_instances: t.required(t.numberFrom(1)),
  increase_delta: t.required(t.numberFrom(1)),
  decrease_delta: t.required(t.numberFrom(1)),
  wait_period: t.required(t.numberFrom(0)),
}

/** The service to create. */
export const definitionIn = (body: t.JsonObject): ServiceDefinition => {
  const { image_name } = body
  const service_name = body.service_name ?? body.app_name
  if (!t.name.accepts(service_name)) throw refuse(400, 'service_name or app_name must be a name.')
  if (!t.name.accepts(image_name)) throw refuse(400, 'image_name must be a name.')
  return { ...settingsIn(body), service_name, image_name }
}

/** The settings in a body; null counts as absent, and unknown fields are ignored. */
export const settingsIn = (body: t.JsonObject, current: Partial<ServiceSettings> = {}): Partial<ServiceSettings> => {
  const known = knownIn(settings, body, (field, value) => (objects.includes(field) ? parsed(value) : value))
  const { instance_ports, volumes, ...given } = checked(settings, known)
  const set: Partial<ServiceSettings> = {
    ...(given.instance_size && { custom_instance_size: INSTANCE_SIZES[given.instance_size] }),
    ...given,
    ...(instance_ports && {
      instance_ports: instance_ports.map((port) => ({ protocol: 'tcp', endpoint_type: 'tcp-endpoint', ...port })),
    }),
    ...(volumes && { volumes: volumes.map(({ app_volume_dir, size_gb }) => ({ app_volume_dir, size_gb })) }),
    // Clients send an empty configuration along with MANUAL.
    ...(given.scaling_mode !== 'MANUAL' && autoscalingIn(parsed(body.autoscaling_config))),
  }
  const { scaling_mode, autoscaling_config = null } = { ...current, ...set }
  if (scaling_mode === 'AUTO' && autoscaling_config === null) {
    throw refuse(400, 'scaling_mode AUTO needs an autoscaling_config.')
  }
  return set
}

const parsed = (value: unknown): unknown => (typeof value === 'string' ? (t.parseJson(value) ?? value) : value)

/** Clients send numbers also as text. */
const autoscalingIn = (config: unknown): Pick<Partial<ServiceSettings>, 'autoscaling_config'> => {
  if (config === undefined || config === null) return {}
  if (!t.isObject(config)) throw refuse(400, 'autoscaling_config must be an object.')
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
const knownIn = (
  rules: t.Rules,
  fields: t.JsonObject,
  read: (field: string, value: unknown) => unknown,
): t.JsonObject =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([field, value]) => Object.hasOwn(rules, field) && value !== null)
      .map(([field, value]) => [field, read(field, value)]),
  )

const checked = <Of extends t.Rules>(rules: Of, fields: t.JsonObject, where = ''): t.Ruled<Of> => {
  if (t.follows(rules, fields)) return fields
  const problems = t.brokenRules(rules, fields).map((what) => `${where}${what}.`)
  throw refuse(400, problems.join(' '))
}

import { authenticate, login, organizationOf, profileOf } from './account.js'
import { type Call, serviceOf } from './call.js'
import { isObject, type JsonObject, parseJson } from './json.js'
import { getInstanceMetrics } from './metrics-call.js'
import { getInstance, getInstanceLogs, getService, getServiceLogs, listInstances, listServices } from './read-calls.js'
import type { Endpoint } from './routes.js'
import { definitionIn, settingsIn } from './service-body.js'
import type { ServiceSettings } from './service-definition.js'
import { serviceDetailsJson } from './service-json.js'
import { type Answer, refuse } from './wire.js'

/** The API's answer to a call. Throws a Refusal. */
export const answer = async (call: Call): Promise<Answer> => {
  const { route, account } = call
  if (route.endpoint !== 'login') authenticate(account, call.authorization)
  if (route.namespace !== undefined && route.namespace !== account.namespace) {
    throw refuse(403, `You may not use the namespace ${route.namespace}.`)
  }
  return answers[route.endpoint](call)
}

/** Answers a change as the API does: without a body, except for a new service. */
const changing =
  (action: 'start' | 'stop' | 'delete', status: number) =>
  (call: Call): Answer => {
    call.world.change({ at: call.now, action, service: serviceOf(call).uuid })
    return { status }
  }

const createService = (call: Call): Answer => {
  const { world, account, now } = call
  const service = definitionIn(bodyOf(call))
  requireAutoscalingConfig(service)
  if (world.serviceAt(service.service_name, now) !== undefined) {
    throw refuse(409, `There is a service ${service.service_name} already.`)
  }
  world.change({ at: now, action: 'create', service })
  const created = world.serviceAt(service.service_name, now)
  if (created === undefined) throw new Error(`The new service ${service.service_name} is not in the world.`)
  return { status: 201, body: serviceDetailsJson(created, account.namespace, world.stateAt(now).services) }
}

const updateService = (call: Call): Answer => {
  const service = serviceOf(call)
  const set = settingsIn(bodyOf(call))
  requireAutoscalingConfig({ ...service, ...set })
  call.world.change({ at: call.now, action: 'update', service: service.uuid, set })
  return { status: 200 }
}

const bodyOf = ({ body }: Call): JsonObject => {
  const value = parseJson(body.toString('utf8'))
  if (!isObject(value)) throw refuse(400, 'The body must be a JSON object.')
  return value
}

const requireAutoscalingConfig = ({ scaling_mode, autoscaling_config }: Partial<ServiceSettings>): void => {
  if (scaling_mode === 'AUTO' && (autoscaling_config ?? null) === null) {
    throw refuse(400, 'scaling_mode AUTO needs an autoscaling_config.')
  }
}

const answers: Readonly<Record<Endpoint, (call: Call) => Answer | Promise<Answer>>> = {
  login: ({ account, contentType, body }) => login(account, contentType, body),
  profile: ({ account }) => ({ status: 200, body: profileOf(account) }),
  listOrganizations: ({ account }) => ({ status: 200, body: [organizationOf(account)] }),
  getOrganization: ({ account, route }) => {
    if (route.organization !== account.namespace) throw refuse(404, `There is no organization ${route.organization}.`)
    return { status: 200, body: organizationOf(account) }
  },
  listServices,
  createService,
  getService,
  updateService,
  deleteService: changing('delete', 204),
  startService: changing('start', 200),
  stopService: changing('stop', 200),
  getServiceLogs,
  listInstances,
  getInstance,
  getInstanceMetrics,
  getInstanceLogs,
}

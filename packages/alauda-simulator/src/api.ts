import { authenticate, login, organizationOf, profileOf } from './account.js'
import { type Call, instanceOf, serviceOf } from './call.js'
import { isObject, type JsonObject, parseJson } from './json.js'
import { getInstanceLogs, getInstanceMetrics, getServiceLogs, listServices } from './read-calls.js'
import type { Endpoint } from './routes.js'
import { definitionIn, settingsIn } from './service-body.js'
import { instanceJson, serviceDetailsJson } from './service-json.js'
import { type Answer, refuse } from './wire.js'

/** The API's answer to a call. Throws a Refusal. */
export const answer = async (call: Call): Promise<Answer> => {
  const { route, account } = call
  if (route.endpoint !== 'login') authenticate(account, call.authorization)
  if (route.namespace !== undefined && route.namespace !== account.namespace) {
    throw refuse(403, `You may not use the namespace ${route.namespace}.`)
  }
  return { status: statuses[route.endpoint] ?? 200, body: await bodies[route.endpoint](call) }
}

const createService = (call: Call) => {
  const { world, now } = call
  const service = definitionIn(bodyOf(call))
  if (world.serviceAt(service.service_name, now) !== undefined) {
    throw refuse(409, `There is a service ${service.service_name} already.`)
  }
  world.change({ at: now, action: 'create', service })
  return getService({ ...call, route: { ...call.route, service: service.service_name } })
}

const updateService = (call: Call): void => {
  const service = serviceOf(call)
  const set = settingsIn(bodyOf(call), service)
  call.world.change({ at: call.now, action: 'update', service: service.uuid, set })
}

const bodyOf = ({ body }: Call): JsonObject => {
  const value = parseJson(body.toString('utf8'))
  if (!isObject(value)) throw refuse(400, 'The body must be a JSON object.')
  return value
}

const changing =
  (action: 'start' | 'stop' | 'delete') =>
  (call: Call): void =>
    call.world.change({ at: call.now, action, service: serviceOf(call).uuid })

const getService = (call: Call) =>
  serviceDetailsJson(serviceOf(call), call.account.namespace, call.world.stateAt(call.now).services)

/** The bodies of answers; like the API, changes have none, except for a new service. */
const bodies: Readonly<Record<Endpoint, (call: Call) => unknown>> = {
  login: ({ account, contentType, body }) => login(account, contentType, body),
  profile: ({ account }) => profileOf(account),
  listOrganizations: ({ account }) => [organizationOf(account)],
  getOrganization: ({ account, route }) => {
    if (route.organization !== account.namespace) throw refuse(404, `There is no organization ${route.organization}.`)
    return organizationOf(account)
  },
  listServices,
  createService,
  getService,
  updateService,
  deleteService: changing('delete'),
  startService: changing('start'),
  stopService: changing('stop'),
  getServiceLogs,
  listInstances: (call) => serviceOf(call).instances.map(instanceJson),
  getInstance: (call) => instanceJson(instanceOf(call)),
  getInstanceMetrics,
  getInstanceLogs,
}

/** Statuses other than 200. */
const statuses: Partial<Record<Endpoint, number>> = { createService: 201, deleteService: 204 }

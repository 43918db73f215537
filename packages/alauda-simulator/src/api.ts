import { authenticate, login, organizationOf, profileOf } from './account.js'
import type { Call } from './call.js'
import { createService, deleteService, startService, stopService, updateService } from './change-calls.js'
import { getInstanceMetrics } from './metrics-call.js'
import { getInstance, getInstanceLogs, getService, getServiceLogs, listInstances, listServices } from './read-calls.js'
import type { Endpoint } from './routes.js'
import { type Answer, refuse } from './wire.js'

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
  deleteService,
  startService,
  stopService,
  getServiceLogs,
  listInstances,
  getInstance,
  getInstanceMetrics,
  getInstanceLogs,
}

/** The API's answer to a call. Throws a Refusal. */
export const answer = async (call: Call, authorization: string | undefined): Promise<Answer> => {
  const { route, account } = call
  if (route.endpoint !== 'login') authenticate(account, authorization)
  if (route.namespace !== undefined && route.namespace !== account.namespace) {
    throw refuse(403, `You may not use the namespace ${route.namespace}.`)
  }
  return answers[route.endpoint](call)
}

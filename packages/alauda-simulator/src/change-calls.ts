import { type Call, serviceOf } from './call.js'
import { parseObject } from './json.js'
import { definitionIn, settingsIn } from './service-body.js'
import type { ServiceSettings } from './service-definition.js'
import { serviceDetailsJson } from './service-json.js'
import { type Answer, refuse } from './wire.js'

/** Like the API, answers changes without a body, except for a new service. */
const done: Answer = { status: 200 }

export const createService = (call: Call): Answer => {
  const { world, account, now } = call
  const service = definitionIn(parseObject(call.body))
  requireAutoscalingConfig(service)
  if (world.serviceAt(service.service_name, now) !== undefined) {
    throw refuse(409, `There is a service ${service.service_name} already.`)
  }
  world.change({ at: now, action: 'create', service })
  const created = world.serviceAt(service.service_name, now)
  if (created === undefined) throw new Error(`The new service ${service.service_name} is not in the world.`)
  return { status: 201, body: serviceDetailsJson(created, account.namespace, world.stateAt(now).services) }
}

export const updateService = (call: Call): Answer => {
  const service = serviceOf(call)
  const set = settingsIn(parseObject(call.body))
  requireAutoscalingConfig({ ...service, ...set })
  call.world.change({ at: call.now, action: 'update', service: service.uuid, set })
  return done
}

const changing =
  (action: 'start' | 'stop' | 'delete', answer: Answer) =>
  (call: Call): Answer => {
    call.world.change({ at: call.now, action, service: serviceOf(call).uuid })
    return answer
  }

export const deleteService = changing('delete', { status: 204 })
export const startService = changing('start', done)
export const stopService = changing('stop', done)

const requireAutoscalingConfig = ({ scaling_mode, autoscaling_config }: Partial<ServiceSettings>): void => {
  if (scaling_mode === 'AUTO' && (autoscaling_config ?? null) === null) {
    throw refuse(400, 'scaling_mode AUTO needs an autoscaling_config.')
  }
}

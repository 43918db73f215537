import { type Autoscaled, autoscale, type CountStep } from './autoscaling.js'
import type { LoadCurve } from './load-curve.js'
import type { ServiceDefinition, ServiceSettings } from './service-definition.js'

/**
 * A change of the world at a time.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { articleWorld, type Change } from '@alauda-exporter/alauda-simulator'
 *
 * const world = articleWorld()
 * const at = world.origin + 60
 * const scaleUp: Change = { at, action: 'update', service: 'kibana', set: { target_num_instances: 4 } }
 * world.change(scaleUp)
 * assert.equal(world.serviceAt('kibana', at)?.target_num_instances, 4)
 * ```
 */
export type Change =
  | {
      /** Seconds since the epoch. */
      readonly at: number
      /** Creates a service. */
      readonly action: 'create'
      /** The new service. */
      readonly service: ServiceDefinition
    }
  | ChangeOfService

/** A change of an existing service. */
export type ChangeOfService = {
  /** Seconds since the epoch. */
  readonly at: number
  /** Name or uuid. */
  readonly service: string
} & (
  | {
      /** Changes settings. Another image, size, command or environment replaces the instances one by one. */
      readonly action: 'update'
      /** The settings to change. */
      readonly set: Partial<ServiceSettings>
    }
  | {
      /** `start` and `stop` are those of the API; `redeploy` replaces the instances one by one. */
      readonly action: 'start' | 'stop' | 'delete' | 'redeploy'
    }
  | {
      /** Ends an instance's container; a new one with counters at 0 starts a few seconds later. */
      readonly action: 'restart'
      /** The number at the end of the instance's name. */
      readonly ordinal: number
    }
)

/** A period without changes of the service's settings. */
export interface Phase {
  readonly from: number
  readonly until: number
  readonly settings: ServiceSettings
  /** The last start and stop. */
  readonly startedAt: number | undefined
  readonly stoppedAt: number | undefined
  /** Present while the cloud scales the service. */
  readonly autoscaled: Autoscaled | undefined
}

/** A change of one of these settings replaces the instances. */
const bakedIn = ['image_name', 'image_tag', 'run_command', 'custom_instance_size', 'instance_envvars'] as const

const targetStates = { start: 'STARTED', stop: 'STOPPED' } as const

/** What decides which instances a service has. */
export type History = ReturnType<typeof historyOf>

/** The service's history until `horizon`; `changes` are in the order of their times. */
export const historyOf = (
  createdAt: number,
  created: ServiceSettings,
  changes: ReadonlyArray<ChangeOfService>,
  demand: LoadCurve,
  horizon: number,
) => {
  const phases: Phase[] = []
  const counts: CountStep[] = []
  /** The times of the owner's rollouts. */
  const redeployedAt: number[] = []
  const restarts: { at: number; ordinal: number }[] = []
  let settings = created
  let startedAt = created.target_state === 'STARTED' ? createdAt : undefined
  let stoppedAt: number | undefined
  let from = createdAt
  let deletedAt = Number.POSITIVE_INFINITY

  const closePhase = (until: number): void => {
    if (until <= from) return
    const { target_state, target_num_instances, scaling_mode, autoscaling_config } = settings
    const isStarted = target_state === 'STARTED'
    const autoscaled =
      isStarted && scaling_mode === 'AUTO' && autoscaling_config !== null
        ? autoscale(autoscaling_config, demand, target_num_instances, from, Math.min(until, horizon))
        : undefined
    const steps = autoscaled?.counts ?? [{ at: from, count: isStarted ? target_num_instances : 0 }]
    for (const step of steps) counts.push(step)
    phases.push({ from, until, settings, startedAt, stoppedAt, autoscaled })
    // A service whose autoscaling is switched off keeps its instances.
    const left = autoscaled?.counts.at(-1)?.count
    if (left !== undefined) settings = { ...settings, target_num_instances: left }
    from = until
  }

  for (const change of changes) {
    if (change.action === 'redeploy') redeployedAt.push(change.at)
    else if (change.action === 'restart') restarts.push(change)
    else {
      closePhase(change.at)
      if (change.action === 'delete') {
        deletedAt = change.at
        break
      }
      const before = settings
      const changed = change.action === 'update' ? change.set : { target_state: targetStates[change.action] }
      settings = { ...settings, ...changed }
      if (bakedIn.some((name) => JSON.stringify(before[name]) !== JSON.stringify(settings[name]))) {
        redeployedAt.push(change.at)
      }
      if (settings.target_state === before.target_state) continue
      if (settings.target_state === 'STARTED') startedAt = change.at
      else stoppedAt = change.at
    }
  }
  if (deletedAt === Number.POSITIVE_INFINITY) closePhase(deletedAt)
  else counts.push({ at: deletedAt, count: 0 })
  return { phases, counts, redeployedAt, restarts, deletedAt }
}

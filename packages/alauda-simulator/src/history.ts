import { type Autoscaled, autoscale, type CountStep } from './autoscaling.js'
import type { ChangeOfService } from './change.js'
import type { LoadCurve } from './load-curve.js'
import type { ServiceSettings } from './service-definition.js'

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

/** The changes of a service, in order, that decide which instances it has. */
export interface History {
  readonly phases: ReadonlyArray<Phase>
  readonly counts: ReadonlyArray<CountStep>
  /** The times of the owner's rollouts. */
  readonly redeployedAt: ReadonlyArray<number>
  readonly restarts: ReadonlyArray<{ readonly at: number; readonly ordinal: number }>
  readonly deletedAt: number
}

/** A change of one of these settings replaces the instances. */
const bakedIn = ['image_name', 'image_tag', 'run_command', 'custom_instance_size', 'instance_envvars'] as const

const targetStates = { start: 'STARTED', stop: 'STOPPED' } as const

/** The service's history until `horizon`; `changes` are in the order of their times. */
export const historyOf = (
  createdAt: number,
  created: ServiceSettings,
  changes: ReadonlyArray<ChangeOfService>,
  demand: LoadCurve,
  horizon: number,
): History => {
  const phases: Phase[] = []
  const counts: CountStep[] = []
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
    else if (change.action === 'restart') restarts.push({ at: change.at, ordinal: change.ordinal })
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

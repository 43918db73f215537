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
    const autoscaled = autoscaledPhase(settings, demand, from, Math.min(until, horizon))
    const steps = autoscaled?.counts ?? [
      { at: from, count: settings.target_state === 'STARTED' ? settings.target_num_instances : 0 },
    ]
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
      settings = { ...settings, ...settingsChangedBy(change) }
      if (bakedIn.some((name) => JSON.stringify(before[name]) !== JSON.stringify(settings[name]))) {
        redeployedAt.push(change.at)
      }
      if (change.action === 'start' || (before.target_state === 'STOPPED' && settings.target_state === 'STARTED')) {
        startedAt = before.target_state === 'STARTED' ? startedAt : change.at
      }
      if (before.target_state === 'STARTED' && settings.target_state === 'STOPPED') stoppedAt = change.at
    }
  }
  if (deletedAt === Number.POSITIVE_INFINITY) closePhase(deletedAt)
  else counts.push({ at: deletedAt, count: 0 })
  return { phases, counts, redeployedAt, restarts, deletedAt }
}

const autoscaledPhase = (
  settings: ServiceSettings,
  demand: LoadCurve,
  from: number,
  until: number,
): Autoscaled | undefined => {
  const { scaling_mode, target_state, autoscaling_config } = settings
  if (scaling_mode !== 'AUTO' || target_state !== 'STARTED' || autoscaling_config === null) return undefined
  return autoscale(autoscaling_config, demand, settings.target_num_instances, from, until)
}

const settingsChangedBy = (change: ChangeOfService): Partial<ServiceSettings> => {
  if (change.action === 'update') return change.set
  if (change.action === 'start') return { target_state: 'STARTED' }
  if (change.action === 'stop') return { target_state: 'STOPPED' }
  return {}
}

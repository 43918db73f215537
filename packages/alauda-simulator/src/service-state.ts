import { countAt, phaseAt, type Timeline } from './instance-life.js'
import type { ServiceSettings } from './service-definition.js'

/** A running instance. */
export interface InstanceState {
  /** Unique for each container, also of the same name. */
  readonly uuid: string
  /** The service's name, a dot and the ordinal. */
  readonly instance_name: string
  /** From 0. */
  readonly ordinal: number
  /** When the container started, in seconds since the epoch. */
  readonly started_at: number
}

/** A service at a time. The names are the API's; times are in seconds since the epoch, null for never. */
export interface ServiceState extends ServiceSettings {
  /** Unique in the world. */
  readonly uuid: string
  /** Unique among the services of the same time. */
  readonly service_name: string
  /** Its current activity. */
  readonly current_status: 'Running' | 'Stopped' | 'Deploying' | 'Starting'
  /** Whether its instances are being replaced, or start for the first time. */
  readonly is_deploying: boolean
  /** Number of instances. */
  readonly current_num_instances: number
  /** Number of started instances: all. */
  readonly started_num_instances: number
  /** Number of wanted instances that do not run yet. */
  readonly staged_num_instances: number
  /** Number of healthy instances: all. */
  readonly healthy_num_instances: number
  /** Creation. */
  readonly created_at: number
  /** Last change of its settings. */
  readonly updated_at: number
  /** Last start. */
  readonly started_at: number | null
  /** Last stop. */
  readonly stopped_at: number | null
  /** Last scaling by the cloud. */
  readonly last_autoscaled_at: number | null
  /** End of the last completed rollout. */
  readonly last_redeployed_at: number | null
  /** By ordinal, then by age: during a rollout two instances have the same name. */
  readonly instances: ReadonlyArray<InstanceState>
}

/** The constant part of a service. */
export interface Identity {
  readonly uuid: string
  readonly service_name: string
  readonly created_at: number
}

/** All instances of a service are started and healthy. */
export const instanceCounts = (count: number) => ({
  current_num_instances: count,
  started_num_instances: count,
  healthy_num_instances: count,
})

/** The service at `t`, or undefined if it does not exist then. */
export const stateOf = (identity: Identity, timeline: Timeline, t: number): ServiceState | undefined => {
  const { rollouts, lives } = timeline
  const phase = phaseAt(timeline, t)
  if (phase === undefined || t >= timeline.deletedAt) return undefined
  const alive = lives
    .filter(({ startedAt, endsAt }) => startedAt <= t && t < endsAt)
    .sort((a, b) => a.ordinal - b.ordinal || a.startedAt - b.startedAt)
  const wanted = countAt(timeline, t)
  const running = new Set(alive.map(({ ordinal }) => ordinal)).size
  const rolling = wanted > 0 && rollouts.some(({ at, endsAt }) => at <= t && t < endsAt)
  const startedOnce = lives.some(({ startedAt }) => startedAt >= (phase.startedAt ?? t) && startedAt <= t)
  const deploying = rolling || (wanted > 0 && running === 0 && !startedOnce)
  const status = deploying ? 'Deploying' : wanted === 0 ? 'Stopped' : running === 0 ? 'Starting' : 'Running'
  // Within a phase, only the cloud's scaling changes the count.
  const autoscaledAt = timeline.phases.flatMap(
    ({ autoscaled }) => autoscaled?.counts.slice(1).map(({ at }) => at) ?? [],
  )
  const redeployedAt = rollouts.filter(({ finished }) => finished).map(({ endsAt }) => endsAt)
  return {
    ...phase.settings,
    ...identity,
    ...instanceCounts(alive.length),
    current_status: status,
    is_deploying: deploying,
    target_num_instances: phase.autoscaled === undefined ? phase.settings.target_num_instances : wanted,
    staged_num_instances: Math.max(0, wanted - running),
    updated_at: phase.from,
    started_at: phase.startedAt ?? null,
    stopped_at: phase.stoppedAt ?? null,
    last_autoscaled_at: latest(autoscaledAt, t),
    last_redeployed_at: latest(redeployedAt, t),
    instances: alive.map(({ uuid, ordinal, startedAt }) => ({
      uuid,
      instance_name: `${identity.service_name}.${ordinal}`,
      ordinal,
      started_at: startedAt,
    })),
  }
}

/** All times at which `stateOf` may change. */
export const turningPoints = ({ phases, counts, rollouts, lives, deletedAt }: Timeline): ReadonlyArray<number> =>
  [
    phases.map(({ from }) => from),
    counts.map(({ at }) => at),
    rollouts.flatMap(({ at, endsAt }) => [at, endsAt]),
    lives.flatMap(({ startedAt, endsAt }) => [startedAt, endsAt]),
    deletedAt,
  ]
    .flat()
    .sort((a, b) => a - b)

const latest = (times: ReadonlyArray<number>, t: number): number | null =>
  times.reduce<number | null>((best, time) => (time <= t && time > (best ?? -1) ? time : best), null)

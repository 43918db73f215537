import { type ChangeOfService, historyOf } from './history.js'
import { countAt, type Life, phaseAt, type Timeline, timelineOf } from './instance-life.js'
import { day, makeCurve, userDemand } from './load-curve.js'
import { type CpuUtilization, type MetricPoint, metricPoint, type OrdinalLoad, ordinalLoad } from './metric-point.js'
import { uuid } from './random.js'
import { loadOf, type ServiceDefinition, type ServiceSettings, settingsOf } from './service-definition.js'

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

/** Selects an instance's points: those at multiples of `period` within [start, end]. */
export interface PointsQuery {
  /** Name or uuid. */
  readonly service: string
  /** Uuid. */
  readonly instance: string
  /** In seconds since the epoch. */
  readonly start: number
  /** In seconds since the epoch. */
  readonly end: number
  /** Distance between points, in seconds. */
  readonly period: number
}

/** A service from its creation to its deletion. */
export type Service = ReturnType<typeof createService>

/** `generation` distinguishes successive services of one name. */
export const createService = (
  world: { readonly seed: number; readonly origin: number; readonly cpuUtilization: CpuUtilization },
  definition: ServiceDefinition,
  createdAt: number,
  generation: number,
) => {
  const { seed, origin, cpuUtilization } = world
  const { service_name, disturbance } = definition
  const key = [seed, service_name, generation]
  const identity = { uuid: uuid(key), service_name, created_at: createdAt }
  const load = loadOf(definition, key)
  const demand = makeCurve(origin, load.demand, userDemand, [...key, 'demand'])
  const loads = new Map<number, OrdinalLoad>()
  const changes: ChangeOfService[] = []
  /** By the turning point from which on a state is unchanged. */
  const states = new Map<number, ServiceState | undefined>()
  let timeline: Timeline | undefined

  // Still pure with this cache: a later horizon only adds answers, and a change clears the cache.
  const timelineUntil = (t: number): Timeline => {
    if (timeline === undefined || t > timeline.horizon) {
      // A look-ahead in proportion to the past bounds the total work of a clock that never stops.
      const horizon = t + Math.max(day, (t - createdAt) / 8)
      const history = historyOf(createdAt, settingsOf(definition), changes, demand, horizon)
      timeline = timelineOf({ ...history, disturbance, origin, horizon, key })
      states.clear()
    }
    return timeline
  }

  const loadOfOrdinal = (ordinal: number): OrdinalLoad => {
    const known = loads.get(ordinal) ?? ordinalLoad(load, origin, [...key, ordinal])
    loads.set(ordinal, known)
    return known
  }

  const lifeOf = (instance: string, t: number): Life | undefined => {
    const life = timelineUntil(t).livesByUuid.get(instance)
    return life !== undefined && life.startedAt <= t ? life : undefined
  }
  const pointOf = (life: Life, t: number): MetricPoint =>
    metricPoint(life, loadOfOrdinal(life.ordinal), timelineUntil(t).phases, t, cpuUtilization)

  return {
    uuid: identity.uuid,
    name: service_name,
    /** The service at `t`, or undefined when it is not there. */
    stateAt(t: number): ServiceState | undefined {
      if (t < createdAt) return undefined
      const timeline = timelineUntil(t)
      const since = timeline.turningPoints.findLast((time) => time <= t) ?? createdAt
      if (!states.has(since)) states.set(since, stateOf(identity, timeline, since))
      return states.get(since)
    },
    pointAt(instance: string, t: number): MetricPoint | undefined {
      const life = lifeOf(instance, t)
      return life !== undefined && t < life.endsAt ? pointOf(life, t) : undefined
    },
    /** The points of a window, newest first; none for an instance of another service. */
    points({ instance, start, end, period }: Omit<PointsQuery, 'service'>): MetricPoint[] {
      const life = lifeOf(instance, end)
      if (life === undefined) return []
      const points: MetricPoint[] = []
      const oldest = Math.max(start, life.startedAt)
      for (let t = Math.floor(end / period) * period; t >= oldest; t -= period) {
        if (t < life.endsAt) points.push(pointOf(life, t))
      }
      return points
    },
    change(change: ChangeOfService): void {
      const later = changes.findIndex(({ at }) => at > change.at)
      changes.splice(later === -1 ? changes.length : later, 0, change)
      timeline = undefined
    },
  }
}

/** All instances of a service are started and healthy. */
export const instanceCounts = (count: number) => ({
  current_num_instances: count,
  started_num_instances: count,
  healthy_num_instances: count,
})

/** The service at `t`, or undefined if it does not exist then. */
const stateOf = (
  identity: Pick<ServiceState, 'uuid' | 'service_name' | 'created_at'>,
  timeline: Timeline,
  t: number,
): ServiceState | undefined => {
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
    ...identity,
    ...phase.settings,
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

const latest = (times: ReadonlyArray<number>, t: number): number | null =>
  times.reduce<number | null>((best, time) => (time <= t && time > (best ?? -1) ? time : best), null)

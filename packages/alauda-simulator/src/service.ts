import type { ChangeOfService } from './change.js'
import { type History, historyOf } from './history.js'
import { type Life, livesOf, type Rollout, rolloutsOf } from './instance-life.js'
import { day, makeCurve, userDemand } from './load-curve.js'
import { type CpuUtilization, type MetricPoint, metricPoint, type OrdinalLoad, ordinalLoad } from './metric-point.js'
import { uuid } from './random.js'
import { loadOf, type ServiceDefinition, settingsOf } from './service-definition.js'
import { type ServiceState, stateOf, turningPoints } from './service-state.js'

/** A service from its creation to its deletion. */
export interface Service {
  readonly uuid: string
  readonly name: string
  /** The service at `t`, or undefined when it is not there. */
  stateAt(t: number): ServiceState | undefined
  /** The container of that uuid, if it started at or before `t`. */
  lifeOf(instance: string, t: number): Life | undefined
  /** The measurements at `t`, a time within the life. */
  pointAt(life: Life, t: number): MetricPoint
  change(change: ChangeOfService): void
}

/** Everything that happens to a service until a horizon. */
interface Timeline {
  readonly horizon: number
  readonly history: History
  readonly rollouts: ReadonlyArray<Rollout>
  readonly lives: ReadonlyArray<Life>
  readonly livesByUuid: ReadonlyMap<string, Life>
  readonly turningPoints: ReadonlyArray<number>
}

/** The unchanged state between two turning points. */
interface Stretch {
  readonly from: number
  readonly until: number
  readonly state: ServiceState | undefined
}

/** `generation` distinguishes successive services of one name. */
export const createService = (
  world: { readonly seed: number; readonly origin: number; readonly cpuUtilization: CpuUtilization },
  definition: ServiceDefinition,
  createdAt: number,
  generation: number,
): Service => {
  const { origin, cpuUtilization } = world
  const name = definition.service_name
  const key = [world.seed, name, generation]
  const identity = { uuid: uuid(key), service_name: name, created_at: createdAt }
  const load = loadOf(definition, key)
  const demand = makeCurve(origin, load.demand, userDemand, [...key, 'demand'])
  const loads = new Map<number, OrdinalLoad>()
  const changes: ChangeOfService[] = []
  let timeline: Timeline | undefined
  let stretch: Stretch | undefined

  // Still pure with this cache: a later horizon only adds answers, and a change clears the cache.
  const timelineUntil = (t: number): Timeline => {
    if (timeline === undefined || t > timeline.horizon) {
      // A look-ahead in proportion to the past bounds the total work of a clock that never stops.
      timeline = timelineOf(t + Math.max(day, (t - createdAt) / 2))
      stretch = undefined
    }
    return timeline
  }

  const timelineOf = (horizon: number): Timeline => {
    const history = historyOf(createdAt, settingsOf(definition), changes, demand, horizon)
    const plan = { history, disturbance: definition.disturbance, origin, horizon, key }
    const rollouts = rolloutsOf(plan)
    const lives = livesOf(plan, rollouts)
    const livesByUuid = new Map(lives.map((life) => [life.uuid, life]))
    return { horizon, history, rollouts, lives, livesByUuid, turningPoints: turningPoints(history, rollouts, lives) }
  }

  const loadOfOrdinal = (ordinal: number): OrdinalLoad => {
    const known = loads.get(ordinal) ?? ordinalLoad(load, origin, [...key, ordinal])
    loads.set(ordinal, known)
    return known
  }

  return {
    uuid: identity.uuid,
    name,
    stateAt(t) {
      if (t < createdAt) return undefined
      const { history, rollouts, lives, turningPoints, horizon } = timelineUntil(t)
      if (stretch === undefined || t < stretch.from || t >= stretch.until) {
        stretch = {
          from: turningPoints.findLast((time) => time <= t) ?? createdAt,
          until: Math.min(turningPoints.find((time) => time > t) ?? horizon, horizon),
          state: stateOf(identity, history, rollouts, lives, t),
        }
      }
      return stretch.state
    },
    lifeOf(instance, t) {
      const life = timelineUntil(t).livesByUuid.get(instance)
      return life !== undefined && life.startedAt <= t ? life : undefined
    },
    pointAt: (life, t) =>
      metricPoint(life, loadOfOrdinal(life.ordinal), timelineUntil(t).history.phases, t, cpuUtilization),
    change(change) {
      const later = changes.findIndex(({ at }) => at > change.at)
      changes.splice(later === -1 ? changes.length : later, 0, change)
      timeline = undefined
      stretch = undefined
    },
  }
}

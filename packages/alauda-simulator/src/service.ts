import type { ChangeOfService } from './change.js'
import { type History, historyOf } from './history.js'
import { type Life, livesOf, type Rollout, rolloutsOf } from './instance-life.js'
import { day, makeCurve, userDemand } from './load-curve.js'
import { type CpuUtilization, type MetricPoint, metricPoint, type OrdinalLoad, ordinalLoad } from './metric-point.js'
import { uuid } from './random.js'
import { loadOf, type ServiceDefinition, settingsOf } from './service-definition.js'
import { type ServiceState, stateOf, turningPoints } from './service-state.js'

/** One service from its creation to its end. */
export interface Service {
  readonly uuid: string
  readonly name: string
  /** The service at `t`, or undefined if it does not exist then. */
  stateAt(t: number): ServiceState | undefined
  /** The container of that uuid, if it has started at `t` or before. */
  lifeOf(instance: string, t: number): Life | undefined
  /** The measurement at `t`, which must lie within the life. */
  pointAt(life: Life, t: number): MetricPoint
  change(change: ChangeOfService): void
}

/** All events of a service until a horizon, computed once. */
interface Timeline {
  readonly horizon: number
  readonly history: History
  readonly rollouts: ReadonlyArray<Rollout>
  readonly lives: ReadonlyArray<Life>
  readonly livesByUuid: ReadonlyMap<string, Life>
  readonly turningPoints: ReadonlyArray<number>
}

/** The state from one turning point to the next. */
interface Stretch {
  readonly from: number
  readonly until: number
  readonly state: ServiceState | undefined
}

/** `generation` distinguishes consecutive services of the same name. */
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

  // Pure in spite of the cache: a later horizon only adds to the results, and a change clears it.
  const timelineUntil = (t: number): Timeline => {
    if (timeline === undefined || t > timeline.horizon) {
      // Looking ahead in proportion to the past keeps the total work small for a clock that never stops.
      timeline = timelineOf(t + Math.max(day, (t - createdAt) / 2))
      stretch = undefined
    }
    return timeline
  }

  const timelineOf = (horizon: number): Timeline => {
    const history = historyOf(createdAt, settingsOf(definition), changes, demand, horizon)
    const rollouts = rolloutsOf(history, definition.disturbance, origin, horizon, key)
    const lives = livesOf(history, rollouts, definition.disturbance, origin, horizon, key)
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

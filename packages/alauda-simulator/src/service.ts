import type { ChangeOfService } from './change.js'
import { historyOf } from './history.js'
import { type Life, type Timeline, timelineOf } from './instance-life.js'
import { day, makeCurve, userDemand } from './load-curve.js'
import { type CpuUtilization, type MetricPoint, metricPoint, type OrdinalLoad, ordinalLoad } from './metric-point.js'
import { uuid } from './random.js'
import { loadOf, type ServiceDefinition, settingsOf } from './service-definition.js'
import { type ServiceState, stateOf, turningPoints } from './service-state.js'

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
) => {
  const { seed, origin, cpuUtilization } = world
  const { service_name, disturbance } = definition
  const key = [seed, service_name, generation]
  const identity = { uuid: uuid(key), service_name, created_at: createdAt }
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
      const horizon = t + Math.max(day, (t - createdAt) / 2)
      const history = historyOf(createdAt, settingsOf(definition), changes, demand, horizon)
      timeline = timelineOf({ ...history, disturbance, origin, horizon, key })
      stretch = undefined
    }
    return timeline
  }

  const loadOfOrdinal = (ordinal: number): OrdinalLoad => {
    const known = loads.get(ordinal) ?? ordinalLoad(load, origin, [...key, ordinal])
    loads.set(ordinal, known)
    return known
  }

  const lifeOf = (instance: string, t: number): Life | undefined =>
    timelineUntil(t).lives.find(({ uuid, startedAt }) => uuid === instance && startedAt <= t)
  const pointOf = (life: Life, t: number): MetricPoint =>
    metricPoint(life, loadOfOrdinal(life.ordinal), timelineUntil(t).phases, t, cpuUtilization)

  return {
    uuid: identity.uuid,
    name: service_name,
    /** The service at `t`, or undefined when it is not there. */
    stateAt(t: number): ServiceState | undefined {
      if (t < createdAt) return undefined
      const timeline = timelineUntil(t)
      if (stretch === undefined || t < stretch.from || t >= stretch.until) {
        const times = turningPoints(timeline)
        stretch = {
          from: times.findLast((time) => time <= t) ?? createdAt,
          until: Math.min(times.find((time) => time > t) ?? timeline.horizon, timeline.horizon),
          state: stateOf(identity, timeline, t),
        }
      }
      return stretch.state
    },
    pointAt(instance: string, t: number): MetricPoint | undefined {
      const life = lifeOf(instance, t)
      return life !== undefined && t < life.endsAt ? pointOf(life, t) : undefined
    },
    /** The points of a window, newest first; undefined if the service has not had the instance. */
    points({ instance, start, end, period }: Omit<PointsQuery, 'service'>): MetricPoint[] | undefined {
      const life = lifeOf(instance, end)
      if (life === undefined) return undefined
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

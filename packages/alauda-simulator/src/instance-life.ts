import type { CountStep } from './autoscaling.js'
import type { History, Phase } from './history.js'
import { between, fraction, type Key, uuid } from './random.js'
import type { Disturbance, InstanceSize } from './service-definition.js'

/** A container's life, from `startedAt` until just before `endsAt`, in seconds since the epoch. */
export interface Life {
  readonly uuid: string
  readonly ordinal: number
  readonly startedAt: number
  readonly endsAt: number
  readonly size: InstanceSize
}

/** Ends a container and starts the next one of the same name; in a rollout the next one starts first. */
interface Replacement {
  readonly askedAt: number
  readonly oldEndsAt: number
  readonly newStartsAt: number
}

/** Time to start a wanted instance. */
const startDelay = 2

/** Time between the replacements of two ordinals. */
const rolloutPause = 5

/** The API's times have milliseconds. */
const toMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000

/** Everything that decides a service's instances until `horizon`. */
interface Plan extends History {
  readonly disturbance: Disturbance | undefined
  readonly origin: number
  readonly horizon: number
  readonly key: Key
}

/** Everything that happens to a service until `horizon`. */
export type Timeline = ReturnType<typeof timelineOf>

export const timelineOf = (plan: Plan) => {
  const rollouts = rolloutsOf(plan)
  const lives = livesOf(plan, rollouts)
  /** All times at which the service may change, in order. */
  const turningPoints = [
    plan.phases.map(({ from }) => from),
    plan.counts.map(({ at }) => at),
    rollouts.flatMap(({ at, endsAt }) => [at, endsAt]),
    lives.flatMap(({ startedAt, endsAt }) => [startedAt, endsAt]),
    plan.deletedAt,
  ]
    .flat()
    .sort((a, b) => a - b)
  const livesByUuid = new Map(lives.map((life) => [life.uuid, life]))
  return { ...plan, rollouts, lives, livesByUuid, turningPoints }
}

const livesOf = (plan: Plan, rollouts: ReadonlyArray<Rollout>): ReadonlyArray<Life> => {
  const most = plan.counts.reduce((count, step) => Math.max(count, step.count), 0)
  return Array.from({ length: most }, (_, ordinal) => livesOfOrdinal(plan, rollouts, ordinal)).flat()
}

const livesOfOrdinal = (plan: Plan, rollouts: ReadonlyArray<Rollout>, ordinal: number): ReadonlyArray<Life> => {
  const key = [...plan.key, ordinal]
  const restarted = (at: number, by: string): Replacement => {
    const gap = between(3, 8, [...key, by, toMilliseconds(at - plan.origin), 'gap'])
    return { askedAt: at, oldEndsAt: at, newStartsAt: toMilliseconds(at + gap) }
  }
  const replacements = [
    ...rollouts.map(({ at, overlap }): Replacement => {
      const newStartsAt = toMilliseconds(at + startDelay + ordinal * (overlap + rolloutPause))
      return { askedAt: at, newStartsAt, oldEndsAt: toMilliseconds(newStartsAt + overlap) }
    }),
    ...plan.restarts.filter((restart) => restart.ordinal === ordinal).map(({ at }) => restarted(at, 'restarted')),
    ...disturbanceTimes({ ...plan, key }, 'restart', ordinal).map((at) => restarted(at, 'restart')),
  ].sort((a, b) => beginningOf(a) - beginningOf(b))
  return wantedSpans(plan.counts, ordinal)
    .flatMap((span) => containersIn(span, replacements))
    .flatMap(([startedAt, endsAt], incarnation) => {
      const size = phaseAt(plan, startedAt)?.settings.custom_instance_size
      return size === undefined ? [] : [{ uuid: uuid([...key, incarnation]), ordinal, startedAt, endsAt, size }]
    })
}

/** Replaces the instances one by one from `at` until `endsAt`; not `finished` if the service is stopped meanwhile. */
type Rollout = ReturnType<typeof rolloutsOf>[number]

/** A service's rollouts: its owner's, and those of its disturbance. */
const rolloutsOf = (plan: Plan) => {
  const { counts, origin, key } = plan
  return [...plan.redeployedAt, ...disturbanceTimes(plan, 'redeploy', 0)]
    .sort((a, b) => a - b)
    .flatMap((at) => {
      const count = countAt(plan, at)
      if (count === 0) return []
      const overlap = toMilliseconds(between(30, 60, [...key, 'overlap', toMilliseconds(at - origin)]))
      const wouldEndAt = toMilliseconds(at + startDelay + count * overlap + (count - 1) * rolloutPause)
      const stop = counts.find((step) => step.count === 0 && step.at > at && step.at < wouldEndAt)
      return [{ at, overlap, endsAt: stop?.at ?? wouldEndAt, finished: stop === undefined }]
    })
}

/** The phase at `t`, if any. */
export const phaseAt = ({ phases }: History, t: number): Phase | undefined => phases.findLast(({ from }) => from <= t)

/** The number of instances wanted at `t`. */
export const countAt = ({ counts }: History, t: number): number => counts.findLast(({ at }) => at <= t)?.count ?? 0

const beginningOf = ({ oldEndsAt, newStartsAt }: Replacement): number => Math.min(oldEndsAt, newStartsAt)

/** The times of a disturbance: exactly `first` nearest the origin, scattered elsewhere; another offset for each ordinal. */
const disturbanceTimes = (
  { phases, deletedAt, disturbance, origin, horizon, key }: Plan,
  kind: Disturbance['kind'],
  ordinal: number,
): ReadonlyArray<number> => {
  if (disturbance?.kind !== kind) return []
  const { every, first } = disturbance
  const start = phases[0]?.from ?? horizon
  const base = origin + first + ((ordinal * 0.382) % 1) * every
  const times: number[] = []
  const last = Math.ceil((Math.min(horizon, deletedAt) - base) / every) + 1
  for (let k = Math.floor((start - base) / every); k <= last; k += 1) {
    const scatter = k === 0 ? 0 : (fraction([...key, 'disturbance', k]) - 0.5) * 0.8 * every
    const at = toMilliseconds(base + k * every + scatter)
    if (at > start) times.push(at)
  }
  return times
}

type Span = readonly [from: number, until: number]

/** The spans [from, until) in which an instance of this ordinal is wanted. */
const wantedSpans = (counts: ReadonlyArray<CountStep>, ordinal: number): ReadonlyArray<Span> => {
  const turns = counts.filter(({ count }, index) => count > ordinal !== (counts[index - 1]?.count ?? 0) > ordinal)
  return turns.flatMap(({ at, count }, index) =>
    count > ordinal ? [[at, turns[index + 1]?.at ?? Number.POSITIVE_INFINITY]] : [],
  )
}

/** The successive containers [started, ends) while an instance is wanted. */
const containersIn = ([from, until]: Span, replacements: ReadonlyArray<Replacement>): ReadonlyArray<Span> => {
  const containers: Span[] = []
  let startedAt = toMilliseconds(from + startDelay)
  for (const replacement of replacements) {
    if (startedAt >= until) return containers
    // A container that started after the replacement was requested stays.
    if (replacement.askedAt <= from || beginningOf(replacement) <= startedAt) continue
    containers.push([startedAt, Math.min(replacement.oldEndsAt, until)])
    startedAt = replacement.newStartsAt
  }
  if (startedAt < until) containers.push([startedAt, until])
  return containers
}

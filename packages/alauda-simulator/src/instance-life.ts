import type { CountStep } from './autoscaling.js'
import type { History, Phase } from './history.js'
import { between, fraction, type Key, uuid } from './random.js'
import type { Disturbance, InstanceSize } from './service-definition.js'

/** One container's life: `startedAt` belongs to it, `endsAt` does not. Seconds since the epoch. */
export interface Life {
  readonly uuid: string
  readonly ordinal: number
  readonly startedAt: number
  readonly endsAt: number
  readonly size: InstanceSize
}

/** The instances are replaced one by one, from `at` until `endsAt`; `finished` unless the service was stopped meanwhile. */
export interface Rollout {
  readonly at: number
  readonly overlap: number
  readonly endsAt: number
  readonly finished: boolean
}

/** The end of one container and the start of the next of the same name. In a rollout the next one starts first. */
interface Replacement {
  readonly askedAt: number
  readonly oldEndsAt: number
  readonly newStartsAt: number
}

/** From the request for an instance to the start of its container. */
export const startDelay = 2

/** Pause between the replacements of two ordinals. */
const rolloutPause = 5

/** Times as the API writes them have milliseconds. */
export const toMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000

/** Every container of the history until `horizon`. */
export const livesOf = (
  history: History,
  rollouts: ReadonlyArray<Rollout>,
  disturbance: Disturbance | undefined,
  origin: number,
  horizon: number,
  key: Key,
): Life[] => {
  const most = history.counts.reduce((count, step) => Math.max(count, step.count), 0)
  const lives: Life[] = []
  for (let ordinal = 0; ordinal < most; ordinal += 1) {
    const ofOrdinal = [...key, ordinal]
    const replacements = [
      ...rollouts.map((rollout) => replacementInRollout(rollout, ordinal)),
      ...history.restarts
        .filter((restart) => restart.ordinal === ordinal)
        .map(({ at }) => restartAt(at, [...ofOrdinal, 'restarted', toMilliseconds(at - origin)])),
      ...restartsByItself(disturbance, origin, ordinal, history, horizon, ofOrdinal),
    ].sort((a, b) => beginningOf(a) - beginningOf(b))

    let incarnation = 0
    for (const [from, until] of wantedSpans(history.counts, ordinal)) {
      for (const [startedAt, endsAt] of containersIn(from, until, replacements)) {
        const size = settingsAt(history.phases, startedAt)?.custom_instance_size
        if (size === undefined) continue
        lives.push({ uuid: uuid([...ofOrdinal, incarnation]), ordinal, startedAt, endsAt, size })
        incarnation += 1
      }
    }
  }
  return lives
}

/** The rollouts of a service: the owner's and the scheduled ones. */
export const rolloutsOf = (
  history: History,
  disturbance: Disturbance | undefined,
  origin: number,
  horizon: number,
  key: Key,
): Rollout[] => {
  const scheduled =
    disturbance?.kind === 'redeploy' ? disturbanceTimes(disturbance, origin, 0, history, horizon, key) : []
  return [...history.redeployedAt, ...scheduled]
    .sort((a, b) => a - b)
    .flatMap((at) => {
      const count = countAt(history.counts, at)
      if (count === 0) return []
      const overlap = toMilliseconds(between(30, 60, [...key, 'overlap', toMilliseconds(at - origin)]))
      const wouldEndAt = toMilliseconds(at + startDelay + count * overlap + (count - 1) * rolloutPause)
      const stop = history.counts.find((step) => step.count === 0 && step.at > at && step.at < wouldEndAt)
      return [{ at, overlap, endsAt: stop?.at ?? wouldEndAt, finished: stop === undefined }]
    })
}

/** The last of `phases` that has begun at `t`, if any. */
export const phaseAt = (phases: ReadonlyArray<Phase>, t: number): Phase | undefined =>
  phases.findLast((phase) => phase.from <= t)

/** The target number of instances at `t`. */
export const countAt = (counts: ReadonlyArray<CountStep>, t: number): number =>
  counts.findLast((step) => step.at <= t)?.count ?? 0

const settingsAt = (phases: ReadonlyArray<Phase>, t: number) => phaseAt(phases, t)?.settings

const replacementInRollout = ({ at, overlap }: Rollout, ordinal: number): Replacement => {
  const newStartsAt = toMilliseconds(at + startDelay + ordinal * (overlap + rolloutPause))
  return { askedAt: at, newStartsAt, oldEndsAt: toMilliseconds(newStartsAt + overlap) }
}

const restartAt = (at: number, key: Key): Replacement => ({
  askedAt: at,
  oldEndsAt: at,
  newStartsAt: toMilliseconds(at + between(3, 8, [...key, 'gap'])),
})

const beginningOf = ({ oldEndsAt, newStartsAt }: Replacement): number => Math.min(oldEndsAt, newStartsAt)

const restartsByItself = (
  disturbance: Disturbance | undefined,
  origin: number,
  ordinal: number,
  history: History,
  horizon: number,
  key: Key,
): Replacement[] => {
  if (disturbance?.kind !== 'restart') return []
  return disturbanceTimes(disturbance, origin, ordinal, history, horizon, key).map((at) =>
    restartAt(at, [...key, 'restart', toMilliseconds(at - origin)]),
  )
}

/** Times of the disturbance: exactly at `first` next to the origin, scattered elsewhere, and different for each ordinal. */
const disturbanceTimes = (
  { every, first }: Disturbance,
  origin: number,
  ordinal: number,
  history: History,
  horizon: number,
  key: Key,
): number[] => {
  const start = history.phases[0]?.from ?? horizon
  const base = origin + first + ((ordinal * 0.382) % 1) * every
  const times: number[] = []
  const last = Math.ceil((Math.min(horizon, history.deletedAt) - base) / every) + 1
  for (let k = Math.floor((start - base) / every); k <= last; k += 1) {
    const scatter = k === 0 ? 0 : (fraction([...key, 'disturbance', k]) - 0.5) * 0.8 * every
    const at = toMilliseconds(base + k * every + scatter)
    if (at > start) times.push(at)
  }
  return times
}

/** The spans in which an instance of this ordinal is part of the target: [from, until) each. */
const wantedSpans = (counts: ReadonlyArray<CountStep>, ordinal: number): [number, number][] => {
  const spans: [number, number][] = []
  let from: number | undefined
  for (const { at, count } of counts) {
    if (count > ordinal) from ??= at
    else if (from !== undefined) {
      spans.push([from, at])
      from = undefined
    }
  }
  if (from !== undefined) spans.push([from, Number.POSITIVE_INFINITY])
  return spans
}

/** The consecutive containers of an instance in such a span: [started, ends) each. */
const containersIn = (from: number, until: number, replacements: ReadonlyArray<Replacement>): [number, number][] => {
  const containers: [number, number][] = []
  let startedAt = toMilliseconds(from + startDelay)
  for (const replacement of replacements) {
    if (startedAt >= until) return containers
    // A container that started after the change stays.
    if (replacement.askedAt <= from || beginningOf(replacement) <= startedAt) continue
    containers.push([startedAt, Math.min(replacement.oldEndsAt, until)])
    startedAt = replacement.newStartsAt
  }
  if (startedAt < until) containers.push([startedAt, until])
  return containers
}

import { randomUUID } from 'node:crypto'
import type { Clock } from '@alauda-exporter/alauda-client'
import { createSemaphore } from '@alauda-exporter/alauda-client/limits/semaphore'
import { inSteps } from '@alauda-exporter/alauda-client/turns'
import { servicesIn } from '@alauda-exporter/collector'
import { type History, isPointKept } from './history.js'
import type { Status } from './model.js'
import type { Steps } from './service-status.js'
import { requestsOf, type Seen, statusOf, type ViewOptions, type Wanted } from './view.js'

const oneAtATime = createSemaphore(1)

/** `inSteps` for pages: one after the other, since all that are made at once are late. Scrapes do not wait for them. */
export const inOrderOfRequests = <A>(steps: Iterator<unknown, A>): Promise<A> =>
  oneAtATime.run(undefined, () => inSteps(steps))

/** What a query of the page or the API shows, until something of it changes. */
export interface State {
  /** Other states have other ones, also those of an exporter that was restarted. */
  readonly id: string
  /** `time` and `apiRequests` are those of its making. */
  readonly status: Status
}

/** A state as it is answered now. */
export interface Current {
  readonly state: State
  /** With the time of now, and the requests so far. */
  readonly status: Status
  /** The states of the same query before, as far as they are kept for clients that follow it. */
  readonly earlier: ReadonlyArray<State>
}

export interface StatesConfig {
  /** What is known of the accounts. */
  readonly accounts: () => ReadonlyArray<Seen>
  readonly maxAgeSeconds: () => number
  readonly history: History
  readonly version: string
  readonly clock: Pick<Clock, 'now'>
  /** Default: 32 MB. States beyond it are made again when they are asked for. */
  readonly mostBytes?: number
}

export interface Query {
  readonly wanted: Wanted
  readonly withHistory: boolean
  /** Whether the client will ask what has changed since this state. */
  readonly isFollowed?: boolean
}

export interface States {
  /** Made in steps if something has changed, and shared by all requests of the same query. */
  readonly current: (query: Query) => Promise<Current>
}

interface Made {
  readonly state: State
  /** Whether the same is shown at another time: nothing more is too old, and nothing less. */
  readonly isSameAt: (now: number) => boolean
  readonly bytes: number
}

interface Kept {
  /** What it is made of. */
  readonly basis: string
  readonly making: Promise<Made>
  readonly earlier: ReadonlyArray<State>
  made?: Made
  isFollowed: boolean
}

// A client that asks now and then may be late by some collections, and still gets what has changed.
const mostEarlier = 3

/**
 * Makes states when they are asked for, and keeps them until something has changed.
 *
 * @example
 * const states = createStates({ accounts, maxAgeSeconds, history, version, clock: systemClock })
 * const { status } = await states.current({ wanted: arrangementOf(query), withHistory: false })
 */
export const createStates = (config: StatesConfig): States => {
  const { accounts, maxAgeSeconds, history, version, clock, mostBytes = 32_000_000 } = config
  // The least recently used query is first.
  const kept = new Map<string, Kept>()
  const identityOf = createIdentities()
  const process = randomUUID()
  let count = 0

  const basisOf = (seen: ReadonlyArray<Seen>): string =>
    JSON.stringify([
      maxAgeSeconds(),
      history.changes(),
      seen.map(({ name, namespaces, sizes = {}, snapshots }) => [name, namespaces, sizes, snapshots.map(identityOf)]),
    ])

  const make = async (seen: ReadonlyArray<Seen>, { wanted, withHistory }: Query): Promise<Made> => {
    const options = { version, now: clock.now() / 1000, maxAgeSeconds: maxAgeSeconds(), history, withHistory, wanted }
    const status = await inOrderOfRequests(statusOf(seen, options))
    const isSameAt = await inOrderOfRequests(sameAt(seen, status, options))
    count += 1
    return { state: { id: `${process}.${count}`, status }, isSameAt, bytes: bytesOf(status) }
  }

  const begin = (key: string, basis: string, seen: ReadonlyArray<Seen>, query: Query): Kept => {
    const before = kept.get(key)
    const last = before?.made !== undefined && before.isFollowed ? [before.made.state] : []
    const earlier = [...last, ...(before?.earlier ?? [])].slice(0, mostEarlier)
    const begun: Kept = { basis, earlier, isFollowed: false, making: make(seen, query) }
    begun.making.then(
      (made) => {
        begun.made = made
        forgetOldest()
      },
      () => {
        if (kept.get(key) === begun) kept.delete(key)
      },
    )
    return begun
  }

  const forgetOldest = (): void => {
    let bytes = [...kept.values()].reduce((sum, one) => sum + sizeOf(one), 0)
    for (const [key, one] of kept) {
      if (bytes <= mostBytes) return
      kept.delete(key)
      bytes -= sizeOf(one)
    }
  }

  const keptOf = (seen: ReadonlyArray<Seen>, query: Query): Kept => {
    const { name, status, region, page, instances } = query.wanted
    const key = JSON.stringify([name, status, region, page, instances, query.withHistory])
    const basis = basisOf(seen)
    const before = kept.get(key)
    // One that is being made is of now.
    const isCurrent = before?.basis === basis && (before.made?.isSameAt(clock.now() / 1000) ?? true)
    const used = before !== undefined && isCurrent ? before : begin(key, basis, seen, query)
    kept.delete(key)
    kept.set(key, used)
    return used
  }

  return {
    current: async (query) => {
      const seen = accounts()
      const used = keptOf(seen, query)
      if (query.isFollowed) used.isFollowed = true
      const { state } = await used.making
      return { state, status: statusNow(state, seen, clock.now() / 1000), earlier: used.earlier }
    },
  }
}

const sizeOf = ({ made, earlier }: Kept): number => (made?.bytes ?? 0) * (1 + earlier.length)

// As data and as what is written of it: the page's rows and JSON.
const bytesOfService = 4_000
const bytesOfHistory = 6_000
const bytesOfInstance = 1_000

const bytesOf = ({ accounts }: Status): number =>
  accounts
    .flatMap(({ namespaces }) => namespaces.flatMap(({ services }) => services))
    .reduce(
      (sum, { instances, history }) =>
        sum + bytesOfService + (history === undefined ? 0 : bytesOfHistory) + instances.length * bytesOfInstance,
      0,
    )

const statusNow = ({ status }: State, seen: ReadonlyArray<Seen>, now: number): Status => ({
  ...status,
  time: now,
  accounts: status.accounts.map((account, index) => ({ ...account, apiRequests: requestsOf(seen[index]?.statistics) })),
})

/** Finds out until when time alone changes nothing: what is shown gets too old, and so do the points of histories. */
function* sameAt(
  seen: ReadonlyArray<Seen>,
  { accounts }: Status,
  { now, maxAgeSeconds }: Pick<ViewOptions, 'now' | 'maxAgeSeconds'>,
): Steps<Made['isSameAt']> {
  let oldestShown = Number.POSITIVE_INFINITY
  let oldestPoint = Number.POSITIVE_INFINITY
  const look = (time: number) => {
    if (now - time <= maxAgeSeconds) oldestShown = Math.min(oldestShown, time)
  }
  for (const snapshot of seen.flatMap(({ snapshots }) => snapshots)) {
    for (const { listedTime, instances } of servicesIn(snapshot)) {
      look(listedTime)
      for (const reading of instances) if (reading.point !== undefined) look(reading.ageFrom ?? reading.point.time)
      yield
    }
  }
  for (const { services } of accounts.flatMap(({ namespaces }) => namespaces)) {
    for (const { history } of services) oldestPoint = Math.min(oldestPoint, history?.times[0] ?? oldestPoint)
  }
  const isShown = (at: number) => oldestShown === Number.POSITIVE_INFINITY || at - oldestShown <= maxAgeSeconds
  // A clock that was set back may show again what was hidden.
  return (at) => at >= now && isShown(at) && isPointKept(oldestPoint, at)
}

/** Numbers objects, which it does not keep alive. */
const createIdentities = () => {
  const identities = new WeakMap<object, number>()
  let last = 0
  return (object: object): number => {
    const identity = identities.get(object) ?? last + 1
    if (identity > last) {
      last = identity
      identities.set(object, identity)
    }
    return identity
  }
}

import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Clock } from '../clock.js'
import { onAbort } from '../http/deadline.js'
import type { AlaudaError } from '../http/errors.js'
import type { HttpRequest } from '../http/exchange.js'
import { abortedError } from '../http/failures.js'
import type { Recorder } from '../http/statistics.js'
import { warnOf } from '../http/thrown.js'
import { createList, type Entry, type List } from '../list.js'
import type { Hold } from './hold.js'

/** How hard an account's API may be asked. */
export interface Limits {
  /** Maximum concurrent calls. */
  readonly maxConcurrency: number
  /** Maximum calls that begin in a second, evenly spread; 0 disables the limit. Logins are rare: they do not count. */
  readonly maxRequestsPerSecond: number
}

/** Work of which each piece makes a call when its turn comes. */
export interface WorkQueue {
  /**
   * Runs the work when a call may begin: the one that it makes before it returns begins at once. If it throws, the process emits
   * a warning.
   */
  readonly add: (work: () => void) => void
}

/** The turns that all calls of an account take from. */
export type Budget = ReturnType<typeof createBudget>

interface Waiting {
  readonly begin: () => void
  readonly since: number
  /** Whether it is work, and has the turn for the call that it makes. */
  readonly isWork: boolean
}

/** What begins in the order in which it came. */
interface Lane {
  readonly waiting: List<Waiting>
  /** Where the lane stands among those whose turn comes. */
  place?: Entry<Lane> | undefined
}

/**
 * Calls begin in the order in which they came. Each queue takes turns with them and with the other queues, however long it is.
 */
export const createBudget = (limits: Limits, clock: Clock, recorder: Recorder, hold: Hold) => {
  const pace = createPace(limits.maxRequestsPerSecond, clock)
  const calls: Lane = { waiting: createList() }
  // They came before all that have not begun, and have kept their slots.
  const sentAgain: Lane = { waiting: createList() }
  /** Those in which something waits for a slot: the first one is next. */
  const lanes = createList<Lane>()
  let free = limits.maxConcurrency
  let isGiven = false
  let cancelTimer: (() => void) | undefined

  const leftMs = (): number => hold.leftMs() || pace.leftMs()

  const nextLane = (): Lane | undefined => {
    if (sentAgain.waiting.size() > 0) return sentAgain
    return free > 0 ? lanes.first()?.value : undefined
  }

  const leave = (lane: Lane, entry: Entry<Waiting>): void => {
    lane.waiting.remove(entry)
    if (lane.place !== undefined) lanes.remove(lane.place)
    lane.place = lane.waiting.size() > 0 && lane !== sentAgain ? lanes.add(lane) : undefined
    recorder.waitEnded(entry.value.since)
  }

  const beginWaiting = (): void => {
    cancelTimer?.()
    cancelTimer = undefined
    for (let lane = nextLane(); lane !== undefined; lane = nextLane()) {
      const ms = leftMs()
      if (ms > 0) {
        // After all else that is due then: who gives up at that moment takes no turn.
        cancelTimer = clock.setTimeout(() => queueMicrotask(beginWaiting), ms)
        return
      }
      const entry = lane.waiting.first()
      if (entry === undefined) return
      leave(lane, entry)
      isGiven = entry.value.isWork
      try {
        entry.value.begin()
      } catch (thrown) {
        warnOf('work', thrown)
      }
      isGiven = false
    }
  }

  const enter = (lane: Lane, waiting: Waiting): Entry<Waiting> => {
    const entry = lane.waiting.add(waiting)
    if (lane !== sentAgain) lane.place ??= lanes.add(lane)
    if (cancelTimer === undefined) beginWaiting()
    return entry
  }

  const giveUp = (lane: Lane, entry: Entry<Waiting>): void => {
    if (entry.isIn) leave(lane, entry)
    if (!isAnyWaiting()) {
      cancelTimer?.()
      cancelTimer = undefined
    }
  }

  const isAnyWaiting = (): boolean => lanes.size() > 0 || sentAgain.waiting.size() > 0

  /** Waits for a turn in the lane; false when its caller gave up first. */
  const turnIn = (lane: Lane, { signal }: HttpRequest, begins: () => void): Promise<boolean> =>
    new Promise((resolve) => {
      const begin = () => {
        unfollow()
        begins()
        resolve(true)
      }
      let entry: Entry<Waiting> | undefined
      const unfollow = onAbort(signal, () => {
        if (entry !== undefined) giveUp(lane, entry)
        resolve(false)
      })
      entry = enter(lane, { begin, since: recorder.waitBegan(), isWork: false })
    })

  const takeSlot = (): void => {
    isGiven = false
    free -= 1
    pace.callBegins()
  }

  const isFirst = (): boolean => !isAnyWaiting() && leftMs() === 0

  const refusal = (request: HttpRequest): E.Either<AlaudaError, never> =>
    E.left(hold.refusal(request) ?? abortedError(request, request.signal?.reason))

  return {
    /** Runs the task in the request's turn, which ends with the task. Fails when the request was given up before its turn. */
    run: async <A>(
      request: HttpRequest,
      task: () => Promise<E.Either<AlaudaError, A>>,
    ): Promise<E.Either<AlaudaError, A>> => {
      if (request.signal?.aborted) return refusal(request)
      if (isGiven || (free > 0 && isFirst())) takeSlot()
      else if (!(await turnIn(calls, request, takeSlot))) return refusal(request)
      try {
        return await task()
      } finally {
        free += 1
        beginWaiting()
      }
    },
    /** Waits until a request that keeps its turn may be sent once more. */
    again:
      (request: HttpRequest): TaskEither<AlaudaError, void> =>
      async () => {
        if (request.signal?.aborted) return refusal(request)
        if (isFirst()) pace.callBegins()
        else if (!(await turnIn(sentAgain, request, pace.callBegins))) return refusal(request)
        return E.right(undefined)
      },
    /** Work whose calls take turns with all others. When the signal fires, what waits is run: its calls end at once. */
    createWorkQueue: (signal: AbortSignal | undefined): WorkQueue => {
      const lane: Lane = { waiting: createList() }
      onAbort(signal, () => {
        // Not what these add, which is run at once.
        for (let entry = lane.waiting.first(); entry !== undefined; entry = lane.waiting.first()) {
          giveUp(lane, entry)
          entry.value.begin()
        }
      })
      return {
        add: (work) => {
          if (signal?.aborted) work()
          else enter(lane, { begin: work, since: recorder.waitBegan(), isWork: true })
        },
      }
    },
    /** Begins what waits only for a pause that has ended before its time. */
    goOn: beginWaiting,
  }
}

/** A token bucket that holds one token: calls begin at even intervals, never in a burst. */
const createPace = (maxRequestsPerSecond: number, clock: Clock) => {
  if (maxRequestsPerSecond === 0) return { leftMs: () => 0, callBegins: () => {} }
  const intervalMs = 1000 / maxRequestsPerSecond
  let next = Number.NEGATIVE_INFINITY
  let isAwaited = false
  return {
    /** For the one call that is next to begin. */
    leftMs: (): number => {
      const now = clock.now()
      // A clock that was set back must not put the next call off for as long.
      next = Math.min(next, now + intervalMs)
      isAwaited ||= next > now
      return Math.max(0, next - now)
    },
    callBegins: (): void => {
      const now = clock.now()
      // Timers are late by a little: counted from the moment that was waited for, that does not add up.
      const began = isAwaited && now < next + intervalMs ? next : now
      next = Math.max(began + intervalMs, now)
      isAwaited = false
    },
  }
}

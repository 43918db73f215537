import type { Clock } from '@alauda-exporter/alauda-client'
import { longestTimerMs } from '@alauda-exporter/alauda-client/options'
import { callHost, warn } from './warnings.js'

/** Collects again and again, one collection at a time. */
export interface Poller<A> {
  /** Collects at once, and from then on at the interval; without an interval, only when it is asked to. */
  readonly start: () => void
  /** Cancels the current collection, whose result is discarded, and collects no more. */
  readonly stop: () => void
  /** One collection, now: the one under way, if there is one. */
  readonly collect: () => Promise<A>
  /** The collection that is being made now, if there is one. */
  readonly underWay: () => UnderWay<A> | undefined
  /** What the last collection gave; absent before the first is done. */
  readonly latest: () => A | undefined
}

export interface UnderWay<A> {
  /** When it began, in milliseconds since the epoch. */
  readonly begun: number
  readonly done: Promise<A>
  readonly soFar: () => A
}

export interface PollerConfig<A> {
  /** Its `done` must not reject, and must end soon after the signal fires. */
  readonly collect: (
    previous: A | undefined,
    signal: AbortSignal,
  ) => { readonly done: Promise<A>; readonly soFar: () => A }
  /** From the start of one collection to the start of the next; 0 for none but those that are asked for. */
  readonly intervalMs: number
  /** How long one collection may take. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** What there was before the first collection. */
  readonly initial?: A | undefined
  /** From 0 to 1: at which part of the interval collections begin, so that many exporters do not call in step. */
  readonly jitter: number
  readonly onCollected?: ((result: A, previous: A | undefined) => void) | undefined
}

export const createPoller = <A>(config: PollerConfig<A>): Poller<A> => {
  const { collect, intervalMs, timeoutMs, clock, initial, jitter, onCollected } = config
  let latest = initial
  let underWay: (UnderWay<A> & { readonly abort: AbortController }) | undefined
  let cancelNext = () => {}
  let currentLoop: symbol | undefined

  const begin = () => {
    const abort = new AbortController()
    const cancelDeadline = clock.setTimeout(() => abort.abort(deadlinePassed(timeoutMs)), timeoutMs)
    abort.signal.addEventListener('abort', cancelDeadline)
    const previous = latest
    const { done, soFar } = collect(previous, abort.signal)
    const finish = (result: A): A => {
      cancelDeadline()
      // It was stopped.
      if (underWay?.abort !== abort) return result
      underWay = undefined
      latest = result
      callHost(() => onCollected?.(result, previous))
      return result
    }
    const fail = (cause: unknown): never => {
      cancelDeadline()
      if (underWay?.abort === abort) underWay = undefined
      throw cause
    }
    return { begun: clock.now(), done: done.then(finish, fail), soFar, abort }
  }

  const collectShared = (): Promise<A> => {
    underWay ??= begin()
    return underWay.done
  }

  const run = async (loop: symbol): Promise<void> => {
    const planned = nextMoment(clock.now(), intervalMs, jitter)
    try {
      await collectShared()
    } catch (error) {
      warn(error)
    }
    // It may have been stopped meanwhile, and started again as another loop.
    if (loop !== currentLoop) return
    // Where the clock was set back meanwhile, the planned moment is farther away than the next one.
    const now = clock.now()
    const next = Math.min(planned, nextMoment(now, intervalMs, jitter))
    cancelNext = clock.setTimeout(() => run(loop), Math.min(Math.max(0, next - now), longestTimerMs))
  }

  return {
    start: () => {
      if (currentLoop !== undefined || intervalMs === 0) return
      currentLoop = Symbol('loop')
      void run(currentLoop)
    },
    stop: () => {
      currentLoop = undefined
      cancelNext()
      underWay?.abort.abort(stopped)
      underWay = undefined
    },
    collect: collectShared,
    underWay: () => underWay,
    latest: () => latest,
  }
}

// Timers are a little early at times, and clocks are set: what begins just before its moment must not begin again there.
const tooSoon = 0.1

/** The moments to begin are the same part of every interval, counted from the epoch: the first of them after `now`. */
const nextMoment = (now: number, intervalMs: number, jitter: number): number =>
  (Math.floor(now / intervalMs - jitter + tooSoon) + 1 + jitter) * intervalMs

const stopped = new DOMException('the collector was stopped', 'AbortError')

const deadlinePassed = (timeoutMs: number) =>
  new DOMException(`the collection was not done within ${timeoutMs} ms`, 'TimeoutError')

import type { Clock } from '@alauda-exporter/alauda-client'

/** Collects again and again, one collection at a time. */
export interface Poller<A> {
  /** Collects at once, and from then on at the interval. */
  readonly start: () => void
  /** Breaks off what is under way, which then counts for nothing, and collects no more. */
  readonly stop: () => void
  /** One collection, now: the one under way, if there is one. */
  readonly collect: () => Promise<A>
  /** The collection that is being made now, if there is one. */
  readonly underWay: () => Promise<A> | undefined
  /** What the last collection gave; absent before the first is done. */
  readonly latest: () => A | undefined
}

export interface PollerConfig<A> {
  /** Must not reject, and must end soon after the signal fires. */
  readonly collect: (previous: A | undefined, signal: AbortSignal) => Promise<A>
  /** From the start of one collection to the start of the next. */
  readonly intervalMs: number
  /** How long one collection may take. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly onCollected?: ((result: A, previous: A | undefined) => void) | undefined
}

export const createPoller = <A>({ collect, intervalMs, timeoutMs, clock, onCollected }: PollerConfig<A>): Poller<A> => {
  let latest: A | undefined
  let underWay: { readonly result: Promise<A>; readonly abort: AbortController } | undefined
  let cancelNext = () => {}
  let currentLoop: symbol | undefined

  const collectOnce = async (abort: AbortController): Promise<A> => {
    const cancelDeadline = clock.setTimeout(() => abort.abort(deadlinePassed(timeoutMs)), timeoutMs)
    abort.signal.addEventListener('abort', cancelDeadline)
    const previous = latest
    const result = await collect(previous, abort.signal)
    cancelDeadline()
    if (underWay?.abort === abort) underWay = undefined
    if (abort.signal.reason === stopped) return result
    latest = result
    try {
      onCollected?.(result, previous)
    } catch (error) {
      // A listener's fault must not end the collecting, and must not go unseen.
      process.emitWarning(error instanceof Error ? error : String(error))
    }
    return result
  }

  const collectShared = (): Promise<A> => {
    if (underWay === undefined) {
      const abort = new AbortController()
      underWay = { result: collectOnce(abort), abort }
    }
    return underWay.result
  }

  const run = async (loop: symbol): Promise<void> => {
    const next = clock.now() + intervalMs
    await collectShared()
    // It may have been stopped meanwhile, and started again as another loop.
    if (loop === currentLoop) cancelNext = clock.setTimeout(() => run(loop), Math.max(0, next - clock.now()))
  }

  return {
    start: () => {
      if (currentLoop !== undefined) return
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
    underWay: () => underWay?.result,
    latest: () => latest,
  }
}

const stopped = new DOMException('the collector was stopped', 'AbortError')

const deadlinePassed = (timeoutMs: number) =>
  new DOMException(`the collection was not done within ${timeoutMs} ms`, 'TimeoutError')

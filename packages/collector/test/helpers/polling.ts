import { type ManualClock, manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { createPoller, type PollerConfig } from '../../src/poller.js'
import { tick } from './tick.js'

interface Begun {
  /** When it really was, whatever the machine's clock said. */
  readonly at: number
  readonly previous: string | undefined
  readonly signal: AbortSignal
  readonly end: (result: string) => void
}

type StartableConfig = Partial<PollerConfig<string>> & {
  /** The time at which the test begins. */
  readonly now?: number
}

/** A poller at every full minute, whose collections end when the test says so. */
export const startable = ({ now = 0, onCollected, ...config }: StartableConfig = {}) => {
  const clock = manualClock(now)
  const begun: Begun[] = []
  const told: unknown[] = []
  let setBy = 0
  let skew = 0
  const poller = createPoller<string>({
    collect: (previous, signal) => {
      const number = begun.length + 1
      const done = new Promise<string>((end) => {
        begun.push({ at: clock.now(), previous, signal, end })
      })
      return { done, soFar: () => `${number} so far` }
    },
    intervalMs: 60_000,
    timeoutMs: 600_000,
    jitter: 0,
    clock: {
      now: () => clock.now() + setBy,
      setTimeout: (callback, ms) => clock.setTimeout(callback, Math.max(0, ms + skew)),
    },
    onCollected: onCollected ?? ((result, previous) => told.push([result, previous])),
    ...config,
  })
  const end = async (result = 'done') => {
    begun.at(-1)?.end(result)
    await tick()
  }
  return {
    clock,
    begun,
    told,
    poller,
    end,
    /** Sets the machine's clock, which timers do not go by. */
    setClock: (by: number) => {
      setBy += by
    },
    /** From now on timers fire that much too late; too early, when negative. */
    skewTimers: (by: number) => {
      skew = by
    },
  }
}

/** When each collection began. */
export const starts = (begun: ReadonlyArray<Begun>) => begun.map(({ at }) => at)

/** Moves on to what is due next. */
export const advanceToNext = (clock: ManualClock): void => clock.advance(Math.min(...clock.waits()))

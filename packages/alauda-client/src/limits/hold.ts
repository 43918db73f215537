import { type Clock, createSpan, type Span } from '../clock.js'
import { pause } from '../http/deadline.js'
import type { AlaudaError, FailedCall } from '../http/errors.js'
import type { Transport } from '../http/exchange.js'
import { heldBack } from '../http/failures.js'
import { asksToWait } from '../http/retry-after.js'
import type { Recorder } from '../http/statistics.js'

/** The wait that the API asked for with Retry-After; it applies to the whole account. */
export type Hold = ReturnType<typeof createHold>

export const createHold = (clock: Clock) => {
  let held: { readonly span: Span; readonly status: number } | undefined
  let cleared = new AbortController()
  const leftMs = (): number => held?.span.leftMs() ?? 0
  return {
    leftMs,
    /** Waits until it is over or the signal fires. */
    pass: async (signal: AbortSignal | undefined): Promise<void> => {
      while (leftMs() > 0 && !signal?.aborted) await pause(leftMs(), clock, signal, cleared.signal)
    },
    /** Begins it, or makes it longer; an answer with this status asked for it. */
    extend: (status: number, ms: number): void => {
      if (ms > leftMs()) held = { span: createSpan(clock, ms), status }
    },
    /** Ends it, for waiting calls too. */
    clear: (): void => {
      held = undefined
      cleared.abort()
      cleared = new AbortController()
    },
    /** Why a call is not made while it lasts. */
    refusal: (call: FailedCall): AlaudaError | undefined => {
      const ms = leftMs()
      return held === undefined || ms === 0 ? undefined : heldBack(call, held.status, ms, clock.now() + ms)
    },
  }
}

/**
 * Sends nothing during the hold: neither a login, which needs no turn, nor a call that had its turn and then waited for a login. A
 * login's own Retry-After delays only the calls that need it: see the session.
 */
export const heldBy = (hold: Hold, recorder: Recorder): Pick<Transport, 'untilAsked' | 'onAnswer'> => ({
  untilAsked: ({ signal }) => {
    if (hold.leftMs() === 0) return undefined
    const since = recorder.waitBegan()
    return hold.pass(signal).then(() => recorder.waitEnded(since))
  },
  onAnswer: ({ endpoint }, { status, retryAfterMs }) => {
    if (endpoint !== 'login' && retryAfterMs !== undefined && asksToWait(status)) hold.extend(status, retryAfterMs)
  },
})

import { type Clock, createSpan, type Span, systemClock } from '../clock.js'
import type { AlaudaError } from '../http/errors.js'

/**
 * When an account's password may be tried again after a login that gave no token. Only {@link createLoginBackoff} makes one;
 * what it has is for clients alone.
 */
export type LoginBackoff = ReturnType<typeof createLoginBackoff>

interface Tries {
  readonly password: string
  /** How often in a row. */
  readonly times: number
  /** Absent when none was answered. */
  readonly error?: AlaudaError | undefined
  readonly backoff: Span
  /** What the answer asked for with Retry-After. */
  readonly asked?: Span | undefined
}

const firstMs = 2_000
const longestMs = 5 * 60 * 1000
// A cloud that could not answer locks no account, and should not be missed for long once it can.
const longestUnansweredMs = 60 * 1000

/**
 * For clients of one user at one endpoint, which then keep to one back-off between them. A client that is given none has its
 * own.
 *
 * @example
 * ```ts
 * import { createAlaudaClient, createLoginBackoff } from '@alauda-exporter/alauda-client'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const loginBackoff = createLoginBackoff()
 * export const patient = createAlaudaClient({ credentials, loginBackoff, timeoutMs: 60_000 })
 * export const hasty = createAlaudaClient({ credentials, loginBackoff, timeoutMs: 1_000 })
 * ```
 */
export const createLoginBackoff = ({
  clock = systemClock,
  random = Math.random,
}: {
  /** Default: {@link systemClock}. */
  readonly clock?: Clock
  /** From 0 to 1, for the jitter. Default: `Math.random`. */
  readonly random?: () => number
} = {}) => {
  let last: Tries | undefined

  const triesOf = (password: string): Tries | undefined => (last?.password === password ? last : undefined)

  const leftMs = (tries: Tries | undefined): number =>
    Math.max(tries?.backoff.leftMs() ?? 0, tries?.asked?.leftMs() ?? 0)

  /** Exponential, and never less than half of that. */
  const spanAfter = (times: number, longest: number): Span =>
    createSpan(clock, (0.5 + random() / 2) * Math.min(longest, firstMs * 2 ** (times - 1)))

  return {
    /** Why this password must not be tried now, and until when, in milliseconds since the epoch. */
    failed: (password: string): { readonly error: AlaudaError; readonly until: number } | undefined => {
      const tries = triesOf(password)
      const ms = leftMs(tries)
      return tries?.error === undefined || ms === 0 ? undefined : { error: tries.error, until: clock.now() + ms }
    },
    /** How long to wait before the next try, after logins that were given up before they were answered. */
    leftAfterGivenUpMs: (password: string): number => leftMs(triesOf(password)),
    /** A login was answered without a token, or not answered; `retryAfterMs` is what the answer asked for. */
    failedWith: (password: string, error: AlaudaError, retryAfterMs: number | undefined): void => {
      const times = (triesOf(password)?.times ?? 0) + 1
      const isUnanswered = error._tag === 'NetworkError' || error._tag === 'TimeoutError'
      last = {
        password,
        times,
        error,
        backoff: spanAfter(times, isUnanswered ? longestUnansweredMs : longestMs),
        asked: retryAfterMs === undefined ? undefined : createSpan(clock, retryAfterMs),
      }
    },
    /** All callers that waited for a login gave up before it was answered. */
    givenUp: (password: string): void => {
      const before = triesOf(password)
      const times = (before?.times ?? 0) + 1
      // One login that is given up may be the end of a collection, or a reload: the next one need not wait.
      const backoff = before === undefined ? createSpan(clock, 0) : spanAfter(times - 1, longestUnansweredMs)
      last = { password, times, error: before?.error, backoff }
    },
    /** A login gave a token: the next failure starts the back-off from its beginning. */
    succeeded: (): void => {
      last = undefined
    },
    /** Forgets what Retry-After asked for; the back-off itself stays. */
    clearRetryAfter: (): void => {
      if (last !== undefined) last = { ...last, asked: undefined }
    },
  }
}

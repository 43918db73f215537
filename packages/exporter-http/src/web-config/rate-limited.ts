import type { Clock } from '@alauda-exporter/alauda-client'
import { type Middleware, plainText } from '../toolkit/handler.js'
import type { RateLimit } from './http.js'

/**
 * Answers 429 to what goes beyond the limit: a bucket of `burst` tokens, of which each request takes one, and into which
 * one falls in each interval.
 *
 * @example
 * rateLimited(() => ({ intervalMs: 1000, burst: 20 }), systemClock)(handler)
 */
export const rateLimited = (limit: () => RateLimit | undefined, clock: Pick<Clock, 'now'>): Middleware => {
  let used = 0
  let countedAt = clock.now()

  const isTaken = ({ intervalMs, burst }: RateLimit): boolean => {
    const now = clock.now()
    // The machine's time may be set back.
    used = Math.min(burst, Math.max(0, used - Math.max(0, now - countedAt) / intervalMs))
    countedAt = now
    if (used > burst - 1) return false
    used += 1
    return true
  }

  return (next) => async (request) => {
    const now = limit()
    return now === undefined || isTaken(now) ? next(request) : plainText(429, 'Too many requests.')
  }
}

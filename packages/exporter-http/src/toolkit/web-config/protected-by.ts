import { authenticated } from '../basic-auth.js'
import { type Middleware, plainText, withHeaders } from '../handler.js'
import type { LiveWebConfig } from './live.js'
import type { RateLimit } from './web-config.js'

interface Now {
  readonly now: () => number
}

/**
 * Answers 429 to requests beyond the limit: a bucket of `burst` tokens, from which each request takes one, and to which each interval
 * adds one.
 *
 * @example
 * rateLimited(() => ({ intervalMs: 1000, burst: 20 }), { now: Date.now })(handler)
 */
export const rateLimited = (limit: () => RateLimit | undefined, clock: Now): Middleware => {
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

/**
 * Admits the users of the web configuration only, and adds its headers to every response. Outermost: a rejected request must not cost
 * a page.
 *
 * @example
 * startHttpServer(addresses, protectedBy(web, { now: Date.now })(routed(routes, log)), { tls: () => web.current().tls })
 */
export const protectedBy =
  (web: Pick<LiveWebConfig, 'current'>, clock: Now): Middleware =>
  (next) => {
    const limited = rateLimited(() => web.current().rateLimit, clock)
    const known = authenticated(() => web.current().users)
    return withHeaders(() => web.current().headers)(limited(known(next)))
  }

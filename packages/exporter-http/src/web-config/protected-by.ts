import { type Clock, systemClock } from '@alauda-exporter/alauda-client'
import { authenticated } from '../toolkit/basic-auth.js'
import type { Middleware } from '../toolkit/handler.js'
import { withHeaders } from '../toolkit/response-headers.js'
import type { LiveWebConfig } from './live.js'
import { rateLimited } from './rate-limited.js'

/**
 * Answers only whom the web configuration lets in, with its headers on every answer. Outermost: who is not let in must not
 * cost a page.
 *
 * @example
 * startHttpServer(addresses, protectedBy(web)(routed(routes, log)), { tls: () => web.current().tls })
 */
export const protectedBy =
  (web: Pick<LiveWebConfig, 'current'>, clock: Pick<Clock, 'now'> = systemClock): Middleware =>
  (next) => {
    const limited = rateLimited(() => web.current().rateLimit, clock)
    const known = authenticated(() => web.current().users)
    return withHeaders(() => web.current().headers)(limited(known(next)))
  }

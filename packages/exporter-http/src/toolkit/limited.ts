import { type Middleware, plainText } from './handler.js'

/**
 * Answers at most so many requests at a time of the paths that are limited, and as many as come of the others; 0 is no
 * limit. A request counts until its answer has gone out: a page that is read slowly takes memory as long as that lasts.
 *
 * @example
 * limited(40, (path) => path === '/metrics')(handler)
 */
export const limited =
  (maxRequests: number, isLimited: (path: string) => boolean): Middleware =>
  (next) => {
    if (maxRequests === 0) return next
    let underWay = 0
    return async (request) => {
      if (!isLimited(request.path)) return next(request)
      if (underWay >= maxRequests) return refusal(maxRequests)
      underWay += 1
      try {
        return await next(request)
      } finally {
        void request.sent.then(() => {
          underWay -= 1
        })
      }
    }
  }

const refusal = (maxRequests: number) =>
  plainText(503, `Limit of concurrent requests reached (${maxRequests}), try again later.`)

import { plainText, type Respond } from './handler.js'

/**
 * Answers at most so many requests at a time of the paths that are limited, and as many as come of the others; 0 is no
 * limit. A request counts until its answer has gone out: a page that is read slowly takes memory as long as that lasts.
 *
 * @example
 * limited(40, (path) => path === '/metrics')(respond)
 */
export const limited =
  (maxRequests: number, isLimited: (path: string) => boolean) =>
  (respond: Respond): Respond => {
    if (maxRequests === 0) return respond
    let underWay = 0
    const leave = () => {
      underWay -= 1
    }
    return async (request) => {
      if (!isLimited(request.path)) return respond(request)
      if (underWay >= maxRequests) return refusal(maxRequests)
      underWay += 1
      try {
        return await respond(request)
      } finally {
        if (request.sent === undefined) leave()
        else request.sent.then(leave)
      }
    }
  }

const refusal = (maxRequests: number) =>
  plainText(503, `Limit of concurrent requests reached (${maxRequests}), try again later.`)

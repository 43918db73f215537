import { type Handler, type HttpRequest, type Middleware, plainText } from './handler.js'

/** Requests count until their responses have gone out: a page that a client reads slowly takes memory until then. */
const createInFlight = () => {
  let inFlight = 0
  return {
    count: () => inFlight,
    answer: async (next: Handler, request: HttpRequest) => {
      inFlight += 1
      try {
        return await next(request)
      } finally {
        void request.sent.then(() => {
          inFlight -= 1
        })
      }
    },
  }
}

/**
 * Answers at most so many requests for limited paths at a time; 0 disables the limit.
 *
 * @example
 * limited(40, (path) => path === '/metrics')(handler)
 */
export const limited =
  (maxRequests: number, isLimited: (path: string) => boolean): Middleware =>
  (next) => {
    if (maxRequests === 0) return next
    const { count, answer } = createInFlight()
    return async (request) => {
      if (!isLimited(request.path)) return next(request)
      return count() < maxRequests
        ? answer(next, request)
        : plainText(503, `Limit of concurrent requests reached (${maxRequests}), try again later.`, {
            'retry-after': '1',
          })
    }
  }

export interface RequestCounts {
  readonly inFlight: number
  readonly answers: ReadonlyArray<Answers>
}

interface Answers {
  readonly handler: string
  readonly code: number
  readonly count: number
}

/**
 * Counts the responses by path. Unknown paths count as `other`: clients can request any number of them, and each would be a series.
 *
 * @example
 * const { counted, counts } = countRequests(routes)
 * startHttpServer(addresses, counted(routed(routes, log)))
 */
export const countRequests = (
  paths: Pick<ReadonlySet<string>, 'has'>,
): { readonly counted: Middleware; readonly counts: () => RequestCounts } => {
  const answers = new Map<string, Answers>()
  const { count, answer } = createInFlight()
  return {
    counted: (next) => async (request) => {
      const response = await answer(next, request)
      const handler = paths.has(request.path) ? request.path : 'other'
      const key = `${response.status} ${handler}`
      answers.set(key, { handler, code: response.status, count: (answers.get(key)?.count ?? 0) + 1 })
      return response
    },
    counts: () => ({ inFlight: count(), answers: [...answers.values()] }),
  }
}

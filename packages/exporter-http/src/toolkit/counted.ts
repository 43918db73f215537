import type { Middleware } from './handler.js'

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
 * Counts the answers to requests of the known paths. All others count as one, `other`: anybody can make up any number of paths,
 * and each would be a series.
 *
 * @example
 * const { counted, counts } = countRequests(routes)
 * startHttpServer(addresses, counted(routed(routes, log)))
 */
export const countRequests = (
  paths: Pick<ReadonlySet<string>, 'has'>,
): { readonly counted: Middleware; readonly counts: () => RequestCounts } => {
  const answers = new Map<string, Answers>()
  let inFlight = 0
  const count = (handler: string, code: number) => {
    const key = `${code} ${handler}`
    answers.set(key, { handler, code, count: (answers.get(key)?.count ?? 0) + 1 })
  }
  return {
    counted: (next) => async (request) => {
      inFlight += 1
      try {
        const response = await next(request)
        count(paths.has(request.path) ? request.path : 'other', response.status)
        return response
      } finally {
        void request.sent.then(() => {
          inFlight -= 1
        })
      }
    },
    counts: () => ({ inFlight, answers: [...answers.values()] }),
  }
}

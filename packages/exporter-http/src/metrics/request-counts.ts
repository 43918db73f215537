import type { Family } from '@alauda-exporter/collector'
import type { Middleware } from '../toolkit/handler.js'

export interface RequestCounts {
  /** Answers as before, and counts. */
  readonly counted: Middleware
  readonly families: () => ReadonlyArray<Family>
}

/**
 * Counts the answers to requests of the paths that there are; all other paths count as one, `other`: anybody can make up as
 * many of these as they like, and each would be a series.
 *
 * @example
 * const { counted, families } = createRequestCounts(routes)
 * startHttpServer(addresses, counted(routed(routes, log)))
 */
export const createRequestCounts = (paths: Pick<ReadonlySet<string>, 'has'>): RequestCounts => {
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
    families: () => requestFamilies([...answers.values()], inFlight),
  }
}

interface Answers {
  readonly handler: string
  readonly code: number
  readonly count: number
}

/**
 * How the answered requests and those under way are shown.
 *
 * @example
 * requestFamilies([{ handler: '/metrics', code: 200, count: 7 }], 1)
 */
export const requestFamilies = (answers: ReadonlyArray<Answers>, inFlight: number): ReadonlyArray<Family> => [
  {
    name: 'alauda_exporter_http_requests_total',
    help: 'HTTP requests that were answered, by path and status; unknown paths are counted as other.',
    type: 'counter',
    labels: ['handler', 'code'],
    samples: answers.map(({ handler, code, count }) => ({ labels: { handler, code: String(code) }, value: count })),
  },
  {
    name: 'alauda_exporter_http_requests_in_flight',
    help: 'HTTP requests that are being answered now, this one among them.',
    type: 'gauge',
    labels: [],
    samples: [{ labels: {}, value: inFlight }],
  },
]

import type { ClientStatistics } from '@alauda-exporter/alauda-client'
import type { Family, Labels } from '../family.js'
import { counter, type Distribution, family, gauge, histogram, type Row } from './row.js'

type Counted = { readonly count: number }

const requestRow = counter<Counted>(
  'alauda_api_requests_total',
  'Requests to the API, by what was asked and what came of it: the HTTP status, or timeout, network (no connection, or a broken one) or aborted (the collection ended first).',
  ({ count }) => count,
)

const durationRow = histogram<Distribution>(
  'alauda_api_request_duration_seconds',
  'How long requests to the API took, to the last byte of the answer or until it was too late, in seconds.',
  (distribution) => distribution,
)

const retryRow = counter<Counted>(
  'alauda_api_retries_total',
  'Calls of the API that were made again after a failure that may pass.',
  ({ count }) => count,
)

const clientRows: ReadonlyArray<Row<ClientStatistics>> = [
  counter('alauda_logins_total', 'Logins that gave a token.', ({ logins }) => logins),
  counter('alauda_login_failures_total', 'Tries to log in that gave no token.', ({ loginFailures }) => loginFailures),
  gauge(
    'alauda_api_requests_in_flight',
    'Requests to the API that are not answered yet.',
    ({ requestsInFlight }) => requestsInFlight,
  ),
  gauge(
    'alauda_api_requests_waiting',
    'Calls of the API that wait for their turn: for the limits, or because the API asked for a pause.',
    ({ requestsWaiting }) => requestsWaiting,
  ),
  counter(
    'alauda_api_wait_seconds_total',
    'How long calls of the API have waited for their turn in all, in seconds.',
    ({ waitSeconds }) => waitSeconds,
  ),
]

/**
 * The metrics of a client's API calls. Without statistics there are no samples. `labels` are added to every sample, for example to
 * distinguish accounts.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { apiFamilies, toText } from '@alauda-exporter/collector'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * await client.profile()
 * const page = toText(apiFamilies(client.statistics(), { labels: { account: 'demo' } }))
 * assert.match(page, /^alauda_logins_total\{account="demo"\} 1$/m)
 * ```
 */
export const apiFamilies = (
  statistics: ClientStatistics | undefined,
  { labels }: { readonly labels?: Labels | undefined } = {},
): ReadonlyArray<Family> => {
  const { requests = [], durations = [], retries = [] } = statistics ?? {}
  const clients = statistics === undefined ? [] : [{ labels: {}, subject: statistics }]
  return [
    family(
      requestRow,
      ['endpoint', 'code'],
      requests.map(({ endpoint, code, count }) => ({ labels: { endpoint, code }, subject: { count } })),
      labels,
    ),
    family(
      durationRow,
      ['endpoint'],
      durations.map(({ endpoint, ...distribution }) => ({ labels: { endpoint }, subject: distribution })),
      labels,
    ),
    family(
      retryRow,
      ['endpoint'],
      retries.map(({ endpoint, count }) => ({ labels: { endpoint }, subject: { count } })),
      labels,
    ),
    ...clientRows.map((row) => family(row, [], clients, labels)),
  ]
}

import test from 'ava'
import { toText } from '../../src/exposition/text.js'
import { apiFamilies } from '../../src/families/api.js'
import { metrics } from '../../src/families/families.js'
import { fullStatistics } from '../helpers/statistics.js'

test('what a client tells of its calls', (t) => {
  t.is(toText(apiFamilies(fullStatistics)), page)
})

const page = `# HELP alauda_api_requests_total Requests to the API, by what was asked and what came of it: the HTTP status, or timeout, network (no connection, or a broken one) or aborted (the collection ended first).
# TYPE alauda_api_requests_total counter
alauda_api_requests_total{endpoint="listServices",code="200"} 7
alauda_api_requests_total{endpoint="listServices",code="timeout"} 1
alauda_api_requests_total{endpoint="login",code="200"} 2
# HELP alauda_api_request_duration_seconds How long requests to the API took, to the last byte of the answer or until it was too late, in seconds.
# TYPE alauda_api_request_duration_seconds histogram
alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="0.05"} 0
alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="1"} 6
alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="30"} 7
alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="+Inf"} 8
alauda_api_request_duration_seconds_sum{endpoint="listServices"} 33.25
alauda_api_request_duration_seconds_count{endpoint="listServices"} 8
# HELP alauda_api_retries_total Calls of the API that were made again after a failure that may pass.
# TYPE alauda_api_retries_total counter
alauda_api_retries_total{endpoint="listServices"} 3
# HELP alauda_logins_total Logins that gave a token.
# TYPE alauda_logins_total counter
alauda_logins_total 2
# HELP alauda_login_failures_total Tries to log in that gave no token.
# TYPE alauda_login_failures_total counter
alauda_login_failures_total 1
# HELP alauda_api_requests_in_flight Requests to the API that are not answered yet.
# TYPE alauda_api_requests_in_flight gauge
alauda_api_requests_in_flight 4
# HELP alauda_api_requests_waiting Calls of the API that wait for their turn: for the limits, or because the API asked for a pause.
# TYPE alauda_api_requests_waiting gauge
alauda_api_requests_waiting 5
# HELP alauda_api_wait_seconds_total How long calls of the API have waited for their turn in all, in seconds.
# TYPE alauda_api_wait_seconds_total counter
alauda_api_wait_seconds_total 0.75
`

test('a client that has done nothing yet has no requests, and zeros of what is counted as a whole', (t) => {
  const nothing = {
    requests: [],
    durations: [],
    retries: [],
    logins: 0,
    loginFailures: 0,
    requestsInFlight: 0,
    requestsWaiting: 0,
    waitSeconds: 0,
  }
  t.is(
    toText(apiFamilies(nothing)).replaceAll(/^#.*\n/gm, ''),
    `alauda_logins_total 0
alauda_login_failures_total 0
alauda_api_requests_in_flight 0
alauda_api_requests_waiting 0
alauda_api_wait_seconds_total 0
`,
  )
})

test('labels are on all samples, at the end', (t) => {
  const labelled = apiFamilies(fullStatistics, { labels: { account: 'north' } })
  t.deepEqual(
    toText(labelled).replaceAll(/^#.*\n/gm, ''),
    page
      .replaceAll(/^#.*\n/gm, '')
      .replaceAll('} ', ',account="north"} ')
      .replaceAll(/^(\w+) /gm, '$1{account="north"} '),
  )
  t.true(labelled.every(({ labels }) => labels.at(-1) === 'account'))
})

test('without statistics there are no samples', (t) => {
  t.is(toText(apiFamilies(undefined)), '')
})

test('with or without statistics the metrics are the same, and among those that a collector may show', (t) => {
  const told = (families: ReturnType<typeof apiFamilies>) => families.map(({ samples: _, ...metric }) => metric)
  const ofTheApi = told(apiFamilies(undefined))
  t.is(ofTheApi.length, 8)
  t.deepEqual(told(apiFamilies(fullStatistics)), ofTheApi)
  t.deepEqual(
    metrics()
      .filter(({ name }) => /^alauda_(api|login)/.test(name))
      .map(({ name, help, type, labels }) => ({ name, help, type, labels })),
    ofTheApi,
  )
})

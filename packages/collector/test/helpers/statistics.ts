import type { ClientStatistics } from '@alauda-exporter/alauda-client'

/** The statistics of a client, with a row of everything. */
export const fullStatistics: ClientStatistics = {
  requests: [
    { endpoint: 'listServices', code: '200', count: 7 },
    { endpoint: 'listServices', code: 'timeout', count: 1 },
    { endpoint: 'login', code: '200', count: 2 },
  ],
  durations: [
    {
      endpoint: 'listServices',
      buckets: [
        { upToSeconds: 0.05, count: 0 },
        { upToSeconds: 1, count: 6 },
        { upToSeconds: 30, count: 7 },
      ],
      sumSeconds: 33.25,
      count: 8,
    },
  ],
  retries: [{ endpoint: 'listServices', count: 3 }],
  logins: 2,
  loginFailures: 1,
  requestsInFlight: 4,
  requestsWaiting: 5,
  waitSeconds: 0.75,
}

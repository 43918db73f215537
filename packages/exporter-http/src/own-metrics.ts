import type { Family, Labels } from '@alauda-exporter/collector'
import packageJson from '../package.json' with { type: 'json' }
import type { RequestCounts } from './toolkit/requests.js'

export const { version } = packageJson

const gauge = (name: string, help: string, value: number, labels: Labels = {}): Family => ({
  name,
  help,
  type: 'gauge',
  labels: Object.keys(labels),
  samples: [{ labels, value }],
})

/** What is running. */
export const buildInfoFamily = (version: string): Family =>
  gauge('alauda_exporter_build_info', 'Which exporter this is and which Node.js it runs on; always 1.', 1, {
    version,
    node_version: process.versions.node,
  })

/** Whether and when the settings were last reloaded. */
export const reloadFamilies = ({
  isSuccessful,
  lastSuccessTime,
}: {
  readonly isSuccessful: boolean
  /** Seconds since the epoch. */
  readonly lastSuccessTime: number
}): ReadonlyArray<Family> => [
  gauge(
    'alauda_exporter_config_last_reload_successful',
    'Whether the last reload of the settings succeeded: 1 for yes, 0 for no, and the previous ones stay in use.',
    isSuccessful ? 1 : 0,
  ),
  gauge(
    'alauda_exporter_config_last_reload_success_timestamp_seconds',
    'Time of the last successful reload of the settings, in seconds since the epoch.',
    lastSuccessTime,
  ),
]

/** The requests that were answered, and those under way. */
export const requestFamilies = ({ answers, inFlight }: RequestCounts): ReadonlyArray<Family> => [
  {
    name: 'alauda_exporter_http_requests_total',
    help: 'HTTP requests answered, by path and status; unknown paths are counted as other.',
    type: 'counter',
    labels: ['handler', 'code'],
    samples: answers.map(({ handler, code, count }) => ({ labels: { handler, code: String(code) }, value: count })),
  },
  gauge(
    'alauda_exporter_http_requests_in_flight',
    'HTTP requests that are being answered now, including this one.',
    inFlight,
  ),
]

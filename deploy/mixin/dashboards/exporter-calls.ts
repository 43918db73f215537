import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import type { ExporterQueries } from './exporter-queries.js'
import { graph } from './panels.js'

const failed = 'code!~"2.."'

/** What the exporters ask of the cloud, and what comes of it. */
export const callsOfApi = ({ requests, latency, perSecond }: ExporterQueries) => [
  graph({
    title: 'Calls',
    description: 'Requests a second, by what was asked for. All exporters of an account share its quota.',
    unit: units.RequestsPerSecond,
    isStacked: true,
    queries: [{ expr: `sum by (endpoint) (${requests()})`, legend: '{{endpoint}}' }],
  }),
  graph({
    title: 'Answers',
    description: 'Requests a second, by the HTTP status of the answer, or why there is none.',
    unit: units.RequestsPerSecond,
    isStacked: true,
    queries: [{ expr: `sum by (code) (${requests()})`, legend: '{{code}}' }],
  }),
  graph({
    title: 'Errors',
    description: 'Requests a second that failed, by endpoint and status. Empty is good: then there are none.',
    unit: units.RequestsPerSecond,
    queries: [{ expr: `sum by (endpoint, code) (${requests(failed)})`, legend: '{{endpoint}} {{code}}' }],
  }),
  graph({
    title: 'Share of errors',
    description: 'How many of the requests failed, and how many were refused for the quota (429). Empty is good.',
    unit: units.PercentUnit,
    queries: [
      { expr: `sum(${requests(failed)}) / sum(${requests()})`, legend: 'failed' },
      { expr: `sum(${requests('code="429"')}) / sum(${requests()})`, legend: 'over the quota (429)' },
    ],
  }),
  graph({
    title: 'Latency',
    description: 'How long requests take: half of them, 90 % and 99 % take at most so long.',
    unit: units.Seconds,
    queries: [
      { expr: latency(0.5), legend: '50 %' },
      { expr: latency(0.9), legend: '90 %' },
      { expr: latency(0.99), legend: '99 %' },
    ],
  }),
  graph({
    title: 'Latency by endpoint',
    description: 'How long 90 % of the requests take at most, by what was asked for.',
    unit: units.Seconds,
    queries: [{ expr: latency(0.9, 'endpoint'), legend: '{{endpoint}}' }],
  }),
  graph({
    title: 'Retries',
    description: 'Calls a second that were made again after a failure that may pass. Empty is good: none was.',
    unit: units.RequestsPerSecond,
    queries: [{ expr: `sum by (endpoint) (${perSecond('alauda_api_retries_total')})`, legend: '{{endpoint}}' }],
  }),
  graph({
    title: 'Logins',
    description:
      'Logins, and those that gave no token. One now and then is usual; failures lock the account in the end.',
    unit: units.CountsPerSecond,
    queries: [
      { expr: `sum(${perSecond('alauda_logins_total')})`, legend: 'logins' },
      { expr: `sum(${perSecond('alauda_login_failures_total')})`, legend: 'failed' },
    ],
  }),
]

/** What the exporters delay, and what they leave out. */
export const ownLimits = ({ alerts }: MixinConfig, { ofAccounts, ofNamespaces, perSecond }: ExporterQueries) => [
  graph({
    title: 'Calls at once',
    description:
      'Requests that are not answered yet, and calls that wait for their turn: for the limits of the settings, or because the API asked for a pause.',
    unit: units.NoUnit,
    queries: [
      { expr: `sum(${ofAccounts('alauda_api_requests_in_flight')})`, legend: 'in flight' },
      { expr: `sum(${ofAccounts('alauda_api_requests_waiting')})`, legend: 'waiting' },
    ],
  }),
  graph({
    title: 'Wait of a call',
    description: 'How long a call waits for its turn on average. The dashed line is where AlaudaCallsWaiting begins.',
    unit: units.Seconds,
    limit: alerts.AlaudaCallsWaiting.threshold,
    queries: [
      {
        expr: `sum(${perSecond('alauda_api_wait_seconds_total')}) / sum(${perSecond('alauda_api_requests_total')})`,
        legend: 'wait',
      },
    ],
  }),
  graph({
    title: 'Instances that are not watched',
    description:
      'Left out because they exceed the exporter’s limit, a name is too long, or a newer one has the same labels.',
    unit: units.NoUnit,
    queries: [
      { expr: ofNamespaces('alauda_collection_left_out'), legend: '{{namespace}} left out ({{bound}})' },
      { expr: ofNamespaces('alauda_collection_duplicates'), legend: '{{namespace}} duplicates' },
    ],
  }),
  graph({
    title: 'Instances by outcome',
    description:
      'What the last collection got: ok, empty (the cloud has no values yet), gone (ended meanwhile) or failed. Where several exporters or probes read a namespace, what the one with the most got.',
    unit: units.NoUnit,
    queries: [{ expr: `sum by (outcome) (${ofNamespaces('alauda_collection_instances')})`, legend: '{{outcome}}' }],
  }),
]

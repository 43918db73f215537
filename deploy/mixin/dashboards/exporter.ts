import { type Dashboard, MappingType, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import { expressions } from '../expressions.js'
import { dashboard } from './dashboard.js'
import { uids } from './links.js'
import { atLeast, graph, number, thresholds } from './panels.js'
import { datasourceVariable, inNamespace, namespaceVariables, variable } from './variables.js'

const ofAccount = 'account=~"$account"'
const ofExporter = 'instance=~"$exporter"'
const yesOrNo = (yes: string, no: string) => ({
  thresholds: atLeast(1),
  mappings: [
    {
      type: MappingType.ValueToText as const,
      options: { 0: { text: no, color: 'red' }, 1: { text: yes, color: 'green' } },
    },
  ],
})

/** The exporter itself: what it asks of the cloud, what comes of it, and how long it takes. */
export const exporter = (config: MixinConfig): Dashboard => {
  const { metric, across } = expressions(config)
  const {
    AlaudaCollectionSlow: slow,
    AlaudaCallsWaiting: waiting,
    AlaudaCollectionStopped: stopped,
    AlaudaSamplesTooOld: old,
  } = config.alerts
  const rate = `rate${config.rateWindow}`
  const requests = (matchers = '') =>
    metric(`endpoint_code:alauda_api_requests:${rate}`, [ofAccount, matchers].filter(Boolean).join(', '))
  const buckets = metric(`endpoint_le:alauda_api_request_duration_seconds_bucket:${rate}`, ofAccount)
  const perSecond = (name: string, matchers: string) => `rate(${metric(name, matchers)}[$__rate_interval])`
  const quantile = (share: number, by: string) => `histogram_quantile(${share}, sum by (${by}) (${buckets}))`
  const ofNamespace = (name: string) => across(metric(name, inNamespace))
  const process = (name: string) => `${name}{${[config.targetSelector, ofExporter].join(', ')}}`

  return dashboard({
    uid: uids.exporter,
    title: 'Alauda / Exporter',
    description:
      'The exporter itself: its calls of the cloud’s API, how long collections take, what they miss, and what the process needs.',
    variables: [
      datasourceVariable(),
      ...namespaceVariables(metric),
      variable({
        name: 'exporter',
        label: 'Exporter',
        description: 'Exporters, by the address at which Prometheus scrapes them.',
        values: [metric('alauda_exporter_build_info'), 'instance'],
      }),
    ],
    panels: [
      new RowBuilder('Now'),
      number({
        title: 'Scraped',
        description: 'Whether Prometheus can scrape all chosen exporters.',
        unit: units.NoUnit,
        expr: `min(${process('up')})`,
        ...yesOrNo('Yes', 'No'),
      }),
      number({
        title: 'Cloud',
        description: 'Whether every chosen namespace’s list of services could be read in the last collection.',
        unit: units.NoUnit,
        expr: `min(${ofNamespace('alauda_up')})`,
        ...yesOrNo('Read', 'Not read'),
      }),
      number({
        title: 'Settings',
        description: 'Whether the settings were right when they were last read. If not, the old ones hold.',
        unit: units.NoUnit,
        expr: `min(${metric('alauda_exporter_config_last_reload_successful', ofExporter)})`,
        ...yesOrNo('Right', 'Wrong'),
      }),
      number({
        title: 'Last collection',
        description:
          'How long ago a list of services was last read, of the namespace where it is longest. Red is where AlaudaCollectionStopped begins.',
        unit: units.Seconds,
        expr: `time() - min(${ofNamespace('alauda_collection_timestamp_seconds')})`,
        thresholds: thresholds([stopped.threshold, 'red']),
      }),
      number({
        title: 'Share of the interval',
        description:
          'How much of the interval the longest collection takes. From 100 % on they come late. Orange is where AlaudaCollectionSlow begins.',
        unit: units.PercentUnit,
        expr: `max(${ofNamespace('alauda_collection_interval_ratio')})`,
        thresholds: thresholds([slow.threshold, 'orange'], [1, 'red']),
      }),
      number({
        title: 'API calls',
        description: 'Requests to the cloud’s API a second.',
        unit: units.RequestsPerSecond,
        expr: `sum(${requests()})`,
      }),
      number({
        title: 'Waiting calls',
        description: 'Calls of the API that wait for their turn.',
        unit: units.NoUnit,
        expr: `sum(${metric('alauda_api_requests_waiting', ofAccount)})`,
      }),
      number({
        title: 'Left out',
        description: 'Instances that are not watched: there are more than the exporter may read.',
        unit: units.NoUnit,
        expr: `sum(${ofNamespace('alauda_collection_left_out_instances')})`,
        thresholds: thresholds([1, 'red']),
      }),
      new RowBuilder('Calls of the cloud’s API'),
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
        queries: [{ expr: `sum by (endpoint, code) (${requests('code!~"2.."')})`, legend: '{{endpoint}} {{code}}' }],
      }),
      graph({
        title: 'Share of errors',
        description: 'How many of the requests failed, and how many were refused for the quota (429). Empty is good.',
        unit: units.PercentUnit,
        queries: [
          { expr: `sum(${requests('code!~"2.."')}) / sum(${requests()})`, legend: 'failed' },
          { expr: `sum(${requests('code="429"')}) / sum(${requests()})`, legend: 'over the quota (429)' },
        ],
      }),
      graph({
        title: 'Latency',
        description: 'How long requests take: half of them, 90 % and 99 % take at most so long.',
        unit: units.Seconds,
        queries: [
          { expr: quantile(0.5, 'le'), legend: '50 %' },
          { expr: quantile(0.9, 'le'), legend: '90 %' },
          { expr: quantile(0.99, 'le'), legend: '99 %' },
        ],
      }),
      graph({
        title: 'Latency by endpoint',
        description: 'How long 90 % of the requests take at most, by what was asked for.',
        unit: units.Seconds,
        queries: [{ expr: quantile(0.9, 'le, endpoint'), legend: '{{endpoint}}' }],
      }),
      graph({
        title: 'Retries',
        description: 'Calls a second that were made again after a failure that may pass. Empty is good: none was.',
        unit: units.RequestsPerSecond,
        queries: [
          { expr: `sum by (endpoint) (${perSecond('alauda_api_retries_total', ofAccount)})`, legend: '{{endpoint}}' },
        ],
      }),
      graph({
        title: 'Logins',
        description:
          'Logins, and those that gave no token. One now and then is usual; failures lock the account in the end.',
        unit: units.CountsPerSecond,
        queries: [
          { expr: `sum(${perSecond('alauda_logins_total', ofAccount)})`, legend: 'logins' },
          { expr: `sum(${perSecond('alauda_login_failures_total', ofAccount)})`, legend: 'failed' },
        ],
      }),
      new RowBuilder('The exporter’s own limits'),
      graph({
        title: 'Calls at once',
        description:
          'Requests that are not answered yet, and calls that wait for their turn: for the limits of the settings, or because the API asked for a pause.',
        unit: units.NoUnit,
        queries: [
          { expr: `sum(${metric('alauda_api_requests_in_flight', ofAccount)})`, legend: 'in flight' },
          { expr: `sum(${metric('alauda_api_requests_waiting', ofAccount)})`, legend: 'waiting' },
        ],
      }),
      graph({
        title: 'Wait of a call',
        description:
          'How long a call waits for its turn on average. The dashed line is where AlaudaCallsWaiting begins.',
        unit: units.Seconds,
        limit: waiting.threshold,
        queries: [
          {
            expr: `sum(${perSecond('alauda_api_wait_seconds_total', ofAccount)}) / sum(${perSecond('alauda_api_requests_total', ofAccount)})`,
            legend: 'wait',
          },
        ],
      }),
      graph({
        title: 'Instances that are not watched',
        description:
          'Left out because there are more than the exporter may read, or because a newer one bears the same labels.',
        unit: units.NoUnit,
        queries: [
          { expr: ofNamespace('alauda_collection_left_out_instances'), legend: '{{namespace}} left out' },
          { expr: ofNamespace('alauda_collection_duplicates'), legend: '{{namespace}} duplicates' },
        ],
      }),
      graph({
        title: 'Instances by outcome',
        description:
          'What the last collection got: ok, empty (the cloud has no values yet), gone (ended meanwhile) or failed.',
        unit: units.NoUnit,
        isStacked: true,
        queries: [{ expr: `sum by (outcome) (${ofNamespace('alauda_collection_instances')})`, legend: '{{outcome}}' }],
      }),
      new RowBuilder('Collections'),
      graph({
        title: 'Collection time against interval',
        description:
          'How long collections take. The dashed line is the interval: above it they come late, and instances lack values.',
        unit: units.Seconds,
        limitSeries: '/ interval$/',
        queries: [
          { expr: ofNamespace('alauda_collection_duration_seconds'), legend: '{{namespace}}' },
          {
            expr: across(
              `${metric('alauda_collection_duration_seconds', inNamespace)} / (${metric('alauda_collection_interval_ratio', inNamespace)} > 0)`,
            ),
            legend: '{{namespace}} interval',
          },
        ],
      }),
      graph({
        title: 'Age of the values',
        description:
          'How long ago the cloud measured the oldest value of each namespace. The dashed line is where AlaudaSamplesTooOld begins.',
        unit: units.Seconds,
        limit: old.threshold,
        queries: [
          {
            expr: `time() - min by (account, namespace) (${metric('alauda_instance_last_sample_timestamp_seconds', inNamespace)})`,
            legend: '{{namespace}}',
          },
        ],
      }),
      new RowBuilder('The process'),
      graph({
        title: 'Requests to the exporter',
        description: 'HTTP requests that it answered a second, by path and status.',
        unit: units.RequestsPerSecond,
        queries: [
          {
            expr: `sum by (handler, code) (${perSecond('alauda_exporter_http_requests_total', ofExporter)})`,
            legend: '{{handler}} {{code}}',
          },
        ],
      }),
      graph({
        title: 'CPU',
        description: 'Cores that the process uses.',
        unit: units.NoUnit,
        queries: [{ expr: `rate(${process('process_cpu_seconds_total')}[$__rate_interval])`, legend: '{{instance}}' }],
      }),
      graph({
        title: 'Memory',
        description: 'Resident memory of the process, and the part of it that is JavaScript’s heap in use.',
        unit: units.BytesIEC,
        queries: [
          { expr: process('process_resident_memory_bytes'), legend: '{{instance}} resident' },
          { expr: process('nodejs_heap_size_used_bytes'), legend: '{{instance}} heap' },
        ],
      }),
      graph({
        title: 'Lag of the event loop',
        description:
          'How late the process gets to its work, for 99 % of it. Above a tenth of a second it has too much to do.',
        unit: units.Seconds,
        queries: [{ expr: process('nodejs_eventloop_lag_p99_seconds'), legend: '{{instance}}' }],
      }),
    ],
  })
}

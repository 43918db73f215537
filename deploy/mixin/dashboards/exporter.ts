import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import { dashboard } from './dashboard.js'
import { callsOfApi, ownLimits } from './exporter-calls.js'
import { type ExporterQueries, exporterQueries } from './exporter-queries.js'
import { statusPageOfRow, uids } from './links.js'
import { graph, number } from './panels.js'
import { rows } from './tables.js'
import { thresholds, yesOrNo } from './thresholds.js'
import { datasourceVariable, namespaceVariables, variable } from './variables.js'

/** The exporter itself: what it asks of the cloud, what comes of it, and how long it takes. */
export const exporter = (config: MixinConfig): Dashboard => {
  const queries = exporterQueries(config)
  const { metric } = queries
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
      ...now(config, queries),
      new RowBuilder('Calls of the cloud’s API'),
      ...callsOfApi(queries),
      new RowBuilder('The exporter’s own limits'),
      ...ownLimits(config, queries),
      new RowBuilder('Collections'),
      ...collections(config, queries),
      new RowBuilder('The process'),
      ...theProcess(queries),
    ],
  })
}

const now = ({ alerts }: MixinConfig, queries: ExporterQueries) => {
  const { ofNamespaces, ofAccounts, ofExporters, process, requests } = queries
  return [
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
      expr: `min(${ofNamespaces('alauda_up')})`,
      ...yesOrNo('Read', 'Not read'),
    }),
    number({
      title: 'Settings',
      description: 'Whether the settings were right when they were last read. If not, the old ones hold.',
      unit: units.NoUnit,
      expr: `min(${ofExporters('alauda_exporter_config_last_reload_successful')})`,
      ...yesOrNo('Right', 'Wrong'),
    }),
    number({
      title: 'Last collection',
      description:
        'How long ago a list of services was last read, of the namespace where it is longest. Red is where AlaudaCollectionStopped begins.',
      unit: units.Seconds,
      expr: `time() - min(${ofNamespaces('alauda_collection_timestamp_seconds')})`,
      thresholds: thresholds([alerts.AlaudaCollectionStopped.threshold, 'red']),
    }),
    number({
      title: 'Share of the interval',
      description:
        'How much of the interval the longest collection takes. From 100 % on they come late. Orange is where AlaudaCollectionSlow begins.',
      unit: units.PercentUnit,
      expr: `max(${ofNamespaces('alauda_collection_interval_ratio')})`,
      thresholds: thresholds([alerts.AlaudaCollectionSlow.threshold, 'orange'], [1, 'red']),
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
      expr: `sum(${ofAccounts('alauda_api_requests_waiting')})`,
    }),
    number({
      title: 'Left out',
      description:
        'Instances and services that are not watched: there are more instances than the exporter may read, or a name is too long.',
      unit: units.NoUnit,
      expr: `sum(${ofNamespaces('alauda_collection_left_out')})`,
      thresholds: thresholds([1, 'red']),
    }),
    rows({
      title: 'Exporters',
      description: 'The chosen exporters. A click on one opens its status page, where the browser can reach it.',
      labels: [
        { label: 'instance', name: 'Exporter', link: statusPageOfRow },
        { label: 'version', name: 'Version' },
        { label: 'node_version', name: 'Node.js' },
      ],
      values: [
        { expr: `max by (instance, version, node_version) (${ofExporters('alauda_exporter_build_info')})` },
        {
          name: 'Started',
          unit: units.DateTimeFromNow,
          expr: `max by (instance) (${process('process_start_time_seconds')}) * 1000`,
        },
        {
          name: 'Settings read',
          unit: units.DateTimeFromNow,
          expr: `max by (instance) (${ofExporters('alauda_exporter_config_last_reload_success_timestamp_seconds')}) * 1000`,
        },
      ],
      sortBy: 'Exporter',
      height: 5,
    }),
  ]
}

const collections = ({ alerts }: MixinConfig, { ofNamespaces, interval }: ExporterQueries) => [
  graph({
    title: 'Collection time against interval',
    description:
      'How long collections take. The dashed line is the interval: above it they come late, and instances lack values.',
    unit: units.Seconds,
    limitSeries: '/ interval$/',
    queries: [
      { expr: ofNamespaces('alauda_collection_duration_seconds'), legend: '{{namespace}}' },
      { expr: interval, legend: '{{namespace}} interval' },
    ],
  }),
  graph({
    title: 'Age of the values',
    description:
      'How long ago the cloud measured the oldest value of each namespace. The dashed line is where AlaudaSamplesTooOld begins.',
    unit: units.Seconds,
    limit: alerts.AlaudaSamplesTooOld.threshold,
    queries: [
      {
        expr: `time() - min by (account, namespace) (${ofNamespaces('alauda_instance_last_sample_timestamp_seconds')})`,
        legend: '{{namespace}}',
      },
    ],
  }),
]

const theProcess = ({ ofExporters, process }: ExporterQueries) => [
  graph({
    title: 'Requests to the exporter',
    description: 'HTTP requests that it answered a second, by path and status.',
    unit: units.RequestsPerSecond,
    queries: [
      {
        expr: `sum by (handler, code) (rate(${ofExporters('alauda_exporter_http_requests_total')}[$__rate_interval]))`,
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
]

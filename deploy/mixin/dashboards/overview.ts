import { type Dashboard, DashboardLinkBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import { dashboard } from './dashboard.js'
import { serviceOfSeries, uids } from './links.js'
import { alerting, type OverviewQueries, overviewQueries } from './overview-queries.js'
import { namespaceByNamespace, serviceByService, whatIsAlerting } from './overview-tables.js'
import { bars, graph, number, type PanelText } from './panels.js'
import { thresholds, yesOrNo } from './thresholds.js'
import { datasourceVariable, namespaceVariables } from './variables.js'

/** All namespaces, with the services that want looking at. */
export const overview = (config: MixinConfig): Dashboard => {
  const queries = overviewQueries(config)
  return dashboard({
    uid: uids.overview,
    title: 'Alauda / Overview',
    description:
      'All namespaces that are watched: what runs, what does not, and what needs the most. It reads the recording rules of deploy/prometheus/rules/recording.yml.',
    variables: [datasourceVariable(), ...namespaceVariables(queries.metric)],
    panels: [
      new RowBuilder('Now'),
      ...now(config, queries),
      whatIsAlerting(config),
      servicesByStatus(queries),
      new RowBuilder('Namespaces and services'),
      namespaceByNamespace(queries),
      serviceByService(config, queries),
      new RowBuilder('Who uses the most'),
      ...most(config, queries),
      new RowBuilder('Over time'),
      ...overTime(queries),
    ],
  })
}

const cpuTime = 'alauda_instance_cpu_usage_seconds'
const memory = 'alauda_instance_memory_usage_bytes'

const now = ({ rateWindow }: MixinConfig, { chosen, recorded, recordedRate }: OverviewQueries) => [
  number({
    title: 'Cloud',
    description: 'Whether every namespace’s list of services could be read in the last collection.',
    unit: units.NoUnit,
    expr: `min(${chosen('alauda_up')})`,
    ...yesOrNo('Read', 'Not read'),
  }),
  number({
    title: 'Services',
    description: 'Services that the cloud lists, stopped ones among them.',
    unit: units.NoUnit,
    expr: `sum(${recorded('namespace:alauda_service_info:count')})`,
  }),
  number({
    title: 'Not running',
    description: 'Services that are meant to be started and whose status is another one than Running.',
    unit: units.NoUnit,
    expr: `sum((${chosen('alauda_service_target_started')} == bool 1) * ignoring (status) (${chosen('alauda_service_status', 'status="Running"')} == bool 0))`,
    thresholds: thresholds([1, 'red']),
  }),
  number({
    title: 'Instances',
    description: 'Instances of all services.',
    unit: units.NoUnit,
    expr: `sum(${recorded('namespace:alauda_instance_info:count')})`,
  }),
  number({
    title: 'Missing instances',
    description: 'Instances that are wanted and not running, over all services that are meant to be started.',
    unit: units.NoUnit,
    expr: `sum(${recorded('namespace:alauda_service_missing_instances:sum')})`,
    thresholds: thresholds([1, 'orange']),
  }),
  number({
    title: 'CPU',
    description: `Cores in use, averaged over ${rateWindow}.`,
    unit: units.NoUnit,
    decimals: 2,
    expr: `sum(${recordedRate('namespace', cpuTime)})`,
  }),
  number({
    title: 'Memory',
    description: 'Memory that all instances use.',
    unit: units.BytesIEC,
    expr: `sum(${recorded(`namespace:${memory}:sum`)})`,
  }),
  number({
    title: 'Alerts',
    description: 'Alerts that are firing.',
    unit: units.NoUnit,
    expr: `count(${alerting('firing')}) or vector(0)`,
    thresholds: thresholds([1, 'red']),
  }),
]

const servicesByStatus = ({ recorded }: OverviewQueries) =>
  graph({
    title: 'Services by status',
    description: 'How many services are in which status (current_status).',
    unit: units.NoUnit,
    isStacked: true,
    queries: [
      {
        expr: `sum by (status) (${recorded('namespace_status:alauda_service_status:sum')}) > 0`,
        legend: '{{status}}',
      },
    ],
  })

const most = ({ alerts }: MixinConfig, { recorded, recordedRate, closestToCpuLimit }: OverviewQueries) => {
  const top = (text: PanelText & { readonly expr: string }) => ({
    ...text,
    expr: `topk(10, ${text.expr})`,
    legend: '{{namespace}}/{{service}}',
  })
  return [
    bars(
      top({
        title: 'Most CPU',
        description: 'The ten services that use the most CPU, in cores. A click on one opens it.',
        unit: units.NoUnit,
        expr: recordedRate('service', cpuTime),
      }),
    ),
    bars({
      ...top({
        title: 'Closest to the CPU limit',
        description:
          'The ten services whose busiest instance is closest to its CPU limit, of those whose limit is known. Red is where AlaudaCpuNearLimit begins.',
        unit: units.PercentUnit,
        expr: closestToCpuLimit,
      }),
      max: 1,
      thresholds: thresholds([alerts.AlaudaCpuNearLimit.threshold, 'red']),
    }),
    bars(
      top({
        title: 'Most memory',
        description: 'The ten services that use the most memory.',
        unit: units.BytesIEC,
        expr: recorded(`service:${memory}:sum`),
      }),
    ),
    bars({
      ...top({
        title: 'Closest to the memory limit',
        description:
          'The ten services whose fullest instance is closest to its memory limit. Red is where AlaudaMemoryNearLimit begins.',
        unit: units.PercentUnit,
        expr: recorded('service:alauda_instance_memory_utilization_ratio:max'),
      }),
      max: 1,
      thresholds: thresholds([alerts.AlaudaMemoryNearLimit.threshold, 'red']),
    }),
  ].map((panel) => panel.dataLinks([new DashboardLinkBuilder(serviceOfSeries.title).url(serviceOfSeries.url)]))
}

const overTime = ({ recorded, recordedRate }: OverviewQueries) => [
  graph({
    title: 'CPU by namespace',
    description: 'Cores that the instances of each namespace use.',
    unit: units.NoUnit,
    isStacked: true,
    queries: [{ expr: recordedRate('namespace', cpuTime), legend: '{{namespace}}' }],
  }),
  graph({
    title: 'Memory by namespace',
    description: 'Memory that the instances of each namespace use.',
    unit: units.BytesIEC,
    isStacked: true,
    queries: [{ expr: recorded(`namespace:${memory}:sum`), legend: '{{namespace}}' }],
  }),
  graph({
    title: 'Network by namespace',
    description: 'Bytes received and sent a second.',
    unit: units.BytesPerSecondIEC,
    queries: [
      {
        expr: recordedRate('namespace', 'alauda_instance_network_receive_bytes'),
        legend: '{{namespace}} received',
      },
      { expr: recordedRate('namespace', 'alauda_instance_network_transmit_bytes'), legend: '{{namespace}} sent' },
    ],
  }),
  graph({
    title: 'Missing instances by service',
    description: 'Instances that are wanted and not running. Short peaks belong to deployments and scaling up.',
    unit: units.NoUnit,
    isStacked: true,
    queries: [{ expr: recorded('service:alauda_service_missing_instances:max'), legend: '{{namespace}}/{{service}}' }],
  }),
]

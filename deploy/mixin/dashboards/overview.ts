import {
  type Dashboard,
  DashboardLinkBuilder,
  MappingType,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import { expressions } from '../expressions.js'
import { dashboard } from './dashboard.js'
import { namespaceOfRow, serviceOfRow, serviceOfSeries, uids } from './links.js'
import { atLeast, bars, graph, number, type PanelText, thresholds } from './panels.js'
import { rows } from './tables.js'
import { datasourceVariable, inNamespace, namespaceVariables } from './variables.js'

/** Which alerts of the mixin are firing or about to, those that are about no namespace among them. */
const alerting = (state: string) =>
  `ALERTS{alertname=~"Alauda.+", alertstate=~"${state}", account=~"$account|", namespace=~"$namespace|"}`

const alwaysHidden = ['project', 'space']

/** All namespaces, with the services that want looking at. */
export const overview = (config: MixinConfig): Dashboard => {
  const { metric, across } = expressions(config)
  const { AlaudaCpuNearLimit: cpuAlert, AlaudaMemoryNearLimit: memoryAlert } = config.alerts
  const rate = `rate${config.rateWindow}`
  const recorded = (name: string, matchers = '') => metric(name, [inNamespace, matchers].filter(Boolean).join(', '))
  const ofServices = (name: string) => across(recorded(name))

  const namespaceCpu = recorded(`namespace:alauda_instance_cpu_usage_seconds:${rate}`)
  const namespaceMemory = recorded('namespace:alauda_instance_memory_usage_bytes:sum')
  const serviceCpu = recorded(`service:alauda_instance_cpu_usage_seconds:${rate}`)
  const serviceMemory = recorded('service:alauda_instance_memory_usage_bytes:sum')
  const cpuShare = recorded('service:alauda_instance_cpu_utilization_ratio:max')
  const memoryShare = recorded('service:alauda_instance_memory_utilization_ratio:max')
  const running = recorded('service:alauda_service_running_instances:max')
  const notRunning = `(${ofServices('alauda_service_target_started')} == bool 1) * ignoring (status) (${across(recorded('alauda_service_status', 'status="Running"'))} == bool 0)`
  /** A recorded vector without its name, so that the table can join it with others. */
  const plain = (vector: string) => `max without () (${vector})`
  const top = (text: PanelText & { readonly expr: string; readonly max?: number; readonly alarmFrom?: number }) =>
    bars({
      ...text,
      expr: `topk(10, ${text.expr})`,
      legend: '{{namespace}}/{{service}}',
      ...(text.alarmFrom === undefined ? {} : { thresholds: thresholds([text.alarmFrom, 'red']) }),
    }).dataLinks([new DashboardLinkBuilder(serviceOfSeries.title).url(serviceOfSeries.url)])

  return dashboard({
    uid: uids.overview,
    title: 'Alauda / Overview',
    description:
      'All namespaces that are watched: what runs, what does not, and what needs the most. It reads the recording rules of deploy/prometheus/rules/recording.yml.',
    variables: [datasourceVariable(), ...namespaceVariables(metric)],
    panels: [
      new RowBuilder('Now'),
      number({
        title: 'Cloud',
        description: 'Whether every namespace’s list of services could be read in the last collection.',
        unit: units.NoUnit,
        expr: `min(${ofServices('alauda_up')})`,
        thresholds: atLeast(1),
        mappings: [
          {
            type: MappingType.ValueToText,
            options: { 0: { text: 'Not read', color: 'red' }, 1: { text: 'Read', color: 'green' } },
          },
        ],
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
        expr: `sum(${notRunning})`,
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
        description: `Cores in use, averaged over ${config.rateWindow}.`,
        unit: units.NoUnit,
        decimals: 2,
        expr: `sum(${namespaceCpu})`,
      }),
      number({
        title: 'Memory',
        description: 'Memory that all instances use.',
        unit: units.BytesIEC,
        expr: `sum(${namespaceMemory})`,
      }),
      number({
        title: 'Alerts',
        description: 'Alerts that are firing.',
        unit: units.NoUnit,
        expr: `count(${alerting('firing')}) or vector(0)`,
        thresholds: thresholds([1, 'red']),
      }),
      rows({
        title: 'What is alerting',
        description:
          'Alerts that are firing, and those that will if nothing changes (pending). Empty is good. A click on a service opens it.',
        labels: [
          { label: 'alertstate', name: 'State' },
          { label: 'severity', name: 'Severity' },
          { label: 'alertname', name: 'Alert' },
          { label: 'account', name: 'Account' },
          { label: 'namespace', name: 'Namespace' },
          { label: 'service', name: 'Service', link: serviceOfRow },
        ],
        values: [{ expr: alerting('firing|pending') }],
        hidden: ['__name__', ...alwaysHidden],
        sortBy: 'State',
        width: 12,
        height: 8,
      }),
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
      }),
      new RowBuilder('Namespaces and services'),
      rows({
        title: 'Namespace by namespace',
        description: 'A row for each namespace. A click on one looks at it alone.',
        labels: [
          { label: 'account', name: 'Account' },
          { label: 'namespace', name: 'Namespace', link: namespaceOfRow },
        ],
        values: [
          { name: 'Services', unit: units.NoUnit, expr: plain(recorded('namespace:alauda_service_info:count')) },
          { name: 'Instances', unit: units.NoUnit, expr: plain(recorded('namespace:alauda_instance_info:count')) },
          {
            name: 'Missing',
            unit: units.NoUnit,
            warnFrom: 1,
            expr: plain(recorded('namespace:alauda_service_missing_instances:sum')),
          },
          { name: 'CPU cores', unit: units.NoUnit, decimals: 2, expr: plain(namespaceCpu) },
          { name: 'Memory', unit: units.BytesIEC, expr: plain(namespaceMemory) },
          {
            name: 'Last collected',
            unit: units.DateTimeFromNow,
            expr: `${ofServices('alauda_collection_timestamp_seconds')} * 1000`,
          },
        ],
        sortBy: 'Namespace',
        height: 6,
      }),
      rows({
        title: 'Service by service',
        description:
          'A row for each service. A click on one opens its dashboard. CPU and memory shares are those of its busiest instance.',
        labels: [
          { label: 'account', name: 'Account' },
          { label: 'namespace', name: 'Namespace' },
          { label: 'project', name: 'Project' },
          { label: 'space', name: 'Space' },
          { label: 'service', name: 'Service', link: serviceOfRow },
          { label: 'status', name: 'Status' },
        ],
        values: [
          { expr: `${ofServices('alauda_service_status')} == 1` },
          { name: 'Running', unit: units.NoUnit, expr: plain(running) },
          { name: 'Wanted', unit: units.NoUnit, expr: ofServices('alauda_service_target_instances') },
          { name: 'CPU cores', unit: units.NoUnit, decimals: 2, expr: plain(serviceCpu) },
          {
            name: 'CPU share',
            unit: units.PercentUnit,
            decimals: 1,
            alarmFrom: cpuAlert.threshold,
            expr: plain(cpuShare),
          },
          { name: 'Memory', unit: units.BytesIEC, expr: plain(serviceMemory) },
          {
            name: 'Memory share',
            unit: units.PercentUnit,
            decimals: 1,
            alarmFrom: memoryAlert.threshold,
            expr: plain(memoryShare),
          },
        ],
        sortBy: 'Service',
        height: 12,
      }),
      new RowBuilder('Who uses the most'),
      top({
        title: 'Most CPU',
        description: 'The ten services that use the most CPU, in cores. A click on one opens it.',
        unit: units.NoUnit,
        expr: serviceCpu,
      }),
      top({
        title: 'Closest to the CPU limit',
        description:
          'The ten services whose busiest instance is closest to its CPU limit. Red is where AlaudaCpuNearLimit begins.',
        unit: units.PercentUnit,
        expr: cpuShare,
        max: 1,
        alarmFrom: cpuAlert.threshold,
      }),
      top({
        title: 'Most memory',
        description: 'The ten services that use the most memory.',
        unit: units.BytesIEC,
        expr: serviceMemory,
      }),
      top({
        title: 'Closest to the memory limit',
        description:
          'The ten services whose fullest instance is closest to its memory limit. Red is where AlaudaMemoryNearLimit begins.',
        unit: units.PercentUnit,
        expr: memoryShare,
        max: 1,
        alarmFrom: memoryAlert.threshold,
      }),
      new RowBuilder('Over time'),
      graph({
        title: 'CPU by namespace',
        description: 'Cores that the instances of each namespace use.',
        unit: units.NoUnit,
        isStacked: true,
        queries: [{ expr: namespaceCpu, legend: '{{namespace}}' }],
      }),
      graph({
        title: 'Memory by namespace',
        description: 'Memory that the instances of each namespace use.',
        unit: units.BytesIEC,
        isStacked: true,
        queries: [{ expr: namespaceMemory, legend: '{{namespace}}' }],
      }),
      graph({
        title: 'Network by namespace',
        description: 'Bytes received and sent a second.',
        unit: units.BytesPerSecondIEC,
        queries: [
          {
            expr: recorded(`namespace:alauda_instance_network_receive_bytes:${rate}`),
            legend: '{{namespace}} received',
          },
          {
            expr: recorded(`namespace:alauda_instance_network_transmit_bytes:${rate}`),
            legend: '{{namespace}} sent',
          },
        ],
      }),
      graph({
        title: 'Missing instances by service',
        description: 'Instances that are wanted and not running. Short peaks belong to deployments and scaling up.',
        unit: units.NoUnit,
        isStacked: true,
        queries: [
          {
            expr: recorded('service:alauda_service_missing_instances:max'),
            legend: '{{namespace}}/{{service}}',
          },
        ],
      }),
    ],
  })
}

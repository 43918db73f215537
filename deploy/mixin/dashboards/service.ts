import { AnnotationQueryBuilder, type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import { identity } from './columns.js'
import { dashboard } from './dashboard.js'
import { uids } from './links.js'
import { graph, number } from './panels.js'
import { eachInstance, instanceLegend, instancesTable, perInstance } from './service-instances.js'
import { serviceQueries } from './service-queries.js'
import { rows } from './tables.js'
import { thresholds } from './thresholds.js'
import { datasource, datasourceVariable, inNamespace, namespaceVariables, ofService, variable } from './variables.js'

const legend = '{{namespace}}/{{service}}'

/** Events whose times are the values of series. */
const events = (name: string, iconColor: string, times: string, text: string) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(true)
    .iconColor(iconColor)
    .expr(`${times} * 1000`)
    .step('60s')
    .useValueForTime(true)
    .titleFormat(name)
    .textFormat(text)

/** One service, or a few of one's own choosing: all instances together, and each by itself. */
export const service = (config: MixinConfig): Dashboard => {
  const queries = serviceQueries(config)
  const { metric, across, sumOfInstances, usage, rate, changes } = queries
  const restarting = config.alerts.AlaudaInstanceRestarting
  const ofServices = (name: string) => across(metric(name, ofService))
  const running = metric('service:alauda_service_running_instances:max', ofService)
  const limitOf = (name: string) => `${ofServices(name)} * max without () (${running})`

  return dashboard({
    uid: uids.service,
    title: 'Alauda / Service',
    description:
      'One service, or several to compare: the sum over its instances, its instances side by side, its limits, restarts and deployments. Choose instances to look at these alone; sums are then theirs.',
    variables: [
      datasourceVariable(),
      ...namespaceVariables(metric),
      variable({
        name: 'service',
        label: 'Service',
        description: 'Services of the chosen namespaces.',
        values: [metric('alauda_service_info', inNamespace), 'service'],
        includeAll: false,
      }),
      variable({
        name: 'instance',
        label: 'Instance',
        description: 'Instances of the chosen services.',
        values: [metric('alauda_instance_info', ofService), 'instance_name'],
      }),
    ],
    annotations: [
      events('Redeployed', 'blue', ofServices('alauda_service_last_redeployed_timestamp_seconds'), legend),
      events('Autoscaled', 'purple', ofServices('alauda_service_last_autoscaled_timestamp_seconds'), legend),
      events('Instance started', 'orange', usage('alauda_instance_start_time_seconds'), instanceLegend),
    ],
    panels: [
      new RowBuilder('Now'),
      rows({
        title: 'What it is',
        description:
          'Status, image and size of each chosen service, how many instances run and should, and when it was last redeployed.',
        labels: [
          ...identity(),
          { label: 'status', name: 'Status' },
          { label: 'image', name: 'Image' },
          { label: 'image_tag', name: 'Tag' },
          { label: 'instance_size', name: 'Size' },
          { label: 'region', name: 'Region' },
        ],
        values: [
          { expr: `${ofServices('alauda_service_status')} == 1` },
          { expr: ofServices('alauda_service_info') },
          { name: 'Running', unit: units.NoUnit, expr: `max without () (${running})` },
          { name: 'Wanted', unit: units.NoUnit, expr: ofServices('alauda_service_target_instances') },
          { name: 'CPU limit', unit: units.NoUnit, expr: ofServices('alauda_service_instance_cpu_limit_cores') },
          {
            name: 'Memory limit',
            unit: units.BytesIEC,
            expr: ofServices('alauda_service_instance_memory_limit_bytes'),
          },
          {
            name: 'Redeployed',
            unit: units.DateTimeFromNow,
            expr: `${ofServices('alauda_service_last_redeployed_timestamp_seconds')} * 1000`,
          },
        ],
        hidden: ['uuid', 'scaling_mode'],
        sortBy: 'Service',
        height: 5,
      }),
      number({
        title: 'Running',
        description: 'Instances that are well, or have started where the cloud checks no health.',
        unit: units.NoUnit,
        width: 4,
        expr: `sum(${running})`,
      }),
      number({
        title: 'Missing',
        description: 'Instances that are wanted and not running.',
        unit: units.NoUnit,
        width: 4,
        expr: `sum(${metric('service:alauda_service_missing_instances:max', ofService)})`,
        thresholds: thresholds([1, 'orange']),
      }),
      number({
        title: 'CPU',
        description: 'Cores that the chosen instances use together.',
        unit: units.NoUnit,
        decimals: 2,
        width: 4,
        expr: `sum(${rate('alauda_instance_cpu_usage_seconds_total')})`,
      }),
      number({
        title: 'Memory',
        description: 'Memory that the chosen instances use together.',
        unit: units.BytesIEC,
        width: 4,
        expr: `sum(${usage('alauda_instance_memory_usage_bytes')})`,
      }),
      number({
        title: 'Restarts',
        description: `How often the instance that has done so most has started again within ${restarting.window}, redeploys among them. Orange is where AlaudaInstanceRestarting begins, which leaves redeploys out.`,
        unit: units.NoUnit,
        width: 4,
        expr: `max(${changes(restarting.window)})`,
        thresholds: thresholds([restarting.threshold, 'orange']),
      }),
      number({
        title: 'Age of the values',
        description:
          'How long ago the cloud measured the oldest value that is shown. Red is where AlaudaSamplesTooOld begins.',
        unit: units.Seconds,
        width: 4,
        expr: `time() - min(${usage('alauda_instance_last_sample_timestamp_seconds')})`,
        thresholds: thresholds([config.alerts.AlaudaSamplesTooOld.threshold, 'red']),
      }),
      new RowBuilder('All instances together'),
      graph({
        title: 'CPU, sum',
        description:
          'Cores that the chosen instances use together. The dashed line is what all running instances may use.',
        unit: units.NoUnit,
        limitSeries: '/ limit$/',
        queries: [
          { expr: sumOfInstances(rate('alauda_instance_cpu_usage_seconds_total')), legend },
          { expr: limitOf('alauda_service_instance_cpu_limit_cores'), legend: `${legend} limit` },
        ],
      }),
      graph({
        title: 'Memory, sum',
        description:
          'Memory that the chosen instances use together. The dashed line is what all running instances may use.',
        unit: units.BytesIEC,
        limitSeries: '/ limit$/',
        queries: [
          { expr: sumOfInstances(usage('alauda_instance_memory_usage_bytes')), legend },
          { expr: limitOf('alauda_service_instance_memory_limit_bytes'), legend: `${legend} limit` },
        ],
      }),
      graph({
        title: 'Network, sum',
        description: 'Bytes that the chosen instances receive and send a second together.',
        unit: units.BytesPerSecondIEC,
        queries: [
          {
            expr: sumOfInstances(rate('alauda_instance_network_receive_bytes_total')),
            legend: `${legend} received`,
          },
          { expr: sumOfInstances(rate('alauda_instance_network_transmit_bytes_total')), legend: `${legend} sent` },
        ],
      }),
      graph({
        title: 'Number of instances',
        description:
          'Instances that run and that are wanted, and between which numbers the autoscaler may choose, where it is on.',
        unit: units.NoUnit,
        limitSeries: '/ at (least|most)$/',
        queries: [
          { expr: running, legend: `${legend} running` },
          { expr: ofServices('alauda_service_target_instances'), legend: `${legend} wanted` },
          { expr: ofServices('alauda_service_autoscaling_min_instances'), legend: `${legend} at least` },
          { expr: ofServices('alauda_service_autoscaling_max_instances'), legend: `${legend} at most` },
        ],
      }),
      new RowBuilder('Each instance'),
      ...perInstance(config, queries),
      instancesTable(config, queries),
      new RowBuilder('Instances side by side'),
      eachInstance(config, queries),
    ],
  })
}

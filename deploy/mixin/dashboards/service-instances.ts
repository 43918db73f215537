import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import { account, cores, cpuShare, memory, memoryShare, namespace, service } from './columns.js'
import { graph, type PanelText } from './panels.js'
import type { ServiceQueries } from './service-queries.js'
import { rows } from './tables.js'
import { ofService } from './variables.js'

/** Services of the same name in several namespaces have instances of the same names. */
export const instanceLegend = '{{namespace}}/{{instance_name}}'

/** A line for each instance. */
export const perInstance = (
  config: MixinConfig,
  { usage, rate, cpuShares, changes, metric, across }: ServiceQueries,
) => {
  const { AlaudaCpuNearLimit, AlaudaMemoryNearLimit } = config.alerts
  const limit = (name: string) => ({
    expr: `max without (project, space) (${across(metric(name, ofService))})`,
    legend: '{{namespace}}/{{service}} limit',
  })
  const lines = (text: PanelText & { readonly expr: string; readonly limit?: number; readonly softMax?: number }) =>
    graph({ ...text, queries: [{ expr: text.expr, legend: instanceLegend }] })
  const bothWays = (text: PanelText & { readonly unit: string }, what: string) =>
    graph({
      ...text,
      queries: [
        { expr: rate(`alauda_instance_network_receive_${what}_total`), legend: `${instanceLegend} received` },
        { expr: rate(`alauda_instance_network_transmit_${what}_total`), legend: `${instanceLegend} sent` },
      ],
    })

  return [
    graph({
      title: 'CPU by instance',
      description: 'Cores that each instance uses. The dashed line is what one instance may use.',
      unit: units.NoUnit,
      limitSeries: '/ limit$/',
      queries: [
        { expr: rate('alauda_instance_cpu_usage_seconds_total'), legend: instanceLegend },
        limit('alauda_service_instance_cpu_limit_cores'),
      ],
    }),
    graph({
      title: 'Memory by instance',
      description: 'Memory that each instance uses. The dashed line is what one instance may use; at it, it is killed.',
      unit: units.BytesIEC,
      limitSeries: '/ limit$/',
      queries: [
        { expr: usage('alauda_instance_memory_usage_bytes'), legend: instanceLegend },
        limit('alauda_service_instance_memory_limit_bytes'),
      ],
    }),
    lines({
      title: 'CPU, share of the limit',
      description:
        'How much of its CPU limit each instance uses, of those whose limit is known. The dashed line is where AlaudaCpuNearLimit begins.',
      unit: units.PercentUnit,
      expr: cpuShares,
      limit: AlaudaCpuNearLimit.threshold,
      softMax: 1,
    }),
    lines({
      title: 'Memory, share of the limit',
      description:
        'How much of its memory limit each instance uses. The dashed line is where AlaudaMemoryNearLimit begins.',
      unit: units.PercentUnit,
      expr: usage('alauda_instance_memory_utilization_ratio'),
      limit: AlaudaMemoryNearLimit.threshold,
      softMax: 1,
    }),
    bothWays(
      {
        title: 'Network by instance',
        description: 'Bytes that each instance receives and sends a second.',
        unit: units.BytesPerSecondIEC,
      },
      'bytes',
    ),
    bothWays(
      {
        title: 'Network errors by instance',
        description:
          'Packets a second that each instance receives and sends in error. More than now and then is the network’s fault.',
        unit: units.PacketsPerSecond,
      },
      'errors',
    ),
    graph({
      title: 'Restarts by instance',
      description:
        'When instances have started again under the same name: after a crash, a restart or a redeploy. Each time is drawn for a few minutes; the table below has the number.',
      unit: units.NoUnit,
      bars: true,
      isStacked: true,
      width: 24,
      queries: [{ expr: changes('$__rate_interval'), legend: instanceLegend }],
    }),
  ]
}

/** A row for each instance. */
export const instancesTable = (config: MixinConfig, { usage, rate, cpuShares, changes }: ServiceQueries) =>
  rows({
    title: 'Instances',
    description:
      'The chosen instances, as they are now, and how often they have started again in the time that is looked at.',
    labels: [
      account,
      namespace,
      service,
      { label: 'instance_name', name: 'Instance' },
      { label: 'uuid', name: 'UUID' },
    ],
    values: [
      { expr: usage('alauda_instance_info') },
      {
        name: 'Started',
        unit: units.DateTimeFromNow,
        expr: `${usage('alauda_instance_start_time_seconds')} * 1000`,
      },
      { name: 'Restarts', unit: units.NoUnit, expr: changes('$__range') },
      cores(rate('alauda_instance_cpu_usage_seconds_total')),
      cpuShare(config, cpuShares),
      memory(usage('alauda_instance_memory_usage_bytes')),
      memoryShare(config, usage('alauda_instance_memory_utilization_ratio')),
      {
        name: 'Measured',
        unit: units.DateTimeFromNow,
        expr: `${usage('alauda_instance_last_sample_timestamp_seconds')} * 1000`,
      },
    ],
    hidden: ['project', 'space'],
    sortBy: 'Instance',
  })

/** One small panel an instance, all on one scale. */
export const eachInstance = (config: MixinConfig, { usage, cpuShares }: ServiceQueries) =>
  graph({
    title: '$instance',
    description: 'CPU and memory of one instance as shares of its limits, on the same scale as the others.',
    unit: units.PercentUnit,
    softMax: 1,
    limit: config.alerts.AlaudaMemoryNearLimit.threshold,
    width: 6,
    queries: [
      { expr: cpuShares, legend: '{{namespace}} CPU' },
      { expr: usage('alauda_instance_memory_utilization_ratio'), legend: '{{namespace}} memory' },
    ],
  })
    .repeat('instance')
    .repeatDirection('h')
    .maxPerRow(4)

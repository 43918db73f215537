import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import { account, cores, cpuShare, identity, memory, memoryShare, namespace, service } from './columns.js'
import { namespaceOfRow, runbookOfRow, serviceOfRow } from './links.js'
import { alerting, type OverviewQueries } from './overview-queries.js'
import { rows } from './tables.js'

const linkedService = { ...service, link: serviceOfRow }

/** A recorded vector without its name, so that a table can join it with others. */
const plain = (vector: string) => `max without () (${vector})`

export const whatIsAlerting = ({ runbookBaseUrl }: MixinConfig) =>
  rows({
    title: 'What is alerting',
    description:
      'Alerts that are firing, and those that will if nothing changes (pending). Empty is good. A click on an alert opens what to do about it, one on a service its dashboard.',
    labels: [
      { label: 'alertstate', name: 'State' },
      { label: 'severity', name: 'Severity' },
      { label: 'alertname', name: 'Alert', link: runbookOfRow(runbookBaseUrl) },
      account,
      namespace,
      linkedService,
    ],
    values: [{ expr: alerting('firing|pending') }],
    hidden: ['__name__', 'project', 'space'],
    sortBy: 'State',
    width: 12,
    height: 8,
  })

export const namespaceByNamespace = ({ chosen, recorded, recordedRate }: OverviewQueries) =>
  rows({
    title: 'Namespace by namespace',
    description: 'A row for each namespace. A click on one looks at it alone.',
    labels: [account, { ...namespace, link: namespaceOfRow }],
    values: [
      { name: 'Services', unit: units.NoUnit, expr: plain(recorded('namespace:alauda_service_info:count')) },
      { name: 'Instances', unit: units.NoUnit, expr: plain(recorded('namespace:alauda_instance_info:count')) },
      {
        name: 'Missing',
        unit: units.NoUnit,
        warnFrom: 1,
        expr: plain(recorded('namespace:alauda_service_missing_instances:sum')),
      },
      cores(plain(recordedRate('namespace', 'alauda_instance_cpu_usage_seconds'))),
      memory(plain(recorded('namespace:alauda_instance_memory_usage_bytes:sum'))),
      {
        name: 'Last collected',
        unit: units.DateTimeFromNow,
        expr: `${chosen('alauda_collection_timestamp_seconds')} * 1000`,
      },
    ],
    sortBy: 'Namespace',
    height: 6,
  })

export const serviceByService = (
  config: MixinConfig,
  { chosen, recorded, recordedRate, closestToCpuLimit }: OverviewQueries,
) =>
  rows({
    title: 'Service by service',
    description:
      'A row for each service. A click on one opens its dashboard. CPU and memory shares are those of its busiest instance; no CPU share means that the CPU limit is unknown.',
    labels: [...identity(linkedService), { label: 'status', name: 'Status' }],
    values: [
      { expr: `${chosen('alauda_service_status')} == 1` },
      {
        name: 'Running',
        unit: units.NoUnit,
        expr: plain(recorded('service:alauda_service_running_instances:max')),
      },
      { name: 'Wanted', unit: units.NoUnit, expr: chosen('alauda_service_target_instances') },
      cores(plain(recordedRate('service', 'alauda_instance_cpu_usage_seconds'))),
      cpuShare(config, plain(closestToCpuLimit)),
      memory(plain(recorded('service:alauda_instance_memory_usage_bytes:sum'))),
      memoryShare(config, plain(recorded('service:alauda_instance_memory_utilization_ratio:max'))),
    ],
    sortBy: 'Service',
    height: 12,
  })

import * as units from '@grafana/grafana-foundation-sdk/units'
import type { MixinConfig } from '../config.js'
import type { LabelColumn, ValueColumn } from './tables.js'

export const account: LabelColumn = { label: 'account', name: 'Account' }
export const namespace: LabelColumn = { label: 'namespace', name: 'Namespace' }
export const service: LabelColumn = { label: 'service', name: 'Service' }

/** The identity labels of a service. The last is `service`, with or without a link. */
export const identity = (last: LabelColumn = service): ReadonlyArray<LabelColumn> => [
  account,
  namespace,
  { label: 'project', name: 'Project' },
  { label: 'space', name: 'Space' },
  last,
]

export const cores = (expr: string): ValueColumn => ({ name: 'CPU cores', unit: units.NoUnit, decimals: 2, expr })

export const memory = (expr: string): ValueColumn => ({ name: 'Memory', unit: units.BytesIEC, expr })

/** Shares of limits, red where the alerts begin. */
const share = (name: string, alarmFrom: number, expr: string): ValueColumn => ({
  name,
  unit: units.PercentUnit,
  decimals: 1,
  alarmFrom,
  expr,
})

export const cpuShare = ({ alerts }: MixinConfig, expr: string): ValueColumn =>
  share('CPU share', alerts.AlaudaCpuNearLimit.threshold, expr)

export const memoryShare = ({ alerts }: MixinConfig, expr: string): ValueColumn =>
  share('Memory share', alerts.AlaudaMemoryNearLimit.threshold, expr)

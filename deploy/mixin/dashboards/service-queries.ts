import type { MixinConfig } from '../config.js'
import { type Expressions, expressions } from '../expressions.js'
import { ofInstance, ofService } from './variables.js'

/** Queries about the chosen instances. What several exporters report counts once. */
export interface ServiceQueries extends Expressions {
  readonly usage: (name: string) => string
  readonly rate: (name: string) => string
  /** Cores in use as a share of the CPU limit, of instances whose limit is known. */
  readonly cpuShares: string
  /** How often each instance has started again within a span. */
  readonly changes: (span: string) => string
}

export const serviceQueries = (config: MixinConfig): ServiceQueries => {
  const parts = expressions(config)
  const { metric, across, shareOfCpuLimit } = parts
  const chosen = (name: string) => metric(name, ofInstance)
  const rate = (name: string) => across(`rate(${chosen(name)}[$__rate_interval])`)
  return {
    ...parts,
    usage: (name) => across(chosen(name)),
    rate,
    cpuShares: shareOfCpuLimit(rate('alauda_instance_cpu_usage_seconds_total'), ofService),
    changes: (span) => across(`changes(${chosen('alauda_instance_start_time_seconds')}[${span}])`),
  }
}

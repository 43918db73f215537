import type { MixinConfig } from '../config.js'
import { type Expressions, expressions } from '../expressions.js'
import { ofInstance } from './variables.js'

/** Queries about the chosen instances. Where several exporters tell the same, it counts once. */
export interface ServiceQueries extends Expressions {
  readonly usage: (name: string) => string
  readonly rate: (name: string) => string
  /** How often each instance has started again within a span. */
  readonly changes: (span: string) => string
}

export const serviceQueries = (config: MixinConfig): ServiceQueries => {
  const parts = expressions(config)
  const { metric, across } = parts
  const chosen = (name: string) => metric(name, ofInstance)
  return {
    ...parts,
    usage: (name) => across(chosen(name)),
    rate: (name) => across(`rate(${chosen(name)}[$__rate_interval])`),
    changes: (span) => across(`changes(${chosen('alauda_instance_start_time_seconds')}[${span}])`),
  }
}

import type { MixinConfig } from '../config.js'
import { type Expressions, expressions } from '../expressions.js'
import { inNamespace } from './variables.js'

/** Queries about the chosen namespaces. What several exporters report counts once. */
export interface OverviewQueries extends Expressions {
  readonly chosen: (name: string, matchers?: string) => string
  /** What a recording rule keeps: as `namespace:alauda_service_info:count`. */
  readonly recorded: (name: string) => string
  /** A recorded rate of a counter, by what the rule's name begins with. */
  readonly recordedRate: (level: 'namespace' | 'service', counter: string) => string
  /** How close the busiest instance of each service is to its CPU limit. */
  readonly closestToCpuLimit: string
}

export const overviewQueries = (config: MixinConfig): OverviewQueries => {
  const parts = expressions(config)
  const { metric, across } = parts
  const recorded = (name: string) => metric(name, inNamespace)
  return {
    ...parts,
    chosen: (name, matchers) =>
      across(metric(name, matchers === undefined ? inNamespace : `${inNamespace}, ${matchers}`)),
    recorded,
    recordedRate: (level, counter) => recorded(`${level}:${counter}:rate${config.rateWindow}`),
    closestToCpuLimit: recorded(`service:alauda_instance_cpu_usage_per_limit:max_ratio_rate${config.rateWindow}`),
  }
}

/** Which alerts of the mixin are firing or about to, those that are about no namespace among them. */
export const alerting = (state: string): string =>
  `ALERTS{alertname=~"Alauda.+", alertstate=~"${state}", account=~"$account|", namespace=~"$namespace|"}`

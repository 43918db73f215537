import type { MixinConfig } from './config.js'
import type { Duration } from './rules.js'

/** What of a service or an instance is told by its labels alone, not by who it is. */
const serviceInfoLabels = ['uuid', 'image', 'image_tag', 'instance_size', 'scaling_mode', 'region']
const instanceInfoLabels = ['uuid']

/** The parts that expressions are made of. */
export interface Expressions {
  /** A metric of the exporter, with the configured label matchers and these. */
  readonly metric: (name: string, matchers?: string) => string
  /** The same, over a span. */
  readonly range: (name: string, span: Duration, matchers?: string) => string
  /** A vector without the labels of the scrape target, and without these: where several targets tell the same, it counts once. */
  readonly across: (vector: string, ...labels: ReadonlyArray<string>) => string
  /** The greatest of a service's instances. */
  readonly greatestInstance: (vector: string) => string
  /** The sum over a service's instances. */
  readonly sumOfInstances: (vector: string) => string
  /**
   * Cores that instances use as shares of their CPU limits, which are those of their services. Instances whose limit is unknown
   * have no share. The matchers choose services.
   */
  readonly shareOfCpuLimit: (cores: string, matchers?: string) => string
  /** Services that there are, whatever the API tells of them. */
  readonly services: string
  /** Instances that there are, whatever the API tells of them; with `offset`, that there were then. */
  readonly instances: (offset?: Duration) => string
  /** How many instances of each service are well, or as close to it as the API tells. A service without any is 0. */
  readonly runningInstances: string
  /** Services that are meant to be stopped. */
  readonly stopped: string
  /** Services that are being deployed. */
  readonly deploying: string
  /** 1 for namespaces that someone could read in the last collection, 0 for those that nobody could. */
  readonly cloudUp: string
}

export const expressions = ({ selector, targetLabels }: MixinConfig): Expressions => {
  const metric = (name: string, matchers = '') => {
    const all = [selector, matchers].filter((part) => part !== '').join(', ')
    return all === '' ? name : `${name}{${all}}`
  }
  const range = (name: string, span: Duration, matchers?: string) => `${metric(name, matchers)}[${span}]`
  const across = (vector: string, ...labels: ReadonlyArray<string>) =>
    `max without (${[...targetLabels, ...labels].join(', ')}) (${vector})`
  const ofService = (name: string) => across(metric(name))
  const instances = (offset?: Duration) =>
    across(`${metric('alauda_instance_info')}${offset === undefined ? '' : ` offset ${offset}`}`, ...instanceInfoLabels)
  return {
    metric,
    range,
    across,
    greatestInstance: (vector) => `max without (instance_name) ${inParentheses(vector)}`,
    shareOfCpuLimit: (cores, matchers) =>
      `${cores}\n/ ignoring (instance_name) group_left ()\n(${across(metric('alauda_service_instance_cpu_limit_cores', matchers))} > 0)`,
    sumOfInstances: (vector) => `sum without (instance_name) ${inParentheses(vector)}`,
    services: across(metric('alauda_service_info'), ...serviceInfoLabels),
    instances,
    runningInstances: inParentheses(
      anyOf(
        ofService('alauda_service_healthy_instances'),
        ofService('alauda_service_started_instances'),
        ofService('alauda_service_current_instances'),
        `count without (instance_name) (${instances()})`,
        `0 * ${ofService('alauda_service_target_instances')}`,
      ),
    ),
    stopped: `${ofService('alauda_service_target_started')} == 0`,
    deploying: `${ofService('alauda_service_deploying')} == 1`,
    cloudUp: ofService('alauda_up'),
  }
}

/** A part of an expression; several lines become a block. */
export const inParentheses = (text: string): string =>
  text.includes('\n') ? `(\n${text.replaceAll(/^/gm, '  ')}\n)` : `(${text})`

/** Of several vectors that tell the same, the first that has a series. */
export const anyOf = (...vectors: ReadonlyArray<string>): string => vectors.join('\nor ')

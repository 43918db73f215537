import type { MixinConfig } from './config.js'
import type { Duration } from './rules.js'

/** Labels that describe a service or an instance without identifying it. */
const serviceInfoLabels = ['uuid', 'image', 'image_tag', 'instance_size', 'scaling_mode', 'region']
const instanceInfoLabels = ['uuid']

/** Parts of expressions. */
export interface Expressions {
  /** A metric of the exporter, with the configured label matchers and these. */
  readonly metric: (name: string, matchers?: string) => string
  /** The same, over a span. */
  readonly range: (name: string, span: Duration, matchers?: string) => string
  /** A vector without the labels of the scrape target, and without these: what several targets report counts once. */
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
  /** All services, whatever else the API returns about them. */
  readonly services: string
  /** All instances, whatever else the API returns about them; with `offset`, those of that time. */
  readonly instances: (offset?: Duration) => string
  /** Healthy instances of each service, or the closest count that the API returns; 0 for a service without any. */
  readonly runningInstances: string
  /** Services that are meant to be stopped. */
  readonly stopped: string
  /** Services that are being deployed. */
  readonly deploying: string
  /** 1 for namespaces that any exporter could read in the last collection, else 0. */
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

/** The first of several equivalent vectors that has a series. */
export const anyOf = (...vectors: ReadonlyArray<string>): string => vectors.join('\nor ')

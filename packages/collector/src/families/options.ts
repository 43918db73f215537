import {
  assertOptions,
  type Check,
  checks,
  isPlainObject,
  kindOf,
  labelNamePattern,
  shown,
  textPattern,
} from '@alauda-exporter/alauda-client/options'
import type { Labels, Metric, Sample } from '../family.js'
import type { SizeLimits, Sizes } from '../limits.js'
import type { Snapshot } from '../snapshot.js'
import { serviceLabelName } from './service.js'
import type { Freshness } from './stale.js'

/** A metric of your own, read off the same snapshots as ours. */
export interface CustomMetric extends Metric {
  /**
   * What a namespace's snapshot says, with all labels but those of {@link FamiliesOptions.labels}, which are added. What is
   * too old to be shown is not in it. When it throws, or gives what no page can show (a label that is not among `labels`, a
   * value that is not finite, a series twice), that namespace's samples are left out and the failure is counted in
   * `alauda_custom_metric_failures_total`.
   */
  readonly samples: (snapshot: Snapshot) => ReadonlyArray<Sample>
}

/** Which metrics there are beside those that are always there, and how they are shown. */
export interface FamiliesOptions {
  /** Adds the exporter of 2016's four gauges, in the API's own units and with its labels `service` and `instance`. */
  readonly articleNames?: boolean | undefined
  /** Keys of service labels to show as labels of `alauda_service_labels`; no two of one {@link serviceLabelName}. */
  readonly serviceLabels?: ReadonlyArray<string> | undefined
  /**
   * Puts the time of measurement on each measured value. Without it a value counts as measured when it is scraped. A
   * registry has no place for it and leaves it out.
   */
  readonly timestamps?: boolean | undefined
  /** What the cloud's named sizes stand for, for services without `custom_instance_size`. Default: unknown. */
  readonly sizes?: Sizes | undefined
  /** Metrics of your own. Their names must not be those of other metrics. */
  readonly customMetrics?: ReadonlyArray<CustomMetric> | undefined
  /** Labels for every sample, for example to distinguish accounts: names that no metric has, and values that are not empty. */
  readonly labels?: Labels | undefined
  /** What is too old to be shown. Default: nothing. */
  readonly freshness?: Freshness | undefined
}

/** Accepts each value that `isRight` accepts, and not `undefined` unless that does. */
export const expecting =
  (expected: string, isRight: (value: unknown) => boolean): Check =>
  (path, value) =>
    isRight(value) ? [] : [`${path}: ${shown(value)} given, expected ${expected}`]

export const matches =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value)

const textCheck = expecting('text of 1 to 1024 characters', matches(textPattern))

const metricNamePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]{0,1023}$/

/** Names that Prometheus gives a meaning, or puts on every series itself. */
const reservedLabels = ['le', 'quantile', 'instance', 'job']

const labelNameCheck = (taken: ReadonlySet<string>): Check => {
  const expected = 'a label name of 1 to 1024 letters, digits and _ that begins neither with a digit nor with __'
  const isName = expecting(expected, matches(labelNamePattern))
  return (path, name) => {
    const faults = isName(path, name)
    const isTaken = faults.length === 0 && taken.has(String(name))
    return isTaken ? [`${path}: "${name}" given, expected a name that the metrics do not have already`] : faults
  }
}

/** A check of a plain object like the example, by a check of each entry. */
const entriesCheck =
  (example: string, check: (path: string, name: string, value: unknown) => ReadonlyArray<string>): Check =>
  (path, value) => {
    if (value === undefined) return []
    return isPlainObject(value)
      ? Object.entries(value).flatMap(([name, entry]) => check(path, name, entry))
      : [`${path}: ${instanceOr(value)} given, expected a plain object like ${example}`]
  }

const labelsCheck = (taken: ReadonlySet<string>): Check =>
  entriesCheck("{ account: 'north' }", (path, name, text) => {
    const faults = labelNameCheck(taken)(path, name)
    return faults.length > 0 ? faults : textCheck(`${path}.${name}`, text)
  })

/** What is no plain object, and may look like one. */
const instanceOr = (value: unknown): string => {
  const shape = typeof value === 'object' ? kindOf(value) : shown(value)
  return shape === 'an object' ? 'an instance of a class' : shape
}

const limitCheck = expecting(
  'a number above 0',
  (value) => value === undefined || (typeof value === 'number' && Number.isFinite(value) && value > 0),
)

const limitsCheck = checks.required(
  checks.options({ cpu: limitCheck, memory: limitCheck } satisfies Record<keyof SizeLimits, Check>),
)

const sizesCheck = entriesCheck('{ XS: { cpu: 0.25 } }', (path, name, limits) => {
  const faults = limitsCheck(`${path}.${name}`, limits)
  const isWithout = faults.length === 0 && Object.values(Object(limits)).every((limit) => limit === undefined)
  return isWithout ? [`${path}.${name}: expected cpu (cores), memory (bytes) or both`] : faults
})

const serviceLabelsCheck: Check = (path, value) => {
  const faults = checks.listOf(textCheck)(path, value)
  if (faults.length > 0 || !Array.isArray(value)) return faults
  const keys = new Set<string>(value)
  const keyByName = new Map([...keys].map((key) => [serviceLabelName(key), key]))
  return [...keys]
    .filter((key) => keyByName.get(serviceLabelName(key)) !== key)
    .map((key) => `${path}: "${key}" and "${keyByName.get(serviceLabelName(key))}" become the same label`)
}

const customMetricCheck = checks.options({
  name: expecting('a metric name like shop_orders_total', matches(metricNamePattern)),
  help: textCheck,
  type: checks.required(checks.oneOf(['counter', 'gauge', 'histogram'])),
  labels: checks.required(checks.listOf(labelNameCheck(new Set(['le', 'quantile'])))),
  samples: checks.required(checks.fn),
} satisfies Record<keyof CustomMetric, Check>)

/** All names that a metric takes on a page, of either format. */
const namesOf = ({ name, type }: Pick<Metric, 'name' | 'type'>): ReadonlyArray<string> => {
  if (type === 'histogram') return [name, ...['_bucket', '_sum', '_count', '_created'].map((suffix) => name + suffix)]
  if (type !== 'counter') return [name]
  const family = name.replace(/_total$/, '')
  return [name, family, `${family}_created`]
}

const customMetricsCheck =
  (others: ReadonlyArray<Metric>): Check =>
  (path, value) => {
    const required = checks.required(customMetricCheck)
    const faults = checks.listOf(required)(path, value)
    if (faults.length > 0 || !Array.isArray(value)) return faults
    const taken = new Set(others.flatMap(namesOf))
    return value.flatMap((metric: CustomMetric, index) => {
      const { name, type, labels } = metric
      const isTaken = namesOf(metric).some((one) => taken.has(one))
      for (const one of namesOf(metric)) taken.add(one)
      return [
        ...(isTaken ? [`${path}[${index}].name: "${name}" given, expected a name that no other metric has`] : []),
        ...(type === 'counter' && !name.endsWith('_total')
          ? [`${path}[${index}].name: "${name}" given, expected a counter's name to end in _total`]
          : []),
        ...(new Set(labels).size < labels.length ? [`${path}[${index}].labels: a name is there twice`] : []),
      ]
    })
  }

/** The labels that no option `labels` may have beside these options: those of any metric, and what Prometheus adds itself. */
export const takenLabels = (
  others: ReadonlyArray<Metric>,
  { serviceLabels, customMetrics }: Pick<FamiliesOptions, 'serviceLabels' | 'customMetrics'>,
): ReadonlySet<string> => {
  const custom = Array.isArray(customMetrics) ? customMetrics : []
  const labelsOfCustom = custom.flatMap((metric) => (Array.isArray(metric?.labels) ? metric.labels : []))
  const keys = Array.isArray(serviceLabels) ? serviceLabels.map(String) : []
  return new Set([
    ...reservedLabels,
    ...others.flatMap(({ labels }) => labels).filter((name) => !name.startsWith(serviceLabelName(''))),
    ...keys.map(serviceLabelName),
    ...labelsOfCustom,
  ])
}

/** The checks of {@link FamiliesOptions}, for options of which these metrics are known without the ones to be checked. */
export const familiesChecks = (others: ReadonlyArray<Metric>, given: FamiliesOptions) => {
  const taken = takenLabels(others, given ?? {})
  return {
    articleNames: checks.boolean,
    serviceLabels: serviceLabelsCheck,
    timestamps: checks.boolean,
    sizes: sizesCheck,
    customMetrics: customMetricsCheck(others),
    labels: labelsCheck(taken),
  } satisfies Record<Exclude<keyof FamiliesOptions, 'freshness'>, Check>
}

const secondsCheck = checks.required(checks.number(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY))

const freshnessCheck = checks.options({
  now: secondsCheck,
  maxAgeSeconds: secondsCheck,
} satisfies Record<keyof Freshness, Check>)

/** @throws TypeError that names each option that cannot work. */
export const assertFamiliesOptions = (others: ReadonlyArray<Metric>, options: FamiliesOptions): void =>
  assertOptions({ ...familiesChecks(others, options), freshness: freshnessCheck }, options)

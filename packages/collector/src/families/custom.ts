import { createSeriesKey, type Family, type Labels, type Metric, type Sample } from '../family.js'
import type { Snapshot } from '../snapshot.js'
import { isThenable, messageOf, warn } from '../warnings.js'
import type { CustomMetric } from './options.js'

/** Receives the failure of a custom metric for a namespace. */
export type OnCustomFailure = (metric: string, fault: string) => void

/** The family of a metric that the host has written: whatever that does costs no other metric, and no other namespace. */
export const customFamily = (
  metric: CustomMetric,
  snapshots: ReadonlyArray<Snapshot>,
  onFailure: OnCustomFailure,
  added: Labels,
): Family => {
  const { name, help, type, labels } = metric
  const seen = new Set<string>()
  const keyOf = createSeriesKey()
  const samplesOf = (snapshot: Snapshot): ReadonlyArray<Sample> => {
    try {
      const samples = checkedSamples(metric, metric.samples(snapshot))
      const keys = new Set(samples.map(keyOf))
      if (keys.size < samples.length || [...keys].some((key) => seen.has(key))) {
        throw new TypeError('it gave a series twice')
      }
      for (const key of keys) seen.add(key)
      return samples
    } catch (error) {
      onFailure(name, messageOf(error))
      return []
    }
  }
  const samples = snapshots.flatMap(samplesOf).map((sample) => ({ ...sample, labels: { ...sample.labels, ...added } }))
  return { name, help, type, labels: [...labels, ...Object.keys(added)], samples }
}

/** @throws TypeError that says what of the samples no page can show. */
const checkedSamples = (metric: Metric, given: unknown): ReadonlyArray<Sample> => {
  // It is a fault already, and its own rejection says no more.
  if (isThenable(given)) Promise.resolve(given).catch(() => {})
  if (!Array.isArray(given)) throw new TypeError(`it gave ${kindOf(given)}, expected an array of samples`)
  for (const sample of given) {
    const fault = sampleFault(metric, sample)
    if (fault !== undefined) throw new TypeError(fault)
  }
  return given
}

const kindOf = (value: unknown): string => (isThenable(value) ? 'a Promise' : value === null ? 'null' : typeof value)

const sampleFields = ['labels', 'value', 'suffix', 'time']

const sampleFault = ({ type, labels: names }: Metric, sample: unknown): string | undefined => {
  if (typeof sample !== 'object' || sample === null) return `it gave ${kindOf(sample)} as a sample, expected an object`
  const [labels, value, suffix, time]: ReadonlyArray<unknown> = sampleFields.map((name) => Reflect.get(sample, name))
  if (typeof labels !== 'object' || labels === null) return `it gave ${kindOf(labels)} as labels, expected an object`
  const bound = suffix === '_bucket' ? ['le'] : []
  for (const [name, text] of Object.entries(labels)) {
    if (![...names, ...bound].includes(name)) return `it gave the label "${name}", which is not among its labels`
    if (typeof text !== 'string') return `it gave ${kindOf(text)} as the label "${name}", expected a string`
  }
  if (suffix === '_bucket' && !('le' in labels)) return 'it gave a bucket without the label "le"'
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return `it gave ${typeof value === 'number' ? value : kindOf(value)} as a value, expected a finite number`
  }
  if (time !== undefined && (typeof time !== 'number' || !Number.isFinite(time))) {
    return 'it gave a time that is not a number of seconds'
  }
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [undefined]
  return suffixes.some((known) => known === suffix) ? undefined : `it gave a suffix that a ${type} does not have`
}

/** For where nothing counts: a process warning for each fault. */
export const warnOfCustomFailure: OnCustomFailure = (metric, fault) =>
  warn(`The metric ${metric} is left out: ${fault}`)

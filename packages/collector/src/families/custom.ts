import { createSeriesKey, type Family, type Labels, type Metric, type Sample } from '../family.js'
import type { Snapshot } from '../snapshot.js'
import { isThenable, messageOf, warn } from '../warnings.js'
import { kindOf, sampleFault } from './checked-family.js'
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
const checkedSamples = ({ type, labels }: Metric, given: unknown): ReadonlyArray<Sample> => {
  // It is a fault already, and its own rejection says no more.
  if (isThenable(given)) Promise.resolve(given).catch(() => {})
  if (!Array.isArray(given)) throw new TypeError(`it gave ${kindOf(given)}, expected an array of samples`)
  for (const sample of given) {
    const fault = sampleFault(sample, type, labels)
    if (fault !== undefined) throw new TypeError(`it gave ${fault}`)
    if (!Number.isFinite(sample.value)) {
      throw new TypeError(`it gave ${sample.value} as a value, expected a finite number`)
    }
  }
  return given
}

/** For where nothing counts: a process warning for each fault. */
export const warnOfCustomFailure: OnCustomFailure = (metric, fault) =>
  warn(`The metric ${metric} is left out: ${fault}`)

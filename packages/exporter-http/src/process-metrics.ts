import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import type { Clock } from '@alauda-exporter/alauda-client'
import { frozen } from '@alauda-exporter/alauda-client/frozen'
import type { Family, MetricType, Sample } from '@alauda-exporter/collector'
import type { Histogram, MetricObjectWithValues, MetricValue, Registry } from 'prom-client'

let begun: Promise<Registry> | undefined

/**
 * prom-client's metrics of the process: `process_*` and `nodejs_*`. They keep no process alive, and begin once in it: prom-client
 * cannot end its timer of the event loop and its observer.
 *
 * @example
 * const families = startProcessMetrics()
 * toText(await families())
 */
export const startProcessMetrics = (): (() => Promise<ReadonlyArray<Family>>) => {
  begun ??= begin()
  const registry = begun
  return async () => frozen((await (await registry).getMetricsAsJSON()).flatMap(toFamilies))
}

/** Shares what is read for a second: the percentiles of the event loop's delay take longer than all the rest of a known page. */
export const sharedForASecond = <A>(read: () => A, clock: Pick<Clock, 'now'>): (() => A) => {
  let last: { readonly readMs: number; readonly value: A } | undefined
  return () => {
    const readMs = clock.now()
    if (last === undefined || Math.abs(readMs - last.readMs) >= 1000) last = { readMs, value: read() }
    return last.value
  }
}

// Loaded when it is used: it takes a tenth of a second, for which other commands need not wait.
const begin = async (): Promise<Registry> => {
  const { collectDefaultMetrics, Histogram, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of leftOut) registry.removeSingleMetric(name)
  // Metric, kinds and bounds are prom-client's.
  const durations = new Histogram({
    name: collectionMetric,
    help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    registers: [registry],
  })
  observeGarbageCollections(durations)
  return registry
}

const collectionMetric = 'nodejs_gc_duration_seconds'

const leftOut = [
  // prom-client sees only the first of the collections that end in the same turn of the event loop; ours sees all.
  collectionMetric,
  // Gauges with the name of a counter. Each is the sum of the one without the ending.
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

const observeGarbageCollections = (durations: Histogram): void => {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) durations.observe({ kind: kindOf(entry) }, entry.duration / 1000)
  })
  observer.observe({ entryTypes: ['gc'] })
}

const kinds: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

const kindOf = (entry: PerformanceEntry): string => {
  const detail: unknown = 'detail' in entry ? entry.detail : undefined
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined
  return kinds.get(kind) ?? 'other'
}

const toFamilies = ({
  name,
  help,
  type,
  values,
}: MetricObjectWithValues<MetricValue<string>>): ReadonlyArray<Family> => {
  // prom-client declares numbers and gives names. A summary, which it has none of here, could not be shown.
  const known = types.find((one) => one === String(type))
  if (known === undefined) return []
  const samples = values.filter(isMeasured).map((value) => toSample(name, value))
  const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)))
  labels.delete('le')
  return [{ name, help, type: known, labels: [...labels], samples }]
}

const types: ReadonlyArray<MetricType> = ['counter', 'gauge', 'histogram']

// Before the first measurement of the event loop, its mean is NaN and its minimum the maximum value.
const isMeasured = ({ value }: MetricValue<string>): boolean => !Number.isNaN(value) && value !== 2 ** 63 / 1e9

const toSample = (family: string, given: MetricValue<string>): Sample => {
  const labels = Object.fromEntries(Object.entries(given.labels).map(([name, value]) => [name, String(value)]))
  const suffix = suffixes.find((ending) => 'metricName' in given && given.metricName === `${family}${ending}`)
  return { labels, value: given.value, ...(suffix === undefined ? {} : { suffix }) }
}

const suffixes: ReadonlyArray<NonNullable<Sample['suffix']>> = ['_bucket', '_sum', '_count']

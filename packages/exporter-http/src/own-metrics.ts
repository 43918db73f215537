import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import type { Clock } from '@alauda-exporter/alauda-client'
import type { Family, Labels, MetricType, Sample } from '@alauda-exporter/collector'
import { collectDefaultMetrics, Histogram, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client'
import packageJson from '../package.json' with { type: 'json' }
import type { RequestCounts } from './toolkit/requests.js'

export const { version } = packageJson

const gauge = (name: string, help: string, value: number, labels: Labels = {}): Family => ({
  name,
  help,
  type: 'gauge',
  labels: Object.keys(labels),
  samples: [{ labels, value }],
})

/** What is running. */
export const buildInfoFamily = (version: string): Family =>
  gauge('alauda_exporter_build_info', 'Which exporter this is and which Node.js it runs on; always 1.', 1, {
    version,
    node_version: process.versions.node,
  })

/** Whether and when the settings were last reloaded. */
export const reloadFamilies = ({
  isSuccessful,
  lastSuccessTime,
}: {
  readonly isSuccessful: boolean
  /** Seconds since the epoch. */
  readonly lastSuccessTime: number
}): ReadonlyArray<Family> => [
  gauge(
    'alauda_exporter_config_last_reload_successful',
    'Whether the last reload of the settings succeeded: 1 for yes, 0 for no, and the previous ones stay in use.',
    isSuccessful ? 1 : 0,
  ),
  gauge(
    'alauda_exporter_config_last_reload_success_timestamp_seconds',
    'Time of the last successful reload of the settings, in seconds since the epoch.',
    lastSuccessTime,
  ),
]

/** The requests that were answered, and those under way. */
export const requestFamilies = ({ answers, inFlight }: RequestCounts): ReadonlyArray<Family> => [
  {
    name: 'alauda_exporter_http_requests_total',
    help: 'HTTP requests answered, by path and status; unknown paths are counted as other.',
    type: 'counter',
    labels: ['handler', 'code'],
    samples: answers.map(({ handler, code, count }) => ({ labels: { handler, code: String(code) }, value: count })),
  },
  gauge(
    'alauda_exporter_http_requests_in_flight',
    'HTTP requests that are being answered now, including this one.',
    inFlight,
  ),
]

let begun: Registry | undefined

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
  return async () => (await registry.getMetricsAsJSON()).flatMap(toFamilies)
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

const begin = (): Registry => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of leftOut) registry.removeSingleMetric(name)
  observeGarbageCollections(registry)
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

/** Metric, kinds and bounds are prom-client's. */
const observeGarbageCollections = (registry: Registry): void => {
  const durations = new Histogram({
    name: collectionMetric,
    help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
    labelNames: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    registers: [registry],
  })
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

import type { Clock } from '@alauda-exporter/alauda-client'
import { apiFamilies } from './families/api.js'
import { customFailuresFamily, familiesInSteps } from './families/families.js'
import type { FamiliesOptions } from './families/options.js'
import type { Family, Steps } from './family.js'
import type { Logger } from './log-collections.js'
import type { Snapshot } from './snapshot.js'
import type { Source } from './sources/source.js'
import { onceEach, warn } from './warnings.js'

interface MetricsConfig {
  readonly options: Omit<FamiliesOptions, 'freshness'>
  readonly source: Pick<Source, 'statistics'>
  readonly clock: Clock
  readonly maxAgeSeconds: number
  readonly logger: Logger | undefined
}

/**
 * Makes a collector's metrics of what it knows, and those of its client's calls. A custom metric that fails, and statistics that
 * fail, cost only themselves: each is reported once.
 */
export const collectorMetrics = ({ options, source, clock, maxAgeSeconds, logger }: MetricsConfig) => {
  const { labels = {}, customMetrics = [] } = options
  const failures = new Map(customMetrics.map(({ name }) => [name, 0]))
  const onCustomFailure = (metric: string, fault: string): void => {
    const before = failures.get(metric) ?? 0
    failures.set(metric, before + 1)
    if (before > 0) return
    if (logger === undefined) warn(`The metric ${metric} could not be read and is left out: ${fault}`)
    else logger.error({ ...labels, metric, error: fault }, 'a custom metric could not be read and is left out')
  }
  const reportStatistics = onceEach((fault) => {
    if (logger === undefined) warn(`The client's statistics could not be read and are left out: ${fault}`)
    else logger.error({ ...labels, error: fault }, "the client's statistics could not be read and are left out")
  })
  const callFamilies = (): ReadonlyArray<Family> => {
    try {
      return apiFamilies(source.statistics?.(), { labels })
    } catch (error) {
      reportStatistics(error)
      return []
    }
  }
  return function* (snapshots: ReadonlyArray<Snapshot>): Steps<ReadonlyArray<Family>> {
    const freshness = { now: clock.now() / 1000, maxAgeSeconds }
    const made = yield* familiesInSteps(snapshots, { ...options, freshness }, onCustomFailure)
    // After the custom metrics, of which each may fail once more.
    return [...made, ...(failures.size === 0 ? [] : [customFailuresFamily(failures, { labels })]), ...callFamilies()]
  }
}

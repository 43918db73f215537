import type { Clock } from '@alauda-exporter/alauda-client'
import { frozen } from '@alauda-exporter/alauda-client/frozen'
import { apiFamilies } from './families/api.js'
import { createKnown, customFailuresFamily, customInSteps, tablesInSteps } from './families/families.js'
import type { FamiliesOptions } from './families/options.js'
import { type Fresh, freshOf } from './families/stale.js'
import type { Family, Steps } from './family.js'
import type { Logger } from './log-collections.js'
import type { Snapshot } from './snapshot.js'
import type { Source } from './sources/source.js'
import { isSame } from './waiting.js'
import { onceEach, warn } from './warnings.js'

interface MetricsConfig {
  readonly options: Omit<FamiliesOptions, 'freshness'>
  readonly source: Pick<Source, 'statistics'>
  readonly clock: Clock
  readonly maxAgeSeconds: number
  readonly logger: Logger | undefined
}

/** What is made once for snapshots, and again when what is shown of them changes because it gets too old. */
interface Made extends Fresh {
  readonly snapshots: ReadonlyArray<Snapshot>
  readonly tables: ReadonlyArray<Family>
}

/**
 * Makes a collector's metrics of what it knows, and those of its client's calls. The families of the same snapshots are the same
 * objects, so that what is written of them can be kept, and so are those of the calls while there was none; custom metrics are read each time. A custom metric
 * that fails, and statistics that fail, cost only themselves: each is reported once.
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
  let calls: { readonly text: string; readonly families: ReadonlyArray<Family> } | undefined
  const callFamilies = (): ReadonlyArray<Family> => {
    try {
      const statistics = source.statistics?.()
      const text = JSON.stringify(statistics) ?? ''
      // Between two collections they are the same: what is written of them is kept.
      if (text !== calls?.text) calls = { text, families: frozen(apiFamilies(statistics, { labels })) }
      return calls.families
    } catch (error) {
      reportStatistics(error)
      return []
    }
  }
  const known = createKnown()
  let last: Made | undefined
  let ahead: Made | undefined
  function* make(snapshots: ReadonlyArray<Snapshot>): Steps<Made> {
    const now = clock.now() / 1000
    const fresh = yield* freshOf(snapshots, { now, maxAgeSeconds })
    return { ...fresh, snapshots, tables: yield* tablesInSteps(snapshots, fresh.shown, options, known) }
  }
  function* made(snapshots: ReadonlyArray<Snapshot>): Steps<Made> {
    if (ahead !== undefined && isSame(ahead.snapshots, snapshots)) {
      last = ahead
      ahead = undefined
    }
    if (last === undefined || !isSame(last.snapshots, snapshots) || !last.isSameAt(clock.now() / 1000))
      last = yield* make(snapshots)
    return last
  }
  return {
    families: function* (snapshots: ReadonlyArray<Snapshot>): Steps<ReadonlyArray<Family>> {
      const { tables, shown } = yield* made(snapshots)
      const custom = yield* customInSteps(shown, options, onCustomFailure)
      // After the custom metrics, of which each may fail once more.
      const failed = failures.size === 0 ? [] : [customFailuresFamily(failures, { labels })]
      return [...tables, ...custom, ...failed, ...callFamilies()]
    },
    /** The families that will be made of snapshots which are not shown yet, without those that are read at each scrape. */
    tablesAhead: function* (snapshots: ReadonlyArray<Snapshot>): Steps<ReadonlyArray<Family>> {
      ahead = yield* make(snapshots)
      return ahead.tables
    },
  }
}

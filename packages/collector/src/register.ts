import { type Clock, systemClock } from '@alauda-exporter/alauda-client'
import { assertOptions, type Check, checks } from '@alauda-exporter/alauda-client/options'
import { inSteps } from '@alauda-exporter/alauda-client/turns'
import { type Collector, createCollector } from './collector.js'
import { type CollectorConfig, collectorChecks, loggerCheck } from './collector-config.js'
import { preparedOf } from './exposition/lines.js'
import { sectionsOf } from './exposition/page-parts.js'
import { checkedFamily } from './families/checked-family.js'
import { type Family, type Metric, mergeFamilies } from './family.js'
import { familiesOf } from './http/metrics-source.js'
import { assertDistinct } from './page-sharing.js'
import { type MetricRegistry, registeredMetric } from './registered-metric.js'
import type { Snapshot } from './snapshot.js'
import { isSame } from './waiting.js'
import { callHost, onceEach, warningLogger } from './warnings.js'

/**
 * What to collect, and where to show it: `client`, `namespaces` and whatever else a collector takes, or `collectors` of your
 * own, one for each account, distinguished by their `labels`.
 */
export type AlaudaMetricsConfig = RegistryConfig &
  (
    | CollectorConfig
    | {
        /** Collectors of your own, which are started here, distinguished by their `labels`. */
        readonly collectors: ReadonlyArray<Collector>
      }
  )

/**
 * Where to show what is collected.
 *
 * @inline
 */
export interface RegistryConfig extends Pick<CollectorConfig, 'clock' | 'logger'> {
  /** The registry that your `/metrics` shows already. */
  readonly registry: MetricRegistry
  /**
   * Maximum time that a scrape waits, in milliseconds: with an interval only for the first collection after the start,
   * without one for its own. Default: 5 000.
   */
  readonly scrapeWaitMs?: number | undefined
}

/** The cloud's metrics in a registry. */
export interface AlaudaMetrics {
  /** Collects no more; the registry shows the last snapshots until they are too old. */
  readonly stop: () => void
  /** Collects no more and takes the metrics out of the registry. */
  readonly unregister: () => void
  /**
   * The last snapshot of a namespace, of the first one unless it is named; nothing before its first collection is done.
   */
  readonly snapshot: (namespace?: string) => Snapshot | undefined
}

/**
 * Adds the cloud's metrics to a registry and starts to collect them in the background. A scrape shows what was collected
 * last, so that it costs no call of the API. Its timers do not keep the process alive. Whatever goes wrong here, the registry's other metrics are shown.
 *
 * @throws Error when one of the names is in the registry already; nothing is added then.
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { registerAlaudaMetrics } from '@alauda-exporter/collector'
 * import { register } from 'prom-client'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const alauda = registerAlaudaMetrics({ registry: register, client, namespaces: ['demo'] })
 *
 * assert.match(await register.metrics(), /^alauda_up\{namespace="demo"\} 1$/m)
 * alauda.unregister()
 * ```
 */
export const registerAlaudaMetrics = (config: AlaudaMetricsConfig): AlaudaMetrics => {
  assertRegisterConfig(config)
  const { registry, scrapeWaitMs = 5_000, ...collecting } = config
  const { clock = systemClock } = collecting
  const logger = config.logger === undefined ? undefined : warningLogger(config.logger)
  const collectors = 'collectors' in collecting ? [...new Set(collecting.collectors)] : [createCollector(collecting)]
  assertDistinct(collectors, 'collectors')
  const report = (message: string): void => {
    if (logger === undefined) process.emitWarning(`The Alauda metrics cannot be shown: ${message}`)
    else logger.error({ error: message }, 'the metrics cannot be shown')
  }
  const shown = collectors.map((collector) => guarded(collector, clock, report))
  const snapshots = () => shown.flatMap((one) => one.snapshots())
  // A scrape asks once for each metric, and some registries ask for one after the other.
  let last: Scrape | undefined
  const scrape = (): Promise<FamiliesByName> => {
    const isOver = last?.endedMs !== undefined && Math.abs(clock.now() - last.endedMs) >= sameScrapeMs
    if (last === undefined || isOver) {
      const families = merged(shown.map((one) => one.scrape(scrapeWaitMs)))
      const begun: Scrape = { families, snapshots: [] }
      void families.then(() => {
        begun.endedMs = clock.now()
        begun.snapshots = snapshots()
      })
      last = begun
    } else if (last.endedMs !== undefined && !isSame(last.snapshots, snapshots())) {
      // What has been collected meanwhile is shown without a further collection.
      last.snapshots = snapshots()
      last.families = merged(shown.map((one) => one.families()))
    }
    return last.families
  }

  const registered: string[] = []
  const removeAll = () => {
    for (const name of registered.splice(0)) registry.removeSingleMetric(name)
  }
  const all = mergedMetrics(collectors)
  try {
    for (const metric of all) {
      const read = async () => (await scrape()).get(metric.name) ?? []
      registry.registerMetric(registeredMetric(metric, read))
      registered.push(metric.name)
    }
  } catch (cause) {
    removeAll()
    throw new Error(alreadyThere, { cause })
  }
  for (const collector of collectors) {
    callHost(() => collector.unref())
    callHost(() => collector.start())
  }
  const stop = () => {
    for (const collector of collectors) callHost(() => collector.stop())
  }
  const firstNamespace = 'collectors' in config ? undefined : config.namespaces[0]

  return {
    stop,
    unregister: () => {
      stop()
      removeAll()
    },
    snapshot: (namespace = firstNamespace) =>
      snapshots().find((snapshot) => namespace === undefined || snapshot.namespace === namespace),
  }
}

const registryChecks = {
  registry: checks.required(checks.methods('registerMetric', 'removeSingleMetric')),
  scrapeWaitMs: checks.timerMs(0),
  clock: checks.methods('now', 'setTimeout'),
  logger: loggerCheck,
} satisfies Record<keyof RegistryConfig, Check>

const collectorsCheck: Check = (path, value) =>
  Array.isArray(value) && value.length === 0
    ? [`${path}: an empty array given, expected at least one collector`]
    : checks.listOf(
        checks.required(checks.methods('start', 'stop', 'unref', 'scrape', 'describeMetrics', 'families', 'snapshots')),
      )(path, value)

/** @throws TypeError that names each option that cannot work. */
const assertRegisterConfig = (config: AlaudaMetricsConfig): void =>
  assertOptions(
    typeof config === 'object' && config !== null && 'collectors' in config
      ? { ...registryChecks, collectors: checks.required(collectorsCheck) }
      : { ...collectorChecks(config), ...registryChecks },
    config,
    'config',
  )

const alreadyThere =
  'The Alauda metrics, or others of the same names, are in this registry already; ' +
  'several accounts go into one call, as `collectors`'

const mergedMetrics = (collectors: ReadonlyArray<Collector>): ReadonlyArray<Metric> =>
  mergeFamilies(
    collectors.flatMap((collector) => collector.describeMetrics().map((metric) => ({ ...metric, samples: [] }))),
  )

/**
 * What is shown of a collector, which may be of the host's own: what it throws, rejects with or never answers costs only its
 * own metrics, and is reported once. Never throws, never rejects.
 */
const guarded = (collector: Collector, clock: Clock, report: (message: string) => void) => {
  const reportOnce = onceEach(report)
  const orNone = async (read: () => ReadonlyArray<Family> | Promise<ReadonlyArray<Family>>) => {
    try {
      return (await read()).map((family) => (preparedOf(family) === undefined ? checkedFamily(family) : family))
    } catch (error) {
      reportOnce(error)
      return []
    }
  }
  return {
    snapshots: (): ReadonlyArray<Snapshot> => {
      try {
        return [...collector.snapshots()]
      } catch (error) {
        reportOnce(error)
        return []
      }
    },
    families: () => orNone(() => collector.families()),
    scrape: (waitMs: number) => orNone(() => familiesOf(collector, waitMs, clock)),
  }
}

const sameScrapeMs = 1_000

/** The families of each name: several only where they are prepared and have no series in common. */
type FamiliesByName = ReadonlyMap<string, ReadonlyArray<Family>>

const merged = async (given: ReadonlyArray<Promise<ReadonlyArray<Family>>>): Promise<FamiliesByName> => {
  const sections = await inSteps(sectionsOf((await Promise.all(given)).flat()))
  const byName = new Map<string, Family[]>()
  for (const family of sections.flatMap(({ families }) => families)) {
    const known = byName.get(family.name)
    if (known === undefined) byName.set(family.name, [family])
    else known.push(family)
  }
  return byName
}

interface Scrape {
  families: Promise<FamiliesByName>
  /** What the families were made of. */
  snapshots: ReadonlyArray<Snapshot>
  /** Absent as long as it lasts. */
  endedMs?: number
}

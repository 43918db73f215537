import { systemClock } from '@alauda-exporter/alauda-client'
import { type CollectorConfig, createCollector } from './collector.js'
import { metrics } from './families/families.js'
import type { Family, Metric, MetricType } from './family.js'
import type { Snapshot } from './snapshot.js'

/** What is needed of a registry: prom-client 14 and 15 have it, and so does @prometheus-io/client. */
export interface MetricRegistry {
  registerMetric(metric: RegisteredMetric): void
  removeSingleMetric(name: string): void
}

/** What a registry asks of a metric: its values, when a scrape wants them. */
export interface RegisteredMetric {
  get(): Promise<unknown>
  reset(): void
}

export interface AlaudaMetricsConfig extends CollectorConfig {
  /** The registry that your `/metrics` shows already. */
  readonly registry: MetricRegistry
  /**
   * How long a scrape waits at the most, in milliseconds: with an interval only for the first collection after the start,
   * without one for its own. Default: 5 000.
   */
  readonly scrapeWaitMs?: number | undefined
}

export interface AlaudaMetrics {
  /** Collects no more; the registry shows the last snapshots until they are too old. */
  readonly stop: () => void
  /** Collects no more and takes the metrics out of the registry. */
  readonly unregister: () => void
  /** The last snapshot of each namespace that has been collected. */
  readonly snapshots: () => ReadonlyArray<Snapshot>
}

/**
 * Adds the cloud's metrics to a registry and starts to collect them in the background. A scrape shows what was collected
 * last, so that it costs no call of the API, and cannot fail because the cloud does.
 *
 * @throws Error when one of the names is in the registry already; nothing is added then.
 * @example
 * import { register } from 'prom-client'
 * registerAlaudaMetrics({ registry: register, source: createAlaudaClient({ credentials }), namespaces: ['demo'] })
 */
export const registerAlaudaMetrics = (config: AlaudaMetricsConfig): AlaudaMetrics => {
  const { registry, clock = systemClock, scrapeWaitMs = 5_000 } = config
  const collector = createCollector(config)
  // What is shown depends on the snapshots and, as they age, on the time: to the second is enough.
  const familiesByName = rememberLast(
    () => [...collector.snapshots(), Math.floor(clock.now() / 1000)],
    () => byName(collector.families()),
  )
  // A scrape asks once for each metric, and some registries ask for one after the other.
  let lastWait: Wait | undefined
  const ready = (): Promise<void> => {
    const { endedMs = clock.now() } = lastWait ?? {}
    if (lastWait !== undefined && Math.abs(clock.now() - endedMs) < sameScrapeMs) return lastWait.done
    const wait: Wait = {
      done: collector.ready(scrapeWaitMs).then(() => {
        wait.endedMs = clock.now()
      }),
    }
    lastWait = wait
    return wait.done
  }

  const registered: string[] = []
  const removeAll = () => {
    for (const name of registered.splice(0)) registry.removeSingleMetric(name)
  }
  try {
    for (const metric of metrics(config)) {
      const read = async () => {
        await ready()
        return familiesByName().get(metric.name)
      }
      registry.registerMetric(new SnapshotMetric(metric, read))
      registered.push(metric.name)
    }
  } catch (cause) {
    removeAll()
    throw new Error('The Alauda metrics, or others of the same names, are in this registry already', { cause })
  }
  collector.start()

  return {
    stop: collector.stop,
    unregister: () => {
      collector.stop()
      removeAll()
    },
    snapshots: collector.snapshots,
  }
}

const sameScrapeMs = 1_000

interface Wait {
  readonly done: Promise<void>
  /** Absent as long as it lasts. */
  endedMs?: number
}

// prom-client would sum the same values of all its workers.
const aggregator = 'first'

class SnapshotMetric implements RegisteredMetric {
  readonly help: string
  readonly type: MetricType
  readonly aggregator = aggregator
  readonly #name: string
  readonly #read: () => Promise<Family | undefined>
  #nameForNextGet: string | undefined

  constructor({ name, help, type }: Metric, read: () => Promise<Family | undefined>) {
    this.#name = name
    this.help = help
    this.type = type
    this.#read = read
  }

  // In OpenMetrics a registry renames every counter for good before it reads it, and puts the `_total` back only as long as
  // it speaks OpenMetrics. Taking the name for that one reading keeps the next page of the text format right.
  get name(): string {
    return this.#name
  }

  set name(name: string) {
    this.#nameForNextGet = name
  }

  async get() {
    const name = this.#nameForNextGet ?? this.#name
    this.#nameForNextGet = undefined
    const found = await this.#read()
    const values = (found?.samples ?? []).map(({ labels, value, suffix }) => ({
      labels: { ...labels },
      value,
      ...(suffix === undefined ? {} : { metricName: `${this.#name}${suffix}` }),
    }))
    return { name, help: this.help, type: this.type, aggregator, values }
  }

  reset(): void {}
}

const byName = (families: ReadonlyArray<Family>): ReadonlyMap<string, Family> =>
  new Map(families.map((family) => [family.name, family]))

/** `compute`'s last result, for as long as `inputs` gives the same: a scrape asks once for each metric. */
const rememberLast = <Result>(inputs: () => ReadonlyArray<unknown>, compute: () => Result): (() => Result) => {
  let last: { readonly inputs: ReadonlyArray<unknown>; readonly result: Result } | undefined
  return () => {
    const current = inputs()
    const known = last
    if (known && known.inputs.length === current.length && current.every((input, i) => input === known.inputs[i])) {
      return known.result
    }
    last = { inputs: current, result: compute() }
    return last.result
  }
}

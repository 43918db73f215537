import type { Family, Metric, MetricType } from './family.js'

/** What is needed of a registry: those of prom-client 14 and 15 have it, and `@prometheus-io/client`'s. */
export interface MetricRegistry {
  /** Adds a metric; throws when its name is taken. */
  registerMetric(metric: RegisteredMetric): void
  /** Takes the metric of that name out. */
  removeSingleMetric(name: string): void
}

/** What a registry asks of a metric: its values, when a scrape wants them. */
export interface RegisteredMetric {
  /** Its name, help, type and values, in the form that registries exchange. Never rejects. */
  get(): Promise<unknown>
  /** Does nothing: what the cloud measured cannot be set back. */
  reset(): void
}

// prom-client would sum the same values of all its workers.
const aggregator = 'first'

/** A metric of a registry that is read when it is scraped. */
export class SnapshotMetric implements RegisteredMetric {
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

import type { Family, Metric } from './family.js'

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
export const registeredMetric = (
  { name, help, type }: Metric,
  read: () => Promise<Family | undefined>,
): RegisteredMetric => {
  let nameForNextGet: string | undefined
  const metric = {
    help,
    type,
    aggregator,
    // In OpenMetrics a registry renames every counter for good before it reads it, and puts the `_total` back only as long as
    // it speaks OpenMetrics. Taking the name for that one reading keeps the next page of the text format right.
    get name() {
      return name
    },
    set name(next: string) {
      nameForNextGet = next
    },
    get: async () => {
      const asked = nameForNextGet ?? name
      nameForNextGet = undefined
      const found = await read()
      const values = (found?.samples ?? []).map(({ labels, value, suffix }) => ({
        labels: { ...labels },
        value,
        ...(suffix === undefined ? {} : { metricName: `${name}${suffix}` }),
      }))
      return { name: asked, help, type, aggregator, values }
    },
    reset: () => {},
  }
  return metric
}

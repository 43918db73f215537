import { preparedOf } from './exposition/lines.js'
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
  read: () => Promise<ReadonlyArray<Family>>,
): RegisteredMetric => {
  let nameForNextGet: string | undefined
  const answer = async (valuesOf: (family: Family) => ReadonlyArray<unknown>) => {
    const asked = nameForNextGet ?? name
    nameForNextGet = undefined
    const families = await read()
    const [first, ...others] = families
    const values = first !== undefined && others.length === 0 ? valuesOf(first) : families.flatMap(valuesOf)
    return { name: asked, help, type, aggregator, values }
  }
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
    // For a page, registries prefer it: of labels that samples share as one object, they keep the text.
    getForPromString: () => answer(readOnlyValuesOf),
    // A registry adds its default labels to these objects.
    get: () => answer(valuesOf),
    reset: () => {},
  }
  return metric
}

const valuesOf = ({ name, samples }: Family): ReadonlyArray<unknown> =>
  samples.map(({ labels, value, suffix }) => ({
    labels: { ...labels },
    value,
    ...(suffix === undefined ? {} : { metricName: `${name}${suffix}` }),
  }))

/** Values that the registry only reads: they need not be copies. */
const readOnlyValuesOf = (family: Family): ReadonlyArray<unknown> =>
  preparedOf(family)?.shared?.() ?? (family.type === 'histogram' ? valuesOf(family) : family.samples)

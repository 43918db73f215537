import { type Prepared, preparedOf } from './exposition/lines.js'
import { textOfLines } from './exposition/page-parts.js'
import { textFormat } from './exposition/text.js'
import type { Family, Labels, Metric } from './family.js'

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
  const answer = async (valuesOf: (families: ReadonlyArray<Family>, asked: string) => Iterable<unknown>) => {
    const asked = nameForNextGet ?? name
    nameForNextGet = undefined
    return { name: asked, help, type, aggregator, values: valuesOf(await read(), asked) }
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
    // For a page, registries prefer it.
    getForPromString: () => answer(pageValues),
    // A registry adds its default labels to these objects.
    get: () => answer((families) => families.flatMap(valuesOf)),
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

/** Values that the registry only reads, one after the other. */
function* pageValues(families: ReadonlyArray<Family>, asked: string): Generator<unknown> {
  for (const family of families) {
    const prepared = preparedOf(family)
    if (prepared?.samplesAt !== undefined) yield* preparedValues(prepared, prepared.samplesAt, asked)
    // They need not be copies.
    else yield* family.type === 'histogram' ? valuesOf(family) : family.samples
  }
}

/**
 * The first sample, and all others as one text that stands before the name of the last: a registry takes eight times as long to write
 * each. One that adds labels of its own gets all samples.
 */
function* preparedValues(
  { linesIn }: Prepared,
  samplesAt: NonNullable<Prepared['samplesAt']>,
  asked: string,
): Generator<unknown> {
  const lines = linesIn(textFormat)
  let index = 0
  while (index < lines.count && !lines.isThere(index)) index += 1
  const [first, ...others] = samplesAt(index)
  if (first === undefined) return
  let addsLabels = false
  const { sharedLabels = {}, labels = sharedLabels, value } = first
  const noteOther = () => {
    addsLabels = true
  }
  yield { sharedLabels: watched(labels, noteOther), value }
  if (addsLabels) {
    yield* others
    for (index += 1; index < lines.count; index += 1) yield* samplesAt(index)
    return
  }
  const text = textOfLines(lines, index, lines.count)
  const [afterFirst, beforeLast] = [text.indexOf('\n') + 1, text.lastIndexOf('\n', text.length - 2) + 1]
  if (beforeLast < afterFirst) return
  let end = lines.count - 1
  while (!lines.isThere(end)) end -= 1
  yield { ...samplesAt(end).at(-1), metricName: `${text.slice(afterFirst, beforeLast)}${asked}` }
}

/** Labels that report when somebody asks for one that they do not have. Registries do so for each label that they add to a sample. */
const watched = (labels: Labels, onOther: () => void): Labels => {
  const note = (name: string | symbol): void => {
    if (!Object.hasOwn(labels, name)) onOther()
  }
  return new Proxy(labels, {
    has: (target, name) => {
      note(name)
      return Reflect.has(target, name)
    },
    get: (target, name) => {
      note(name)
      return Reflect.get(target, name)
    },
    getOwnPropertyDescriptor: (target, name) => {
      note(name)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
  })
}

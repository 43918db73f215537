/** A value that only grows until it restarts at 0, a value that goes up and down, or a distribution. */
export type MetricType = 'counter' | 'gauge' | 'histogram'

/** Label names and their values. */
export type Labels = Readonly<Record<string, string>>

/** One value of one series. */
export interface Sample {
  /** All labels of the series; `le` is among them for a histogram's bucket. */
  readonly labels: Labels
  /** In the unit that the metric's name ends in. */
  readonly value: number
  /** What comes after the family's name: a histogram has several series a subject. */
  readonly suffix?: '_bucket' | '_sum' | '_count'
  /** When it was measured, in seconds since the epoch; absent where that is to be taken for the time of the scrape. */
  readonly time?: number
}

/** What is known of a metric before there is a value. */
export interface Metric {
  /**
   * As Prometheus knows it, with its unit; a counter's ends in `_total`.
   *
   * @see https://prometheus.io/docs/practices/naming/
   */
  readonly name: string
  /** The meaning of the values in one sentence. */
  readonly help: string
  /** What its values do. */
  readonly type: MetricType
  /** Every label that a sample may have, in order. */
  readonly labels: ReadonlyArray<string>
}

/** A metric and its samples, as the exposition formats have it. */
export interface Family extends Metric {
  /** No two of them have the same labels and suffix. Empty when nothing is known, and then no page shows the family. */
  readonly samples: ReadonlyArray<Sample>
}

/** Work in steps, each of which is soon done. */
export type Steps<A> = Generator<undefined, A, undefined>

/** Runs a generator to its end at once, and gives what it returns. */
export const atOnce = <A>(steps: Iterator<unknown, A>): A => {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * One family for each name, and one sample for each series: a page must have neither twice.
 *
 * Name, help and type are those of the first family of a name; one of a different type is left out. Of two samples of one series
 * the first stays.
 */
export const mergeFamilies = (families: ReadonlyArray<Family>): ReadonlyArray<Family> =>
  groupByName(families).map((group) => atOnce(mergeGroup(group)))

/** Families of one name, and of the type of the first. */
export type Group = readonly [Family, ...Family[]]

/** The families of each name, in the order of the first ones. */
export const groupByName = (families: ReadonlyArray<Family>): ReadonlyArray<Group> => {
  const byName = new Map<string, [Family, ...Family[]]>()
  for (const one of families) {
    const known = byName.get(one.name)
    if (known === undefined) byName.set(one.name, [one])
    else if (known[0].type === one.type) known.push(one)
  }
  return [...byName.values()]
}

/** A group as one family, in which of two samples of one series the first stays. */
export function* mergeGroup(group: Group): Steps<Family> {
  const [first, ...others] = group
  if (others.length === 0 && first.samples.length < 2) return first
  const seen = new Set<string>()
  const keyOf = createSeriesKey()
  const samples: Sample[] = []
  for (const [index, sample] of group.flatMap((one) => one.samples).entries()) {
    if (index % perStep === perStep - 1) yield
    const key = keyOf(sample)
    if (!seen.has(key)) samples.push(sample)
    seen.add(key)
  }
  return { ...first, labels: [...new Set(group.flatMap(({ labels }) => labels))], samples }
}

/** How many samples one step of making a family reads. */
export const perStep = 1000

/** The same for two samples of one series: neither the order of labels nor empty labels matter. */
export const createSeriesKey = (): ((sample: Sample) => string) => {
  // Most samples of a family have the same names in the same order.
  const ordered = new Map<string, ReadonlyArray<string>>()
  return ({ labels, suffix = '' }) => {
    const names = Object.keys(labels)
    const shape = names.join()
    let order = ordered.get(shape)
    if (order === undefined) {
      order = names.sort()
      ordered.set(shape, order)
    }
    let key: string = suffix
    for (const name of order) if (labels[name] !== '') key += `\n${name}\t${labels[name]}`
    return key
  }
}

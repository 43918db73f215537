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

/**
 * One row of a table of metrics: what the metric is called, and how its samples are read off a subject (a service, an
 * instance, …). Labels that say which subject it is are added by the {@link Table}.
 */
export interface Row<Subject> extends Metric {
  readonly samples: (subject: Subject) => ReadonlyArray<Sample>
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

type Value<Subject> = (subject: Subject) => number | undefined

const single =
  <Subject>(value: Value<Subject>) =>
  (subject: Subject): ReadonlyArray<Sample> => {
    const present = value(subject)
    return present === undefined ? [] : [{ labels: {}, value: present }]
  }

/** A row for a value that goes up and down. A value that is absent has no sample. */
export const gauge = <Subject>(name: string, help: string, value: Value<Subject>): Row<Subject> => ({
  name,
  help,
  type: 'gauge',
  labels: [],
  samples: single(value),
})

/** A row for a value that only grows until it starts again from 0. Its name ends in `_total`. */
export const counter = <Subject>(name: string, help: string, value: Value<Subject>): Row<Subject> => ({
  ...gauge(name, help, value),
  type: 'counter',
})

/** How values are spread: how many there are up to each bound, how many in all, and their sum. */
export interface Distribution {
  /** Each counts all up to and including its bound. The last bound, infinity, is left out: it is `count`. */
  readonly buckets: ReadonlyArray<{ readonly upToSeconds: number; readonly count: number }>
  readonly sumSeconds: number
  readonly count: number
}

/** A row for a distribution of durations. */
export const histogram = <Subject>(
  name: string,
  help: string,
  distribution: (subject: Subject) => Distribution,
): Row<Subject> => ({
  name,
  help,
  type: 'histogram',
  labels: [],
  samples: (subject) => {
    const { buckets, sumSeconds, count } = distribution(subject)
    const bucket = (le: string, value: number): Sample => ({ suffix: '_bucket', labels: { le }, value })
    return [
      ...buckets.map(({ upToSeconds, count: upTo }) => bucket(String(upToSeconds), upTo)),
      bucket('+Inf', count),
      { suffix: '_sum', labels: {}, value: sumSeconds },
      { suffix: '_count', labels: {}, value: count },
    ]
  },
})

/** A row with several samples per subject, distinguished by one label. */
export const gaugeBy = <Subject>(
  name: string,
  help: string,
  label: string,
  values: (subject: Subject) => ReadonlyArray<readonly [string, number]>,
): Row<Subject> => ({
  name,
  help,
  type: 'gauge',
  labels: [label],
  samples: (subject) => values(subject).map(([key, value]) => ({ labels: { [label]: key }, value })),
})

/** {@link gaugeBy} for values that only grow. Its name ends in `_total`. */
export const counterBy = <Subject>(...row: Parameters<typeof gaugeBy<Subject>>): Row<Subject> => ({
  ...gaugeBy(...row),
  type: 'counter',
})

/** A row that is always 1 and carries what is known of a subject in its labels. What is absent is left out. */
export const info = <Subject>(
  name: string,
  help: string,
  texts: Readonly<Record<string, (subject: Subject) => string | undefined>>,
): Row<Subject> => ({
  name,
  help,
  type: 'gauge',
  labels: Object.keys(texts),
  samples: (subject) => [{ labels: presentLabels(texts, subject), value: 1 }],
})

const presentLabels = <Subject>(
  texts: Readonly<Record<string, (subject: Subject) => string | undefined>>,
  subject: Subject,
): Labels => {
  const labels: Record<string, string> = {}
  for (const [name, text] of Object.entries(texts)) {
    const value = text(subject)
    if (value !== undefined) labels[name] = value
  }
  return labels
}

/** A subject with the labels that say which one it is. */
export interface Identified<Subject> {
  readonly labels: Labels
  readonly subject: Subject
}

/**
 * The family of a row: its samples of all subjects, each with its subject's labels before its own.
 *
 * @example
 * family(gauge('a_bytes', 'Size of a.', (a: { size: number }) => a.size), ['id'], [{ labels: { id: 'x' }, subject: { size: 7 } }])
 * // { name: 'a_bytes', …, labels: ['id'], samples: [{ labels: { id: 'x' }, value: 7 }] }
 */
export const family = <Subject>(
  row: Row<Subject>,
  identity: ReadonlyArray<string>,
  subjects: ReadonlyArray<Identified<Subject>>,
): Family => atOnce(familyInSteps(row, identity, subjects))

function* familyInSteps<Subject>(
  { name, help, type, labels, samples }: Row<Subject>,
  identity: ReadonlyArray<string>,
  subjects: ReadonlyArray<Identified<Subject>>,
): Steps<Family> {
  const made: Sample[] = []
  for (const [index, identified] of subjects.entries()) {
    if (index % perStep === perStep - 1) yield
    for (const sample of samples(identified.subject)) {
      made.push({ ...sample, labels: { ...identified.labels, ...sample.labels } })
    }
  }
  return { name, help, type, labels: [...identity, ...labels], samples: made }
}

const perStep = 1000

/** Families that share their subjects, and so the labels that say which subject a sample is of. */
export const table = <Subject>(
  identity: ReadonlyArray<string>,
  rows: ReadonlyArray<Row<Subject>>,
  subjects: ReadonlyArray<Identified<Subject>>,
): ReadonlyArray<Family> => rows.map((row) => family(row, identity, subjects))

/** The same, each made when it is asked for, in steps: to make all of them at once may take long. */
export const lazyTable = <Subject>(
  identity: ReadonlyArray<string>,
  rows: ReadonlyArray<Row<Subject>>,
  subjects: () => Steps<ReadonlyArray<Identified<Subject>>>,
): ReadonlyArray<() => Steps<Family>> =>
  rows.map(
    (row) =>
      function* () {
        return yield* familyInSteps(row, identity, yield* subjects())
      },
  )

/** Makes a family: immediately, or in short steps between which the event loop may run. */
export type LazyFamily = () => Family | Iterator<unknown, Family>

/** The family, made in steps where it can be. */
export function* madeInSteps(make: LazyFamily): Steps<Family> {
  const made = make()
  if (!isInSteps(made)) return made
  for (let step = made.next(); ; step = made.next()) {
    if (step.done) return step.value
    yield
  }
}

// Of a host's function anything may come.
const isInSteps = (made: unknown): made is Iterator<unknown, Family> =>
  typeof made === 'object' && made !== null && 'next' in made

/** The family with more labels on each of its samples. */
export const withLabels =
  (added: Labels) =>
  (plain: Family): Family => {
    const names = Object.keys(added)
    if (names.length === 0) return plain
    return {
      ...plain,
      labels: [...plain.labels, ...names],
      samples: plain.samples.map((sample) => ({ ...sample, labels: { ...sample.labels, ...added } })),
    }
  }

/**
 * One family for each name, and one sample for each series: a page must have neither twice.
 *
 * Name, help and type are those of the first family of a name; one of a different type is left out. Of two samples of one series
 * the first stays.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type Family, mergeFamilies, toText } from '@alauda-exporter/collector'
 *
 * const up = (account: string, value: number): Family => ({
 *   name: 'alauda_up',
 *   help: 'Up?',
 *   type: 'gauge',
 *   labels: ['account'],
 *   samples: [{ labels: { account }, value }],
 * })
 * const page = toText(mergeFamilies([up('north', 1), up('south', 0), up('north', 0)]))
 * assert.equal(
 *   page,
 *   '# HELP alauda_up Up?\n# TYPE alauda_up gauge\nalauda_up{account="north"} 1\nalauda_up{account="south"} 0\n',
 * )
 * ```
 */
export const mergeFamilies = (families: ReadonlyArray<Family>): ReadonlyArray<Family> => atOnce(mergeInSteps(families))

/** {@link mergeFamilies} in steps. */
export function* mergeInSteps(families: ReadonlyArray<Family>): Steps<ReadonlyArray<Family>> {
  const byName = new Map<string, [Family, ...Family[]]>()
  for (const one of families) {
    const known = byName.get(one.name)
    if (known === undefined) byName.set(one.name, [one])
    else if (known[0].type === one.type) known.push(one)
  }
  const merged: Family[] = []
  for (const ofName of byName.values()) {
    merged.push(yield* mergeOne(ofName))
    yield
  }
  return merged
}

function* mergeOne([first, ...others]: readonly [Family, ...Family[]]): Steps<Family> {
  if (others.length === 0 && withoutRepeat.has(first.samples)) return first
  return {
    ...first,
    labels: [...new Set([first, ...others].flatMap(({ labels }) => labels))],
    samples: yield* withoutRepeats([first, ...others].flatMap(({ samples }) => samples)),
  }
}

// Pages are merged more than once on their way out.
const withoutRepeat = new WeakSet<ReadonlyArray<Sample>>()

function* withoutRepeats(samples: ReadonlyArray<Sample>): Steps<ReadonlyArray<Sample>> {
  const seen = new Set<string>()
  const keyOf = createSeriesKey()
  const kept: Sample[] = []
  for (const [index, sample] of samples.entries()) {
    if (index % perStep === perStep - 1) yield
    const key = keyOf(sample)
    if (!seen.has(key)) kept.push(sample)
    seen.add(key)
  }
  withoutRepeat.add(kept)
  return kept
}

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

import type { Family, Labels, Metric, Sample } from '../family.js'

/**
 * One row of a table of metrics: what the metric is called, and how its samples are read off a subject (a service, an
 * instance, …). Labels that say which subject it is are added by the {@link Table}.
 */
export interface Row<Subject> extends Metric {
  readonly samples: (subject: Subject) => ReadonlyArray<Sample>
  /** The value of its only sample, which has no labels of its own; absent for a row with other samples. */
  readonly value?: (subject: Subject) => number | undefined
  /** The texts that are the labels of its only sample, whose value is 1; absent for a row with other samples. */
  readonly texts?: ReadonlyArray<readonly [string, (subject: Subject) => string | undefined]>
  /** The values of its samples, each with that of their only label; absent for a row with other samples. */
  readonly byLabel?: {
    readonly label: string
    readonly values: (subject: Subject) => ReadonlyArray<readonly [string, number]>
  }
  /** When the value was measured; absent for a row whose samples have no time. */
  readonly time?: (subject: Subject) => number
}

type Value<Subject> = (subject: Subject) => number | undefined

/** A row for a value that goes up and down. A value that is absent has no sample. */
export const gauge = <Subject>(name: string, help: string, value: Value<Subject>): Row<Subject> => {
  const samples = (subject: Subject): ReadonlyArray<Sample> => {
    const present = value(subject)
    return present === undefined ? [] : [{ labels: {}, value: present }]
  }
  return { name, help, type: 'gauge', labels: [], samples, value }
}

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
  byLabel: { label, values },
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
): Row<Subject> => {
  const entries = Object.entries(texts)
  const samples = (subject: Subject): ReadonlyArray<Sample> => {
    const labels: Record<string, string> = {}
    for (const [name, text] of entries) {
      const value = text(subject)
      if (value !== undefined) labels[name] = value
    }
    return [{ labels, value: 1 }]
  }
  return { name, help, type: 'gauge', labels: Object.keys(texts), samples, texts: entries }
}

/** A subject with the labels that say which one it is. */
export interface Identified<Subject> {
  readonly labels: Labels
  readonly subject: Subject
}

/**
 * The family of a row: its samples of all subjects, each with its subject's labels, its own, and those that are added.
 *
 * @example
 * family(gauge('a_bytes', 'Size of a.', (a: { size: number }) => a.size), ['id'], [{ labels: { id: 'x' }, subject: { size: 7 } }])
 * // { name: 'a_bytes', …, labels: ['id'], samples: [{ labels: { id: 'x' }, value: 7 }] }
 */
export const family = <Subject>(
  { name, help, type, labels, samples }: Row<Subject>,
  identity: ReadonlyArray<string>,
  subjects: ReadonlyArray<Identified<Subject>>,
  added: Labels = {},
): Family => ({
  name,
  help,
  type,
  labels: [...identity, ...labels, ...Object.keys(added)],
  samples: subjects.flatMap((identified) =>
    samples(identified.subject).map((sample) => ({
      ...sample,
      labels: { ...identified.labels, ...sample.labels, ...added },
    })),
  ),
})

export type MetricType = 'counter' | 'gauge'

export type Labels = Readonly<Record<string, string>>

/** One value of one series. */
export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/** What is known of a metric before there is a value. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: MetricType
  /** Every label that a sample may have, in order. */
  readonly labels: ReadonlyArray<string>
}

/** A metric and its samples, as the exposition formats have it. */
export interface Family extends Metric {
  readonly samples: ReadonlyArray<Sample>
}

/**
 * One row of a table of metrics: what the metric is called, and how its samples are read off a subject (a service, an
 * instance, …). Labels that say which subject it is are added by the {@link Table}.
 */
export interface Row<Subject> extends Metric {
  readonly samples: (subject: Subject) => ReadonlyArray<Sample>
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

/** A row with several samples a subject, told apart by one label. */
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
  { name, help, type, labels, samples }: Row<Subject>,
  identity: ReadonlyArray<string>,
  subjects: ReadonlyArray<Identified<Subject>>,
): Family => ({
  name,
  help,
  type,
  labels: [...identity, ...labels],
  samples: subjects.flatMap((identified) =>
    samples(identified.subject).map(({ labels: own, value }) => ({ labels: { ...identified.labels, ...own }, value })),
  ),
})

import { type PreparedSample, prepare } from '../exposition/lines.js'
import type { Family, Labels, Sample } from '../family.js'
import type { Identity } from './identity.js'
import type { Row } from './row.js'
import { type KnownLabels, rowLines, type Subjects, tableLines } from './row-lines.js'

export const createSubjects = <Subject>() => {
  const subjects: Subject[] = []
  const identities: Identity[] = []
  return {
    subjects,
    identities,
    add: (identity: Identity, subject: Subject) => {
      subjects.push(subject)
      identities.push(identity)
    },
  }
}

/**
 * A family for each row. They share their subjects and the labels of these. Samples are made when somebody reads them; a page is
 * written without them, as long as no two subjects have the same labels. `added` are labels of all samples, and the same for all
 * tables of an identity; `known` is what these have in common.
 */
export const table = <Subject>(
  identity: ReadonlyArray<string>,
  rows: ReadonlyArray<Row<Subject>>,
  subjects: Subjects<Subject>,
  added: Labels,
  areDistinct: boolean,
  known: KnownLabels = new Map(),
): ReadonlyArray<Family> => {
  const lines = tableLines(subjects, added, known, rows[0]?.name ?? '')
  return rows.map((row) => {
    const { name, help, type } = row
    let samples: ReadonlyArray<Sample> | undefined
    const family = Object.freeze({
      name,
      help,
      type,
      labels: [...identity, ...row.labels, ...Object.keys(added)],
      get samples() {
        samples ??= samplesOf(row, subjects, added)
        return samples
      },
    })
    if (areDistinct) {
      prepare(family, {
        added,
        linesIn: (format) => rowLines(row, lines, format),
        samplesAt: preparedSamplesAt(row, subjects, added),
      })
    }
    return family
  })
}

const samplesOf = <Subject>(
  row: Row<Subject>,
  { subjects, identities }: Subjects<Subject>,
  added: Labels,
): ReadonlyArray<Sample> => {
  const samples: Sample[] = []
  for (const [index, subject] of subjects.entries()) {
    for (const sample of row.samples(subject)) {
      samples.push({ ...sample, labels: { ...identities[index]?.labels, ...sample.labels, ...added } })
    }
  }
  return samples
}

// Only registries read them.
const sharedLabels = new WeakMap<Identity, Labels>()

const preparedSamplesAt = <Subject>(
  { time, value, samples }: Row<Subject>,
  { subjects, identities }: Subjects<Subject>,
  added: Labels,
): ((index: number) => ReadonlyArray<PreparedSample>) | undefined => {
  if (time !== undefined) return undefined
  return (index) => {
    const subject = subjects[index]
    const identity = identities[index]
    if (subject === undefined || identity === undefined) return []
    if (value === undefined) {
      return samples(subject).map((one) => ({ ...one, labels: { ...identity.labels, ...one.labels, ...added } }))
    }
    const present = value(subject)
    if (present === undefined) return []
    const labels = sharedLabels.get(identity) ?? Object.freeze({ ...identity.labels, ...added })
    sharedLabels.set(identity, labels)
    return [{ sharedLabels: labels, value: present }]
  }
}

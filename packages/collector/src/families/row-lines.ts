import type { Format, Lines } from '../exposition/lines.js'
import { type PreparedTexts, prepareTexts, textsTogether } from '../exposition/page-writer.js'
import { pairsText, pairText } from '../exposition/parts.js'
import type { Labels } from '../family.js'
import type { Identity } from './identity.js'
import type { Row } from './row.js'

/** What a table's families have samples of: each subject, and at the same index which one it is. */
export interface Subjects<Subject> {
  readonly subjects: ReadonlyArray<Subject>
  readonly identities: ReadonlyArray<Identity>
}

/** What the lines of a table's rows have in common. */
export interface TableLines<Subject> extends Subjects<Subject> {
  /**
   * The labels of at least the first subjects, so many of them, {@link textsTogether} in each; with all that stands between a line's
   * name and its value.
   */
  readonly labelsOf: (count: number) => ReadonlyArray<PreparedTexts>
  /** What these end with, after the labels that a sample may have of its own. */
  readonly end: string
  /** In bytes. */
  readonly endLength: number
}

/** The lines of a row, written without making its samples. */
export const rowLines = <Subject>(row: Row<Subject>, table: TableLines<Subject>, format: Format): Lines => {
  const { value, texts, byLabel, time } = row
  if (time !== undefined) return samplesLines(row, table, format)
  if (value !== undefined) return valueLines(row, value, table, format)
  if (texts !== undefined) return textsLines(row, texts, table, format)
  return byLabel === undefined ? samplesLines(row, table, format) : byLabelLines(row, byLabel, table, format)
}

const valueLines = <Subject>(
  row: Row<Subject>,
  value: (subject: Subject) => number | undefined,
  { subjects, labelsOf }: TableLines<Subject>,
  format: Format,
): Lines => ({
  count: subjects.length,
  isThere: (index) => {
    const subject = subjects[index]
    return subject !== undefined && value(subject) !== undefined
  },
  write: (page, from, to) =>
    page.column({ name: preparedText(format.seriesName(row, '')), labels: labelsOf(to), subjects, value }, from, to),
})

const textsLines = <Subject>(
  row: Row<Subject>,
  texts: NonNullable<Row<Subject>['texts']>,
  { subjects, labelsOf, end, endLength }: TableLines<Subject>,
  format: Format,
): Lines => ({
  count: subjects.length,
  isThere: () => true,
  write: (page, from, to) => {
    const name = preparedText(format.seriesName(row, ''))
    const labelled = texts.map(([label, text]) => ({ start: preparedText(`,${label}="`), text }))
    const quote = preparedText('"')
    const rest = preparedText(`${end}1\n`)
    const labels = labelsOf(to)
    for (let index = from; index < to; index += 1) {
      const subject = subjects[index]
      const ofSubject = labels[Math.floor(index / textsTogether)]
      if (subject === undefined || ofSubject === undefined) continue
      page.prepared(name, 0)
      page.prepared(ofSubject, index % textsTogether, endLength)
      for (const { start, text } of labelled) {
        const present = text(subject)
        if (present === undefined) continue
        page.prepared(start, 0)
        page.quoted(present)
        page.prepared(quote, 0)
      }
      page.prepared(rest, 0)
    }
  },
})

const byLabelLines = <Subject>(
  row: Row<Subject>,
  { label, values }: NonNullable<Row<Subject>['byLabel']>,
  { subjects, labelsOf, end, endLength }: TableLines<Subject>,
  format: Format,
): Lines => ({
  count: subjects.length,
  isThere: (index) => {
    const subject = subjects[index]
    return subject !== undefined && values(subject).length > 0
  },
  write: (page, from, to) => {
    const name = preparedText(format.seriesName(row, ''))
    const labels = labelsOf(to)
    // Most subjects have values of the same few keys.
    const ends = new Map<string, PreparedTexts>()
    const endOf = (key: string): PreparedTexts => {
      const made = prepareTexts([`,${pairText(label, key)}${end}`])
      ends.set(key, made)
      return made
    }
    for (let index = from; index < to; index += 1) {
      const subject = subjects[index]
      const ofSubject = labels[Math.floor(index / textsTogether)]
      if (subject === undefined || ofSubject === undefined) continue
      for (const [key, value] of values(subject)) {
        page.prepared(name, 0)
        page.prepared(ofSubject, index % textsTogether, endLength)
        page.prepared(ends.get(key) ?? endOf(key), 0)
        page.number(value)
        page.newline()
      }
    }
  },
})

const samplesLines = <Subject>(
  row: Row<Subject>,
  { subjects, labelsOf, end, endLength }: TableLines<Subject>,
  format: Format,
): Lines => {
  const samplesAt = (index: number) => {
    const subject = subjects[index]
    return subject === undefined ? [] : row.samples(subject)
  }
  return {
    count: subjects.length,
    isThere: (index) => samplesAt(index).length > 0,
    write: (page, from, to) => {
      const name = preparedText(format.seriesName(row, ''))
      const labels = labelsOf(to)
      for (let index = from; index < to; index += 1) {
        const ofSubject = labels[Math.floor(index / textsTogether)]
        if (ofSubject === undefined) continue
        for (const { labels: own, value, time } of samplesAt(index)) {
          const pairs = pairsText(own)
          page.prepared(name, 0)
          page.prepared(ofSubject, index % textsTogether, endLength)
          page.text(pairs === '' ? end : `,${pairs}${end}`)
          page.number(value)
          page.text(time === undefined ? '\n' : ` ${format.timeText(time)}\n`)
        }
      }
    },
  }
}

const knownTexts = new Map<string, PreparedTexts>()

/** For what is on every page, as names are: the page after does not prepare it again. */
const preparedText = (text: string): PreparedTexts => {
  const known = knownTexts.get(text)
  if (known !== undefined) return known
  if (knownTexts.size === mostKnownTexts) knownTexts.clear()
  const made = prepareTexts([text])
  knownTexts.set(text, made)
  return made
}

const mostKnownTexts = 512

/** Labels that the tables of one page, and those of the next, have in common. */
interface PreparedLabels {
  readonly identities: ReadonlyArray<Identity>
  readonly texts: PreparedTexts
}

/**
 * What was prepared for the tables that are written now, by what they are of. To copy labels takes a tenth of the time that it takes to
 * write them again, and many in one array take a third of the memory of an array each.
 */
export type KnownLabels = Map<string, PreparedLabels[]>

/** Prepares the labels of subjects, or takes those that some table has at the same place. */
export const tableLines = <Subject>(
  given: Subjects<Subject>,
  added: Labels,
  known: KnownLabels,
  table: string,
): TableLines<Subject> => {
  const { identities } = given
  const addedPairs = pairsText(added)
  const end = addedPairs === '' ? '} ' : `,${addedPairs}} `
  const texts: PreparedTexts[] = []

  const prepare = (part: number): PreparedTexts => {
    const some = identities.slice(part * textsTogether, (part + 1) * textsTogether)
    const isSame = (one: PreparedLabels | undefined): one is PreparedLabels =>
      one?.identities.length === some.length && one.identities.every((identity, index) => identity === some[index])
    const same = [...known.values()].map((parts) => parts[part]).find(isSame)
    const found = same ?? { identities: some, texts: prepareTexts(some.map(({ pairs }) => `{${pairs}${end}`)) }
    const ofTable = known.get(table) ?? []
    known.set(table, ofTable)
    ofTable.length = Math.min(ofTable.length, Math.ceil(identities.length / textsTogether))
    ofTable[part] = found
    return found.texts
  }

  const labelsOf = (count: number): ReadonlyArray<PreparedTexts> => {
    while (texts.length * textsTogether < count) texts.push(prepare(texts.length))
    return texts
  }
  return { ...given, labelsOf, end, endLength: new TextEncoder().encode(end).length }
}

import type { Family, Labels, Metric, Sample } from '../family.js'
import type { PageWriter } from './page-writer.js'
import { labelsText } from './parts.js'

/** What distinguishes the formats. */
export interface Format {
  /** What stands before the samples of a family. */
  readonly head: (metric: Metric) => string
  /** What a sample's line begins with. */
  readonly seriesName: (metric: Metric, suffix: Sample['suffix'] | '') => string
  /** The time of a sample, given in seconds. */
  readonly timeText: (time: number) => string
  /** The bound of a bucket, `le`. */
  readonly boundText: (bound: string) => string
  /** What a page ends with. */
  readonly end: string
}

/** The lines of a family. */
export interface Lines {
  /** Each is written by its index. */
  readonly count: number
  /** Whether there is a value: without one, nothing is written. */
  readonly isThere: (index: number) => boolean
  /** Writes the lines from one index to before another. */
  readonly write: (page: PageWriter, from: number, to: number) => void
}

/** The lines of a metric. */
export interface MetricLines {
  readonly metric: Metric
  readonly lines: Lines
}

/** The lines of any samples. */
export const sampleLines = (family: Family, format: Format): Lines => {
  const { samples } = family
  return {
    count: samples.length,
    isThere: () => true,
    write: (page, from, to) => {
      for (const { labels, value, suffix = '', time } of samples.slice(from, to)) {
        page.text(format.seriesName(family, suffix))
        page.text(labelsText(suffix === '_bucket' ? withBound(labels, format) : labels))
        page.text(' ')
        page.number(value)
        page.text(time === undefined ? '\n' : ` ${format.timeText(time)}\n`)
      }
    },
  }
}

const withBound = (labels: Labels, { boundText }: Format): Labels =>
  labels.le === undefined ? labels : { ...labels, le: boundText(labels.le) }

/** A family whose lines are written without making its samples. */
export interface Prepared {
  readonly linesIn: (format: Format) => Lines
  /** The labels that all its samples have beside those of their own. */
  readonly added: Labels
  /** The samples that the lines of an index are; absent where lines have times, for which registries have no place. */
  readonly samplesAt?: ((index: number) => ReadonlyArray<PreparedSample>) | undefined
}

export interface PreparedSample extends Pick<Sample, 'value'> {
  readonly labels?: Labels
  /** Instead of `labels`: the same object in all families that have a sample of its subject, scrape after scrape. */
  readonly sharedLabels?: Labels
}

const prepared = new WeakMap<Family, Prepared>()

export const prepare = (family: Family, how: Prepared): void => {
  prepared.set(family, how)
}

/** Absent for families of the host's, and for copies of ours: they may have been changed. */
export const preparedOf = (family: Family): Prepared | undefined => prepared.get(family)

export const linesOf = (family: Family, format: Format): Lines =>
  preparedOf(family)?.linesIn(format) ?? sampleLines(family, format)

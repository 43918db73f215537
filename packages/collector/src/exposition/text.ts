import { type Family, mergeFamilies, type Sample } from '../family.js'
import { escapeLine, inPieces, labelsText, numberText } from './parts.js'

/**
 * The families in Prometheus' text format 0.0.4. Families of one name become one; of two samples of one series the first is shown,
 * and a family of another type than the first of its name is left out, as is one without samples: nothing is known of it.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { toText } from '@alauda-exporter/collector'
 *
 * const page = toText([{ name: 'queue_length', help: 'Jobs.', type: 'gauge', labels: [], samples: [{ labels: {}, value: 7 }] }])
 * assert.equal(page, '# HELP queue_length Jobs.\n# TYPE queue_length gauge\nqueue_length 7\n')
 * ```
 */
export const toText = (families: ReadonlyArray<Family>): string => [...textPieces(mergeFamilies(families))].join('')

/** The same in pieces, each of which is soon made. */
export function* textPieces(families: Iterable<Family>): Iterable<string> {
  for (const { name, help, type, samples } of families) {
    if (samples.length > 0) yield `# HELP ${name} ${escapeLine(help)}\n# TYPE ${name} ${type}\n`
    yield* inPieces(samples, (sample) => sampleText(name, sample))
  }
}

const sampleText = (name: string, { labels, value, suffix, time }: Sample): string =>
  `${name}${suffix ?? ''}${labelsText(labels)} ${numberText(value)}${time === undefined ? '' : ` ${Math.round(time * 1000)}`}\n`

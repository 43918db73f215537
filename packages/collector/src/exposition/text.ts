import type { Family } from '../family.js'
import type { Format } from './lines.js'
import { wholePage } from './page-parts.js'
import { escapeLine } from './parts.js'

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
export const toText = (families: ReadonlyArray<Family>): string => wholePage(families, textFormat)

export const textFormat: Format = {
  head: ({ name, help, type }) => `# HELP ${name} ${escapeLine(help)}\n# TYPE ${name} ${type}\n`,
  seriesName: ({ name }, suffix) => name + suffix,
  timeText: (time) => String(Math.round(time * 1000)),
  boundText: (bound) => bound,
  end: '',
}

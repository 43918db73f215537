import type { Family, Metric } from '../family.js'
import type { Format } from './lines.js'
import { wholePage } from './page-parts.js'
import { escapeQuoted } from './parts.js'

/**
 * The families in OpenMetrics' text format 1.0. Families of one name become one; of two samples of one series the first is shown,
 * and a family of another type than the first of its name is left out, as is one without samples: nothing is known of it.
 *
 * The samples are those of {@link toText}, but for bounds of buckets: here `le="1.0"` is what there is `le="1"`.
 *
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { toOpenMetrics } from '@alauda-exporter/collector'
 *
 * const sent = { name: 'sent_bytes_total', help: 'Sent.', type: 'counter', labels: [], samples: [{ labels: {}, value: 7 }] } as const
 * assert.equal(
 *   toOpenMetrics([sent]),
 *   '# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\n# HELP sent_bytes Sent.\nsent_bytes_total 7\n# EOF\n',
 * )
 * ```
 */
export const toOpenMetrics = (families: ReadonlyArray<Family>): string => wholePage(families, openMetricsFormat)

/**
 * A bound as Go writes it with `%g`, and always as what is not an integer: `1.0`, `0.05`, `1e+06`, `+Inf`.
 *
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#considerations-canonical-numbers
 */
const canonicalBound = (le: string): string => {
  const bound = Number(le)
  const size = Math.abs(bound)
  if (!Number.isFinite(bound)) return le
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return bound.toExponential().replace(/(?<=e[-+])(?=\d$)/, '0')
  return Number.isInteger(bound) ? `${bound}.0` : String(bound)
}

/** The units that names of this project's metrics end in. */
const unitPattern = /_(seconds|bytes|ratio|cores)$/

const familyName = ({ name, type }: Metric): string => (type === 'counter' ? name.replace(/_total$/, '') : name)

export const openMetricsFormat: Format = {
  head: (metric) => {
    const name = familyName(metric)
    const unit = unitPattern.exec(name)?.[1]
    const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`
    return `# TYPE ${name} ${metric.type}\n${unitLine}# HELP ${name} ${escapeQuoted(metric.help)}\n`
  },
  seriesName: (metric, suffix) => familyName(metric) + (metric.type === 'counter' ? '_total' : suffix),
  timeText: String,
  boundText: canonicalBound,
  end: '# EOF\n',
}

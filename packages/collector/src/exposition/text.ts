import type { Family, Labels, Sample } from '../family.js'

/** The `Content-Type` of {@link toText}. */
export const textContentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * The families in Prometheus' text format 0.0.4. A family without samples is left out: nothing is known of it.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @example
 * toText([{ name: 'alauda_up', help: 'Up?', type: 'gauge', labels: [], samples: [{ labels: {}, value: 1 }] }])
 * // '# HELP alauda_up Up?\n# TYPE alauda_up gauge\nalauda_up 1\n'
 */
export const toText = (families: ReadonlyArray<Family>): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(familyText)
    .join('')

const familyText = ({ name, help, type, samples }: Family): string =>
  `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${samples.map((sample) => sampleText(name, sample)).join('')}`

const sampleText = (name: string, { labels, value }: Sample): string =>
  `${name}${labelsText(labels)} ${numberText(value)}\n`

const labelsText = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const numberText = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return String(value)
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

// Half a surrogate pair cannot be written in UTF-8.
const escapeLabel = (text: string): string => escapeHelp(text.toWellFormed()).replaceAll('"', '\\"')

import { type Family, mergeFamilies, type Sample } from '../../src/family.js'

// A page written as simply as it can be, by which the fast ones are judged.

const escapeLine = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeQuoted = (text: string) => escapeLine(text.toWellFormed()).replaceAll('"', '\\"')

const labelsText = (labels: Sample['labels']) => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeQuoted(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const numberText = (value: number) =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)

const lineText = (name: string, { labels, value }: Sample, time: string) =>
  `${name}${labelsText(labels)} ${numberText(value)}${time}\n`

/** In the text format. */
export const simpleText = (families: ReadonlyArray<Family>): string =>
  mergeFamilies(families)
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const lines = samples.map((sample) => {
        const time = sample.time === undefined ? '' : ` ${Math.round(sample.time * 1000)}`
        return lineText(`${name}${sample.suffix ?? ''}`, sample, time)
      })
      return `# HELP ${name} ${escapeLine(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')
    .toWellFormed()

/** In OpenMetrics, of families without histograms. */
export const simpleOpenMetrics = (families: ReadonlyArray<Family>): string =>
  mergeFamilies(families)
    .filter(({ samples }) => samples.length > 0)
    .map(({ name: given, help, type, samples }) => {
      const name = type === 'counter' ? given.replace(/_total$/, '') : given
      const unit = /_(seconds|bytes|ratio|cores)$/.exec(name)?.[1]
      const lines = samples.map((sample) => {
        const time = sample.time === undefined ? '' : ` ${sample.time}`
        return lineText(`${name}${type === 'counter' ? '_total' : ''}`, sample, time)
      })
      const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`
      return `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${escapeQuoted(help)}\n${lines.join('')}`
    })
    .join('')
    .concat('# EOF\n')

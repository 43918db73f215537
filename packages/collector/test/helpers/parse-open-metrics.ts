import type { Sample } from '../../src/family.js'
import {
  failOnTwice,
  failOnWrongSamples,
  matched,
  type ParsedFamily,
  parseLabels,
  parseNumber,
  parseSuffix,
  unescaped,
} from './parse-text.js'

export interface ParsedOpenMetricsFamily extends ParsedFamily {
  readonly unit?: string
}

/**
 * Reads OpenMetrics' text format 1.0 as strictly as this project writes it: TYPE, UNIT where the name ends in one, HELP and
 * at least one sample a family, in this order, EOF and a newline at the end, no name and no series twice, histograms whole
 * and with canonical bounds, times without an exponent.
 *
 * A bound is given back as the families of this project have it: `1` for `1.0`.
 *
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 * @throws Error that says which line is wrong.
 */
export const parseOpenMetrics = (text: string): ReadonlyArray<ParsedOpenMetricsFamily> => {
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('the text does not end with a newline')
  if (lines.pop() !== '# EOF') throw new Error('the text does not end with # EOF')
  const parsed: ParsedOpenMetricsFamily[] = []
  while (lines.length > 0) {
    const [, name = '', type = ''] = matched(typeLine, lines.shift())
    const unit = unitOf(name)
    if (unit !== undefined) matched(new RegExp(`^# UNIT ${name} ${unit}$`), lines.shift())
    const [, helpedName, help = ''] = matched(helpLine, lines.shift())
    if (helpedName !== name) throw new Error(`HELP ${helpedName} follows TYPE ${name}`)
    const samples: Sample[] = []
    while (lines[0] !== undefined && !lines[0].startsWith('#')) samples.push(parseSample(name, type, lines.shift()))
    failOnWrongSamples(name, type, samples)
    parsed.push({ name, help: unescaped(help), type, ...(unit === undefined ? {} : { unit }), samples })
  }
  failOnTwice(parsed.flatMap(reservedNames))
  return parsed
}

const typeLine = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/
const helpLine = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^"\\]|\\[\\"n])*)$/u
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.+)\})? ([-+.0-9A-Za-z]+)(?: (-?\d+(?:\.\d+)?))?$/su
const canonicalBound = /^(?:\d{1,6}\.\d+|\d(?:\.\d+)?e[-+]\d{2,}|\+Inf)$/

const unitOf = (name: string): string | undefined =>
  ['seconds', 'bytes', 'ratio', 'cores'].find((unit) => name.endsWith(`_${unit}`))

const parseSample = (family: string, type: string, line: string | undefined): Sample => {
  const [, name = '', labels = '', value = '', seconds] = matched(sampleLine, line)
  const { suffix } = parseSuffix(type === 'counter' ? `${family}_total` : family, type, name)
  return {
    labels: suffix === '_bucket' ? withPlainBound(parseLabels(labels)) : parseLabels(labels),
    value: parseNumber(value),
    ...(suffix === undefined ? {} : { suffix }),
    ...(seconds === undefined ? {} : { time: Number(seconds) }),
  }
}

const withPlainBound = (labels: Sample['labels']): Sample['labels'] => {
  const { le } = labels
  matched(canonicalBound, le)
  return { ...labels, le: le === '+Inf' ? le : String(Number(le)) }
}

// Names that a family takes for itself, whether or not it has samples of them.
const reservedNames = ({ name, type }: ParsedFamily): ReadonlyArray<string> => {
  const suffixes = { counter: ['_total', '_created'], histogram: ['_bucket', '_sum', '_count', '_created'] }
  const own = type === 'counter' ? suffixes.counter : type === 'histogram' ? suffixes.histogram : []
  return [name, ...own.map((suffix) => `${name}${suffix}`)]
}

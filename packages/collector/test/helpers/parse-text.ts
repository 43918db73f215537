import type { Sample } from '../../src/family.js'

export interface ParsedFamily {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: ReadonlyArray<Sample>
}

/**
 * Reads text format 0.0.4 as strictly as this project writes it: HELP, TYPE and at least one sample a family, in this order,
 * every line ended by a newline, no name and no series twice.
 *
 * @throws Error that says which line is wrong.
 */
export const parseText = (text: string): ReadonlyArray<ParsedFamily> => {
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('the text does not end with a newline')
  const parsed: ParsedFamily[] = []
  while (lines.length > 0) {
    const [, name = '', help = ''] = matched(helpLine, lines.shift())
    const [, typedName, type = ''] = matched(typeLine, lines.shift())
    if (typedName !== name) throw new Error(`TYPE ${typedName} follows HELP ${name}`)
    const samples: Sample[] = []
    while (lines[0] !== undefined && !lines[0].startsWith('#')) samples.push(parseSample(name, lines.shift()))
    if (samples.length === 0) throw new Error(`${name} has no samples`)
    failOnTwice(samples.map(({ labels }) => name + seriesKey(labels)))
    parsed.push({ name, help: unescaped(help), type, samples })
  }
  failOnTwice(parsed.map(({ name }) => name))
  return parsed
}

/** What tells a series from others of its metric: for Prometheus an empty label is an absent one. */
export const seriesKey = (labels: Sample['labels']): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const helpLine = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\[\\n])*)$/u
const typeLine = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.+)\})? ([-+.0-9A-Za-z]+)$/su
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,(?!$)|$)/su
const number = /^(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|[-+]Inf|NaN)$/

const matched = (pattern: RegExp, text: string | undefined): RegExpExecArray => {
  const match = pattern.exec(text ?? '')
  if (match === null) throw new Error(`not ${pattern}: ${text}`)
  return match
}

const parseSample = (family: string, line: string | undefined): Sample => {
  const [, name, labels = '', value = ''] = matched(sampleLine, line)
  if (name !== family) throw new Error(`a sample of ${name} stands in the family ${family}`)
  matched(number, value)
  return { labels: parseLabels(labels), value: Number(value.replace('Inf', 'Infinity')) }
}

const parseLabels = (text: string): Sample['labels'] => {
  const labels: [string, string][] = []
  for (let rest = text; rest !== ''; ) {
    const [whole, name = '', value = ''] = matched(label, rest)
    labels.push([name, unescaped(value)])
    rest = rest.slice(whole.length)
  }
  failOnTwice(labels.map(([name]) => name))
  return Object.fromEntries(labels)
}

const unescaped = (text: string): string =>
  text.replace(/\\([\\"n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))

const failOnTwice = (names: ReadonlyArray<string>): void => {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`${twice} stands there twice`)
}

import type { Sample } from '../../src/family.js'

export interface ParsedFamily {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: ReadonlyArray<Sample>
}

/**
 * Reads text format 0.0.4 as strictly as this project writes it: HELP, TYPE and at least one sample a family, in this order,
 * every line ended by a newline, no name and no series twice, histograms whole.
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
    while (lines[0] !== undefined && !lines[0].startsWith('#')) samples.push(parseSample(name, type, lines.shift()))
    failOnWrongSamples(name, type, samples)
    parsed.push({ name, help: unescaped(help), type, samples })
  }
  failOnTwice(parsed.flatMap(sampleNames))
  return parsed
}

/** What distinguishes a series from others of its metric: for Prometheus an empty label is an absent one. */
export const seriesKey = (labels: Sample['labels']): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const helpLine = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\[\\n])*)$/u
const typeLine = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.+)\})? ([-+.0-9A-Za-z]+)(?: (-?\d+))?$/su
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,(?!$)|$)/su
const number = /^(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|[-+]Inf|NaN)$/

export const matched = (pattern: RegExp, text: string | undefined): RegExpExecArray => {
  const match = pattern.exec(text ?? '')
  if (match === null) throw new Error(`not ${pattern}: ${text}`)
  return match
}

const parseSample = (family: string, type: string, line: string | undefined): Sample => {
  const [, name = '', labels = '', value = '', milliseconds] = matched(sampleLine, line)
  return {
    labels: parseLabels(labels),
    value: parseNumber(value),
    ...parseSuffix(family, type, name),
    ...(milliseconds === undefined ? {} : { time: Number(milliseconds) / 1000 }),
  }
}

/** What a sample's name has beyond that of its family: something in histograms, nothing in others. */
export const parseSuffix = (family: string, type: string, name: string): Pick<Sample, 'suffix'> => {
  if (type !== 'histogram' && name === family) return {}
  const suffix = type === 'histogram' ? suffixes.find((one) => name === `${family}${one}`) : undefined
  if (suffix === undefined) throw new Error(`a sample of ${name} stands in the ${type} ${family}`)
  return { suffix }
}

const suffixes = ['_bucket', '_sum', '_count'] as const

const sampleNames = ({ name, type }: ParsedFamily): ReadonlyArray<string> =>
  type === 'histogram' ? [name, ...suffixes.map((suffix) => `${name}${suffix}`)] : [name]

export const parseNumber = (text: string): number => {
  matched(number, text)
  return Number(text.replace('Inf', 'Infinity'))
}

export const parseLabels = (text: string): Sample['labels'] => {
  const labels: [string, string][] = []
  for (let rest = text; rest !== ''; ) {
    const [whole, name = '', value = ''] = matched(label, rest)
    labels.push([name, unescaped(value)])
    rest = rest.slice(whole.length)
  }
  failOnTwice(labels.map(([name]) => name))
  return Object.fromEntries(labels)
}

export const unescaped = (text: string): string =>
  text.replace(/\\([\\"n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))

export const failOnTwice = (names: ReadonlyArray<string>): void => {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`${twice} stands there twice`)
}

/** @throws Error when there are none, a series is there twice, or a histogram is not whole. */
export const failOnWrongSamples = (name: string, type: string, samples: ReadonlyArray<Sample>): void => {
  if (samples.length === 0) throw new Error(`${name} has no samples`)
  failOnTwice(samples.map(({ labels, suffix = '' }) => name + suffix + seriesKey(labels)))
  for (let rest = type === 'histogram' ? samples : []; rest.length > 0; ) {
    const size = rest.findIndex(({ suffix }) => suffix === '_count') + 1
    failOnWrongHistogram(name, rest.slice(0, size))
    rest = size === 0 ? [] : rest.slice(size)
  }
}

// The buckets of one subject, from the least bound to infinity, and then their sum and count.
const failOnWrongHistogram = (name: string, samples: ReadonlyArray<Sample>): void => {
  const buckets = samples.slice(0, -2)
  const [last, sum, count] = samples.slice(-3)
  const subjects = new Set(samples.map(({ labels: { le: _, ...own } }) => seriesKey(own)))
  const bounds = buckets.map(({ labels: { le = 'none' } }) => parseNumber(le))
  const isWhole =
    subjects.size === 1 &&
    buckets.every(({ suffix }) => suffix === '_bucket') &&
    bounds.at(-1) === Number.POSITIVE_INFINITY &&
    isRising(bounds) &&
    isRising(buckets.map(({ value }) => value)) &&
    sum?.suffix === '_sum' &&
    count?.suffix === '_count' &&
    count.value === last?.value
  if (!isWhole) throw new Error(`a histogram of ${name} is not whole: ${JSON.stringify(samples)}`)
}

const isRising = (values: ReadonlyArray<number>): boolean =>
  values.every((value, index) => value >= (values[index - 1] ?? Number.NEGATIVE_INFINITY))

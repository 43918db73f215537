import { atOnce, type Family, type MetricType, perStep, type Steps } from '../family.js'
import { isThenable } from '../warnings.js'

/**
 * The family that a source of the host's gave, once a page can show it.
 *
 * @throws TypeError that says what of it no page can show.
 */
export const checkedFamily = (given: unknown): Family => atOnce(checkedInSteps(given))

/** {@link checkedFamily} in steps. */
export function* checkedInSteps(given: unknown): Steps<Family> {
  const [name, help, type, labels, samples] = fieldsOf(given, 'name', 'help', 'type', 'labels', 'samples')
  if (typeof name !== 'string' || !metricName.test(name)) throw unshown('a family without a metric name')
  if (typeof help !== 'string' || !isType(type)) throw unshown(`the family ${name} without a help or a known type`)
  if (!Array.isArray(samples)) throw unshown(`the family ${name} without samples`)
  for (const [index, sample] of samples.entries()) {
    if (index % perStep === perStep - 1) yield
    const fault = sampleFault(sample, type)
    if (fault !== undefined) throw unshown(`${fault}, in the family ${name}`)
  }
  return { name, help, type, labels: Array.isArray(labels) ? labels.map(String) : [], samples }
}

const unshown = (what: string): TypeError => new TypeError(`a source of metrics gave ${what}`)

const fieldsOf = (given: unknown, ...names: ReadonlyArray<string>): ReadonlyArray<unknown> =>
  typeof given === 'object' && given !== null ? names.map((name) => Reflect.get(given, name)) : []

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

const suffixes: Readonly<Record<MetricType, ReadonlyArray<unknown>>> = {
  counter: [undefined],
  gauge: [undefined],
  histogram: ['_bucket', '_sum', '_count'],
}

const isType = (type: unknown): type is MetricType => typeof type === 'string' && Object.hasOwn(suffixes, type)

/** What of a sample no page can show; absent when it can. `names` are its labels; absent when they may be any. */
export const sampleFault = (given: unknown, type: MetricType, names?: ReadonlyArray<string>): string | undefined => {
  if (typeof given !== 'object' || given === null) return `${kindOf(given)} as a sample, expected an object`
  const labels: unknown = Reflect.get(given, 'labels')
  const value: unknown = Reflect.get(given, 'value')
  const suffix: unknown = Reflect.get(given, 'suffix')
  const time: unknown = Reflect.get(given, 'time')
  if (typeof labels !== 'object' || labels === null) return `${kindOf(labels)} as labels, expected an object`
  const isBucket = suffix === '_bucket'
  for (const [name, text] of Object.entries(labels)) {
    if (!labelName.test(name)) return `the label "${name}", expected a label name`
    const isKnown = names === undefined || names.includes(name) || (isBucket && name === 'le')
    if (!isKnown) return `the label "${name}", which is not among its labels`
    if (typeof text !== 'string') return `${kindOf(text)} as the label "${name}", expected a string`
  }
  if (isBucket && !('le' in labels)) return 'a bucket without the label "le"'
  if (typeof value !== 'number') return `${kindOf(value)} as a value, expected a finite number`
  if (time !== undefined && !Number.isFinite(time)) return 'a time that is not a number of seconds'
  return suffixes[type].includes(suffix) ? undefined : `a suffix that a ${type} does not have`
}

export const kindOf = (value: unknown): string =>
  isThenable(value) ? 'a Promise' : value === null ? 'null' : typeof value

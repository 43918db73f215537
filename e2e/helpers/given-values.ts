import assert from 'node:assert/strict'
import { parseText } from '../../packages/collector/test/helpers/parse-text.js'

/** Every number and text that stands somewhere in the answers, JSON within a text and lines of plain text included. */
export const givenIn = (answers: ReadonlyArray<string>) => {
  const numbers = new Set<number>()
  const texts = new Set<string>()
  const take = (value: unknown): void => {
    if (typeof value === 'number') numbers.add(value)
    else if (typeof value === 'string') takeText(value)
    else if (value !== null && typeof value === 'object') {
      for (const [key, part] of Object.entries(value)) {
        texts.add(key)
        take(part)
      }
    }
  }
  const takeText = (text: string): void => {
    texts.add(text)
    if (/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) numbers.add(Number(text))
    if (/^[[{]/.test(text)) takeJson(text)
  }
  const takeJson = (text: string): void => {
    try {
      take(JSON.parse(text))
    } catch (error) {
      assert.ok(error instanceof SyntaxError)
    }
  }
  for (const answer of answers) {
    takeJson(answer)
    for (const line of answer.split(/\r?\n/)) texts.add(line)
  }
  return { numbers, texts }
}

type Given = ReturnType<typeof givenIn>

/** @throws Error when something in what a call gave stands in no answer: a number, a text or a time. */
export const checkResult = (result: unknown, { numbers, texts }: Given): void => {
  const words = new Set([...texts].map(inUtf8))
  const times = new Set([...texts].map(secondsOf))
  const check = (value: unknown, path: string): void => {
    // Places, and how many values there were.
    if (/\.unreadable(Fields|Values)$/.test(path)) return
    if (typeof value === 'number') assert.ok(numbers.has(value) || times.has(value), `${path} is ${value}`)
    else if (typeof value === 'string') assert.ok(words.has(inUtf8(value)), `${path} is ${JSON.stringify(value)}`)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) check(part, `${path}.${key}`)
    }
  }
  check(result, '')
}

const flag = /_(info|labels|status|target_started|deploying)$/
const knownStatuses = ['Running', 'Stopped', 'Starting', 'Deploying', 'Error']
const isOwn = /^alauda_(up$|collection_|api_|logins_|login_|exporter_)/

/**
 * @throws Error when a page is not well-formed, has a series twice, or shows a value or name that no answer gave: values in
 * Prometheus' units of what the API gives in its own.
 */
export const checkGiven = (page: string, { numbers, texts }: Given, collections: number): void => {
  const words = new Set([...[...texts].map(inUtf8), ...[...numbers].map(String), 'demo', ...knownStatuses])
  const times = new Set([...numbers, ...[...texts].map(secondsOf)])
  const isMade = (value: number, made: (given: number) => number) => [...numbers].some((given) => made(given) === value)
  const isQuotient = (value: number) =>
    [...numbers].some((usage) => [...numbers].some((percent) => Math.round(usage / (percent / 100)) === value))
  const isGiven = (metric: string, value: number): boolean => {
    if (flag.test(metric)) return value === 0 || value === 1
    if (/_time(stamp)?_seconds$/.test(metric)) return times.has(value)
    if (metric === 'alauda_instance_restarts_total') return Number.isInteger(value) && value < collections
    if (metric === 'alauda_instance_memory_limit_bytes') return isQuotient(value)
    if (metric === 'alauda_service_instance_memory_limit_bytes')
      return isMade(value, (mebibytes) => mebibytes * 1024 * 1024)
    if (metric === 'alauda_instance_cpu_usage_seconds_total') return isMade(value, (nanoseconds) => nanoseconds / 1e9)
    if (/^alauda_instance_.*_utilization_ratio$/.test(metric)) return isMade(value, (percent) => percent / 100)
    return numbers.has(value)
  }
  for (const { name, samples } of parseText(page)) {
    if (isOwn.test(name)) continue
    for (const { labels, value } of samples) {
      const invented = Object.values(labels).filter((label) => !words.has(label))
      assert.deepEqual(invented, [], `no answer gave a label of ${name}`)
      assert.ok(Number.isFinite(value) && value >= 0, `${name} is ${value}`)
      assert.ok(isGiven(name, value), `${name}${JSON.stringify(labels)} is ${value}: the API did not give that`)
    }
  }
}

/** What is left of a text on a page: half of a surrogate pair has no bytes. */
const inUtf8 = (text: string): string => Buffer.from(text).toString()

/** Of a time as the API writes it: with fractions of any length, and without a zone. */
const secondsOf = (text: string): number => {
  const [, time = '', fraction = '', zone = ''] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? []
  return Number(`${Date.parse(`${time}${zone === '' ? 'Z' : zone}`) / 1000}${fraction}`)
}

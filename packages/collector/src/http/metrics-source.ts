import type { Clock } from '@alauda-exporter/alauda-client'
import type { Family, MetricType, Sample } from '../family.js'
import { assertDistinct } from '../page-sharing.js'
import { isDoneWithin } from '../waiting.js'
import { warn } from '../warnings.js'

/** What a page is made of: a collector, or anything that has metrics. */
export interface MetricsSource {
  /**
   * The metrics for a scrape that waits at most `waitMs` milliseconds. Scrapes at the same time that are given the same objects
   * share a page.
   */
  readonly scrape: (waitMs: number) => ReadonlyArray<Family> | Promise<ReadonlyArray<Family>>
}

/** @throws TypeError when something is no source, or two collectors would show one series. */
export const assertSources = (sources: ReadonlyArray<MetricsSource>): void => {
  if (sources.length === 0) throw new TypeError('sources: none given, expected a collector or several')
  const faults = sources.flatMap((source: unknown, index) =>
    typeof source === 'object' && source !== null && hasMethod(source, 'scrape')
      ? []
      : [`sources[${index}]: expected a collector, or an object with the method scrape`],
  )
  if (faults.length > 0) throw new TypeError(faults.join('\n'))
  assertDistinct([...new Set(sources)], 'sources')
}

const hasMethod = (source: object, name: string): boolean => typeof Reflect.get(source, name) === 'function'

/**
 * What is read of each, without those that fail or take longer than `waitMs` milliseconds: these are process warnings. Rejects
 * when nothing is read of any.
 */
export const ofEach = async <From, A>(
  clock: Clock,
  all: ReadonlyArray<From>,
  waitMs: number,
  read: (one: From) => A | Promise<A>,
): Promise<ReadonlyArray<A>> => {
  // Of a single source there is no other that has to be shown in time.
  const isAlone = all.length === 1
  const results = await Promise.allSettled(
    all.map(async (one) => {
      const task = (async () => read(one))()
      if (!isAlone && !(await isDoneWithin(clock, waitMs, task))) {
        throw new Error(`a source of metrics gave nothing within ${waitMs} ms, as long as a scrape waits for it`)
      }
      return task
    }),
  )
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  if (failures.length === all.length) throw failures[0]
  for (const failure of failures) warn(failure)
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/**
 * The family that a source gave, once a page can show it.
 *
 * @throws TypeError that says what of it no page can show.
 */
export const checkedFamily = (given: unknown): Family => {
  const [name, help, type, labels, samples] = fields(given, 'name', 'help', 'type', 'labels', 'samples')
  if (typeof name !== 'string' || !metricName.test(name)) throw unshown('a family without a metric name')
  if (typeof help !== 'string' || !isType(type)) throw unshown(`the family ${name} without a help or a known type`)
  if (!Array.isArray(samples) || !samples.every(isSample)) throw unshown(`the family ${name} with other than samples`)
  return { name, help, type, labels: Array.isArray(labels) ? labels.map(String) : [], samples }
}

const unshown = (what: string): TypeError => new TypeError(`a source of metrics gave ${what}`)

const fields = (given: unknown, ...names: ReadonlyArray<string>): ReadonlyArray<unknown> =>
  typeof given === 'object' && given !== null ? names.map((name) => Reflect.get(given, name)) : []

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

const types: Readonly<Record<MetricType, true>> = { counter: true, gauge: true, histogram: true }

const isType = (type: unknown): type is MetricType => typeof type === 'string' && Object.hasOwn(types, type)

const suffixes = new Set<unknown>([undefined, '_bucket', '_sum', '_count'])

const isSample = (given: unknown): given is Sample => {
  if (typeof given !== 'object' || given === null || !('labels' in given) || !('value' in given)) return false
  const { labels, value } = given
  if (typeof value !== 'number' || typeof labels !== 'object' || labels === null) return false
  if ('suffix' in given && !suffixes.has(given.suffix)) return false
  if ('time' in given && given.time !== undefined && !Number.isFinite(given.time)) return false
  for (const [name, text] of Object.entries(labels)) if (typeof text !== 'string' || !labelName.test(name)) return false
  return true
}

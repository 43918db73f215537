import type { Collector } from '../collector.js'
import type { Family } from '../family.js'
import { assertDistinct } from '../page-sharing.js'
import { warn } from '../warnings.js'

/** What a page is made of: a collector, or something that has metrics of its own beside one. */
export interface MetricsSource {
  /** Waits until a scrape can be answered, but no longer than `waitMs` milliseconds. */
  readonly ready: Collector['ready']
  /** What the page shows. */
  readonly families: () => ReadonlyArray<Family> | Promise<ReadonlyArray<Family>>
  /** The same, made in steps. Default: `families`, in one. */
  readonly lazyFamilies?: Collector['lazyFamilies'] | undefined
  /**
   * What the page is made of: scrapes at the same time share the page while these are the same objects. Default: each scrape
   * has a page of its own.
   */
  readonly snapshots?: (() => ReadonlyArray<unknown>) | undefined
}

/** @throws TypeError when something is no source, or two collectors would show one series. */
export const assertSources = (sources: ReadonlyArray<MetricsSource>): void => {
  if (sources.length === 0) throw new TypeError('sources: none given, expected a collector or several')
  const faults = sources.flatMap((source: unknown, index) =>
    typeof source === 'object' && source !== null && hasMethod(source, 'ready') && hasMethod(source, 'families')
      ? []
      : [`sources[${index}]: expected a collector, or an object with the methods ready, families`],
  )
  if (faults.length > 0) throw new TypeError(faults.join('\n'))
  assertDistinct([...new Set(sources)], 'sources')
}

const hasMethod = (source: object, name: string): boolean => typeof Reflect.get(source, name) === 'function'

// Half of what a scrape's deadline leaves for the way back.
const afterReadyMs = 250

/**
 * What each source gives, without those that fail or give nothing in time: these are process warnings. Rejects when none
 * gives anything.
 */
export const ofEach = async <A>(
  sources: ReadonlyArray<MetricsSource>,
  waitMs: number,
  read: (source: MetricsSource) => A | Promise<A>,
): Promise<ReadonlyArray<readonly [MetricsSource, A]>> => {
  // Of a single source there is no other that has to be shown in time.
  const isAlone = sources.length === 1
  const all = await Promise.allSettled(
    sources.map(async (source) => {
      const task = (async () => read(source))()
      return [source, await (isAlone ? task : within(waitMs + afterReadyMs, task))] as const
    }),
  )
  const failures = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (failures.length === sources.length) throw failures[0]
  for (const failure of failures) warn(failure)
  return all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** @throws TypeError for what no page can show. */
export const checkedFamily = (family: unknown): Family => {
  const fault = familyFault(family)
  if (fault !== undefined) throw new TypeError(`a source of metrics gave ${fault}`)
  return family as Family
}

const within = async <A>(ms: number, task: Promise<A>): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a source of metrics gave nothing within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([task, late])
  } finally {
    clearTimeout(timer)
  }
}

const types = new Set<unknown>(['counter', 'gauge', 'histogram'])

/** What of a family no page can show. */
const familyFault = (family: unknown): string | undefined => {
  if (typeof family !== 'object' || family === null) return 'a family that is no object'
  const [name, help, type, samples]: ReadonlyArray<unknown> = ['name', 'help', 'type', 'samples'].map((key) =>
    Reflect.get(family, key),
  )
  if (typeof name !== 'string' || !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) return 'a family without a metric name'
  if (typeof help !== 'string' || !types.has(type)) return `the family ${name} without a help or a known type`
  return Array.isArray(samples) && samples.every(isSample)
    ? undefined
    : `the family ${name} with samples no page can show`
}

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

const isSample = (sample: unknown): boolean => {
  if (typeof sample !== 'object' || sample === null) return false
  const [labels, value]: ReadonlyArray<unknown> = [Reflect.get(sample, 'labels'), Reflect.get(sample, 'value')]
  if (typeof value !== 'number' || typeof labels !== 'object' || labels === null) return false
  for (const [name, text] of Object.entries(labels)) if (typeof text !== 'string' || !labelName.test(name)) return false
  return true
}

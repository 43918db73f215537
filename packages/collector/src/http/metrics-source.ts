import type { Clock } from '@alauda-exporter/alauda-client'
import type { Family } from '../family.js'
import { assertDistinct, isOurs } from '../page-sharing.js'
import { isDoneWithin } from '../waiting.js'

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
    typeof source === 'object' && source !== null && 'scrape' in source && typeof source.scrape === 'function'
      ? []
      : [`sources[${index}]: expected a collector, or an object with the method scrape`],
  )
  if (faults.length > 0) throw new TypeError(faults.join('\n'))
  assertDistinct([...new Set(sources)], 'sources')
}

/**
 * What a source gives a scrape that waits at most `waitMs` milliseconds. Collectors keep to that time; others do not delay a page
 * by this `clock` for longer. Without a clock it may take as long as it needs.
 */
export const familiesOf = async (
  source: MetricsSource,
  waitMs: number,
  clock: Clock | undefined,
): Promise<ReadonlyArray<Family>> => {
  const longestMs = waitMs + afterScrapeMs
  const read = (async () => source.scrape(waitMs))()
  if (clock !== undefined && !isOurs(source) && !(await isDoneWithin(clock, longestMs, read))) {
    throw new Error(`a source of metrics gave nothing within ${longestMs} ms, as long as a scrape waits for it`)
  }
  const families: unknown = await read
  if (!Array.isArray(families)) throw new TypeError('a source of metrics gave no array of families')
  return families
}

// Half of what a scrape's deadline leaves for the way back: a collector may take all of the deadline.
const afterScrapeMs = 250

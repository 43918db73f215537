import { type Clock, systemClock } from '@alauda-exporter/alauda-client'
import { inSteps } from '@alauda-exporter/alauda-client/turns'
import type { ExpositionFormat } from '../collector.js'
import { openMetricsPieces } from '../exposition/open-metrics.js'
import { textPieces } from '../exposition/text.js'
import { type Family, type LazyFamily, madeInSteps, mergeInSteps } from '../family.js'
import { warn } from '../warnings.js'
import { assertSources, checkedFamily, type MetricsSource, ofEach } from './metrics-source.js'
import { contentTypes, preferredFormat } from './preferred-format.js'
import { scrapeDeadlineMs } from './scrape-deadline.js'

/** A page, and the format that it is in. */
export interface MetricsPage {
  /** For the header `Content-Type`: the format and its version. */
  readonly contentType: string
  /** In UTF-8. Other scrapes may have the same bytes: they must not be changed. */
  readonly page: Uint8Array<ArrayBuffer>
}

/**
 * Makes a page for a scrape with these headers, in their format and within their time. It is made in steps between which the event
 * loop runs, and concurrent scrapes share it. Of several sources, one that fails, or gives nothing
 * in the time that the scrape has, is left out with a process warning. Rejects when no source is left.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createMetricsPage } from '@alauda-exporter/collector'
 *
 * const makePage = createMetricsPage({
 *   ready: async () => {},
 *   families: () => [{ name: 'queue_length', help: 'Jobs.', type: 'gauge', labels: [], samples: [{ labels: {}, value: 7 }] }],
 * })
 * const { page } = await makePage(new Headers())
 * assert.equal(new TextDecoder().decode(page), '# HELP queue_length Jobs.\n# TYPE queue_length gauge\nqueue_length 7\n')
 * ```
 */
export const createMetricsPage = (...given: ReadonlyArray<MetricsSource>) => metricsPageOf(systemClock, given)

/** {@link createMetricsPage} by another clock. */
export const metricsPageOf = (
  clock: Clock,
  given: ReadonlyArray<MetricsSource>,
): ((headers: Pick<Headers, 'get'>) => Promise<MetricsPage>) => {
  assertSources(given)
  const all = [...new Set(given)]
  const underWay = new Map<ExpositionFormat, UnderWay>()

  const make = (ready: ReadonlyArray<Ready>, format: ExpositionFormat, waitMs: number) => {
    const render = async () =>
      rendered(
        await ofEach<Ready, Families>(clock, ready, waitMs, ({ source, families }) => families ?? read(source)),
        format,
      )
    const madeOf = ready.length === all.length ? snapshotsOf(all) : undefined
    if (madeOf === undefined) return render()
    const known = underWay.get(format)
    if (known !== undefined && isSame(known.madeOf, madeOf)) return known.page
    const begun = { madeOf, page: render() }
    underWay.set(format, begun)
    const forget = () => {
      if (underWay.get(format) === begun) underWay.delete(format)
    }
    begun.page.then(forget, forget)
    return begun.page
  }

  return async (headers) => {
    const waitMs = scrapeDeadlineMs(headers)
    const ready = await ofEach(clock, all, waitMs + afterReadyMs, async (source): Promise<Ready> => {
      await source.ready(waitMs)
      return isReadAtOnce(source) ? { source, families: await source.families() } : { source }
    })
    const format = preferredFormat(headers.get('accept') ?? undefined)
    return { contentType: contentTypes[format], page: await make(ready, format, waitMs) }
  }
}

// Half of what a scrape's deadline leaves for the way back: a collector may take all of the deadline.
const afterReadyMs = 250

type Families = ReadonlyArray<Family | LazyFamily>

interface Ready {
  readonly source: MetricsSource
  /** Absent for those that are read when the page is made. */
  readonly families?: Families
}

// Others already have their data, like collectors, and their pages may be shared.
const isReadAtOnce = ({ lazyFamilies, snapshots }: MetricsSource): boolean =>
  lazyFamilies === undefined && snapshots === undefined

const read = (source: MetricsSource): Families | Promise<Families> => source.lazyFamilies?.() ?? source.families()

/** What the page is made of; absent where a source does not say, and no other scrape can share the page. */
const snapshotsOf = (sources: ReadonlyArray<MetricsSource>): ReadonlyArray<unknown> | undefined => {
  if (sources.some(({ snapshots }) => snapshots === undefined)) return undefined
  try {
    return sources.flatMap(({ snapshots }) => snapshots?.() ?? [])
  } catch (error) {
    warn(error)
    return undefined
  }
}

interface UnderWay {
  readonly madeOf: ReadonlyArray<unknown>
  readonly page: Promise<Uint8Array<ArrayBuffer>>
}

const isSame = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])

const writers = { text: textPieces, openmetrics: openMetricsPieces }

const rendered = (given: ReadonlyArray<Families>, format: ExpositionFormat): Promise<Uint8Array<ArrayBuffer>> =>
  inSteps(render(given, format))

function* render(given: ReadonlyArray<Families>, format: ExpositionFormat) {
  const shown: Family[] = []
  const failures: unknown[] = []
  for (const families of given) {
    try {
      if (!Array.isArray(families)) throw new TypeError('a source of metrics gave no array of families')
      const ofSource: Family[] = []
      for (const family of families) {
        const made = isLazy(family) ? yield* madeInSteps(family) : family
        yield
        ofSource.push(checkedFamily(made))
        yield
      }
      shown.push(...ofSource)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length === given.length) throw failures[0]
  for (const failure of failures) warn(failure)
  const encoder = new TextEncoder()
  const pieces: Uint8Array[] = []
  for (const piece of writers[format](yield* mergeInSteps(shown))) {
    pieces.push(encoder.encode(piece))
    yield
  }
  return joined(pieces)
}

const isLazy = (family: Family | LazyFamily): family is LazyFamily => typeof family === 'function'

const joined = (pieces: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  const page = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0))
  let end = 0
  for (const piece of pieces) {
    page.set(piece, end)
    end += piece.length
  }
  return page
}

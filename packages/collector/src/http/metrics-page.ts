import { type Clock, systemClock } from '@alauda-exporter/alauda-client'
import { longestTimerMs } from '@alauda-exporter/alauda-client/options'
import { inSteps } from '@alauda-exporter/alauda-client/turns'
import Negotiator from 'negotiator'
import type { ExpositionFormat } from '../collector.js'
import { preparedOf } from '../exposition/lines.js'
import { openMetricsFormat } from '../exposition/open-metrics.js'
import { markConstant, type PagePart, partOf, partsOf, type Section, sectionsOf } from '../exposition/page-parts.js'
import { contentTypes } from '../exposition/parts.js'
import { textFormat } from '../exposition/text.js'
import { checkedInSteps } from '../families/checked-family.js'
import { type Family, mergeGroup, type Steps } from '../family.js'
import { createSharedWork, isSame } from '../waiting.js'
import { warn } from '../warnings.js'
import { assertSources, familiesOf, type MetricsSource } from './metrics-source.js'

/** A page, and the format that it is in. */
export interface MetricsPage {
  /** For the header `Content-Type`: the format and its version. */
  readonly contentType: string
  /** In UTF-8. Other scrapes may have the same bytes: they must not be changed. */
  readonly page: Uint8Array<ArrayBuffer>
}

/** A page in parts, and the format that it is in. */
export interface MetricsParts extends Pick<MetricsPage, 'contentType'> {
  /**
   * One after the other. Those of a collector's metrics are the same objects on each page until the metrics change, and so are those of
   * your families that are frozen, with their samples and all that these have.
   */
  readonly parts: ReadonlyArray<PagePart>
}

/**
 * Makes a page for a scrape with these headers, in their format and within their time. It is made in steps between which the event
 * loop runs, and scrapes that show the same families at the same time share it. What is written of a collector's metrics is kept
 * until they change. Of several sources, one that fails, or gives nothing in the time that the scrape has, is left out with a
 * process warning. Rejects when no source is left.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createMetricsPage } from '@alauda-exporter/collector'
 *
 * const makePage = createMetricsPage({
 *   scrape: () => [{ name: 'queue_length', help: 'Jobs.', type: 'gauge', labels: [], samples: [{ labels: {}, value: 7 }] }],
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
  const makeParts = metricsPartsOf(clock, given)
  const made = new WeakMap<MetricsParts, Promise<MetricsPage>>()
  return async (headers) => {
    const whole = await makeParts(headers)
    const page = made.get(whole) ?? pageOf(whole)
    made.set(whole, page)
    return page
  }
}

/**
 * As {@link createMetricsPage}, in parts, which are written when they are read: a page that is sent compressed takes neither the
 * time nor the memory of all its bytes again, when what was made of each part is kept in a `WeakMap`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createMetricsParts } from '@alauda-exporter/collector'
 *
 * const makeParts = createMetricsParts({
 *   scrape: () => [{ name: 'queue_length', help: 'Jobs.', type: 'gauge', labels: [], samples: [{ labels: {}, value: 7 }] }],
 * })
 * const { parts } = await makeParts(new Headers())
 * const page = Buffer.concat(parts.map((part) => part.bytes()))
 * assert.equal(page.toString(), '# HELP queue_length Jobs.\n# TYPE queue_length gauge\nqueue_length 7\n')
 * ```
 */
export const createMetricsParts = (...given: ReadonlyArray<MetricsSource>) => metricsPartsOf(systemClock, given)

const metricsPartsOf = (
  clock: Clock,
  given: ReadonlyArray<MetricsSource>,
): ((headers: Pick<Headers, 'get'>) => Promise<MetricsParts>) => {
  assertSources(given)
  const all = [...new Set(given)]
  const makers = { text: createPartsMaker('text'), openmetrics: createPartsMaker('openmetrics') }

  return async (headers) => {
    const waitMs = scrapeDeadlineMs(headers)
    // Of a single source there is no other that has to be shown in time.
    const deadline = all.length === 1 ? undefined : clock
    const read = await Promise.allSettled(all.map((source) => familiesOf(source, waitMs, deadline)))
    return makers[preferredFormat(headers.get('accept') ?? undefined)](read)
  }
}

type Read = ReadonlyArray<PromiseSettledResult<ReadonlyArray<Family>>>

export const formats = { text: textFormat, openmetrics: openMetricsFormat }

// What is beyond it, of one format, is written again for each scrape that wants it uncompressed.
const mostKeptBytes = 32 * 1024 * 1024

/** Makes the parts of pages of a format. Those of prepared families stay the same until a page has others. */
const createPartsMaker = (name: ExpositionFormat): ((read: Read) => Promise<MetricsParts>) => {
  const format = formats[name]
  const end = new TextEncoder().encode(format.end)
  const ends = end.length > 0 ? [partOf(end)] : []
  const share = createSharedWork<MetricsParts>()

  function* make(read: Read): Steps<MetricsParts> {
    const sections = yield* shownSections(read)
    const parts: PagePart[] = []
    for (const section of sections) {
      // What the host gave may change later.
      const ofSection = section.kind === 'any' ? yield* written(partsOf(section, format, 0)) : keptParts(section, name)
      parts.push(...ofSection)
    }
    return { contentType: contentTypes[name], parts: [...parts, ...ends] }
  }

  return (read) =>
    share(
      read.flatMap((one) => (one.status === 'fulfilled' ? one.value : [one.reason])),
      () => inSteps(make(read)),
    )
}

interface Kept {
  readonly families: ReadonlyArray<Family>
  readonly parts: ReadonlyArray<PagePart>
}

/** By the first family of a section. */
const keptSections = {
  text: new WeakMap<Family, ReadonlyArray<Kept>>(),
  openmetrics: new WeakMap<Family, ReadonlyArray<Kept>>(),
}

// One is shown while the next is prepared.
const mostKeptSections = 2

const keptParts = (section: Section, name: ExpositionFormat): ReadonlyArray<PagePart> => {
  const { families } = section
  const [first] = families
  if (first === undefined) return []
  const kept = keptSections[name].get(first) ?? []
  const before = kept.find((one) => isSame(one.families, families))
  if (before !== undefined) return before.parts
  const parts = partsOf(section, formats[name], mostKeptBytes)
  keptSections[name].set(first, [{ families, parts }, ...kept].slice(0, mostKeptSections))
  return parts
}

function* written(parts: ReadonlyArray<PagePart>): Steps<ReadonlyArray<PagePart>> {
  const made: PagePart[] = []
  for (const part of parts) {
    made.push(partOf(part.bytes()))
    yield
  }
  return made
}

const pageOf = async ({ contentType, parts }: MetricsParts): Promise<MetricsPage> => {
  const all = await inSteps(written(parts))
  const page = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const part of all) {
    page.set(part.bytes(), end)
    end += part.length
  }
  return { contentType, page }
}

/** By the frozen families that were given. */
const checkedConstants = new WeakMap<Family, Family>()

function* constantOf(given: Family, checked: Family): Steps<Family> {
  const constant = yield* mergeGroup([checked])
  checkedConstants.set(given, constant)
  markConstant(constant)
  return constant
}

/** Whether nothing of a family can change any more. */
const isConstant = (family: Family): boolean =>
  isFrozenData(family) &&
  isFrozenData(family.labels) &&
  isFrozenData(family.samples) &&
  family.samples.every((sample) => isFrozenData(sample) && isFrozenData(sample.labels))

/** A frozen object whose fields are values: a getter may give another one each time. */
const isFrozenData = (data: unknown): boolean =>
  Object.isFrozen(data) && Object.values(Object.getOwnPropertyDescriptors(data)).every((field) => 'value' in field)

function* shownSections(read: Read): Steps<ReadonlyArray<Section>> {
  const shown: Family[] = []
  const failures: unknown[] = []
  for (const one of read) {
    try {
      if (one.status === 'rejected') throw one.reason
      const ofSource: Family[] = []
      for (const family of one.value) {
        const known = preparedOf(family) === undefined ? checkedConstants.get(family) : family
        if (known !== undefined) {
          ofSource.push(known)
          continue
        }
        const checked = yield* checkedInSteps(family)
        ofSource.push(isConstant(family) ? yield* constantOf(family, checked) : checked)
        yield
      }
      shown.push(...ofSource)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length === read.length) throw failures[0]
  for (const failure of failures) warn(failure)
  return yield* sectionsOf(shown)
}

// Prometheus 3 also asks how names that are not plain are to be escaped. All of ours are plain: each answer is the same page.
const escapings = ['', '; escaping=allow-utf-8', '; escaping=underscores', '; escaping=dots', '; escaping=values']

// The first of equally preferred formats wins: a client that accepts anything gets text.
const formatsByType: ReadonlyMap<string, ExpositionFormat> = new Map(
  (['text', 'openmetrics'] as const).flatMap((format) =>
    escapings.map((escaping): [string, ExpositionFormat] => [`${contentTypes[format]}${escaping}`, format]),
  ),
)

/**
 * The format that the `Accept` header prefers; text for one that accepts neither.
 *
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 * @example
 * preferredFormat('application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4') // 'openmetrics'
 */
export const preferredFormat = (accept: string | undefined): ExpositionFormat => {
  if (accept !== lastPreferred?.accept) {
    const type = new Negotiator({ headers: { accept } }).mediaType([...formatsByType.keys()])
    lastPreferred = { accept, format: formatsByType.get(type ?? '') ?? 'text' }
  }
  return lastPreferred?.format ?? 'text'
}

// Prometheus always asks in the same words.
let lastPreferred: { readonly accept: string | undefined; readonly format: ExpositionFormat } | undefined

const prometheusDefaultSeconds = 10
const reserveSeconds = 0.5

/**
 * How long a scrape may take, in milliseconds: what Prometheus says it waits (`X-Prometheus-Scrape-Timeout-Seconds`), less a
 * reserve for the way back.
 *
 * Without that header Prometheus' own default of 10 seconds is taken.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { scrapeDeadlineMs } from '@alauda-exporter/collector'
 *
 * assert.equal(scrapeDeadlineMs(new Headers({ 'X-Prometheus-Scrape-Timeout-Seconds': '5' })), 4_500)
 * assert.equal(scrapeDeadlineMs(new Headers()), 9_500)
 * ```
 */
export const scrapeDeadlineMs = (headers: Pick<Headers, 'get'>): number => {
  const told = Number(headers.get('x-prometheus-scrape-timeout-seconds'))
  const seconds = told > 0 && Number.isFinite(told) ? told : prometheusDefaultSeconds
  return Math.min(Math.max(seconds - reserveSeconds, seconds / 2) * 1000, longestTimerMs)
}

import test from 'ava'
import fc from 'fast-check'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { collectorMetrics } from '../../src/collector-metrics.js'
import { toOpenMetrics } from '../../src/exposition/open-metrics.js'
import { partsOf, sectionsOf } from '../../src/exposition/page-parts.js'
import { textFormat, toText } from '../../src/exposition/text.js'
import { families } from '../../src/families/families.js'
import type { FamiliesOptions } from '../../src/families/options.js'
import { atOnce, type Family, type Sample } from '../../src/family.js'
import { createMetricsPage, createMetricsParts } from '../../src/http/metrics-page.js'
import type { Snapshot } from '../../src/snapshot.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { simpleOpenMetrics, simpleText } from '../helpers/simple-page.js'
import { allOptions, fullSnapshot, okOf, serviceOf, snapshotOf } from '../helpers/snapshots.js'
import { arbitraryFamilies } from './arbitrary-families.js'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

const openMetrics = new Headers({ accept: 'application/openmetrics-text;version=1.0.0' })

/** The page of a source with these families, in both formats. */
const pagesOf = async (...sources: ReadonlyArray<ReadonlyArray<Family>>) => {
  const makePage = createMetricsPage(...sources.map((all) => ({ scrape: () => all })))
  const pages = await Promise.all([makePage(new Headers()), makePage(openMetrics)])
  return pages.map(({ page }) => text(page))
}

const optionsOfAny: fc.Arbitrary<FamiliesOptions> = fc.record(
  {
    articleNames: fc.boolean(),
    serviceLabels: fc.constantFrom([], ['a'], ['a', 'b']),
    timestamps: fc.boolean(),
    labels: fc.constantFrom({}, { account: 'north' }, { account: 'so"uth', tier: '1\\2' }, { tier: '1' }),
    freshness: fc.record({ now: fc.double({ noNaN: true, noDefaultInfinity: true }), maxAgeSeconds: fc.nat() }),
  },
  { requiredKeys: [] },
)

test('the pages of any snapshots are those of a simple renderer, byte by byte', async (t) => {
  await fc.assert(
    fc.asyncProperty(snapshotLists, optionsOfAny, async (snapshots, options) => {
      const all = families(snapshots, options)
      const expected = [simpleText(all), simpleOpenMetrics(all)]
      t.deepEqual([toText(all), toOpenMetrics(all)], expected)
      t.deepEqual(await pagesOf(all), expected)
    }),
  )
})

test('so are those of several accounts, of one account twice, and of families that were copied', async (t) => {
  const accounts = fc.array(fc.tuple(snapshotLists, optionsOfAny), { minLength: 2, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(accounts, fc.boolean(), async (given, isCopied) => {
      const sources = given.map(([snapshots, options]) => families(snapshots, options))
      const [first = []] = sources
      const repeated = isCopied ? first.map((family) => ({ ...family })) : first
      const all = [...sources, repeated]
      const expected = [simpleText(all.flat()), simpleOpenMetrics(all.flat())]
      t.deepEqual([toText(all.flat()), toOpenMetrics(all.flat())], expected)
      t.deepEqual(await pagesOf(...all), expected)
    }),
  )
})

test('and those of any families', (t) => {
  fc.assert(
    fc.property(arbitraryFamilies(fc.nat().map((time) => time / 1000)), (all) => {
      t.is(toText(all), simpleText(all))
    }),
  )
})

/** Services with many instances, some of which have no values. */
const bigSnapshot = (services: number, instances: number): Snapshot =>
  snapshotOf(
    Array.from({ length: services }, (_, service) =>
      serviceOf(
        { service_name: `服务-${service}` },
        Array.from({ length: instances }, (_, index) =>
          okOf(
            { uuid: `u-${service}-${index}`, instance_name: `web.${index}` },
            { time: 1000, ...(index % 3 === 0 ? {} : { memory_usage: index, cpu_utilization: index / 7 }) },
          ),
        ),
      ),
    ),
  )

test('a page of several parts is the page of a simple renderer', async (t) => {
  const all = families([bigSnapshot(40, 130)], allOptions)
  t.true(all.flatMap(({ samples }) => samples).length > 20_000)
  t.deepEqual(await pagesOf(all), [simpleText(all), simpleOpenMetrics(all)])
})

test('two objects with the same labels show one series', (t) => {
  const web = serviceOf({}, [
    okOf({ uuid: 'a', instance_name: 'web.0' }, { time: 1000, rx_bytes: 1 }),
    okOf({ uuid: 'b', instance_name: 'web.0' }, { time: 1000, tx_bytes: 2 }),
  ])
  for (const snapshots of [
    [snapshotOf([web])],
    [snapshotOf([web, web])],
    [snapshotOf([]), snapshotOf([])],
    [fullSnapshot, fullSnapshot],
  ]) {
    const all = families(snapshots, allOptions)
    t.is(toText(all), simpleText(all))
    t.is(new Set(toText(all).split('\n')).size, toText(all).split('\n').length)
  }
})

/** A collector's metrics at a time, as the collector of a host gives them. */
const metricsAt = (options: FamiliesOptions = {}) => {
  const clock = manualClock(1_000_000)
  const { families: make } = collectorMetrics({ options, source: {}, clock, maxAgeSeconds: 300, logger: undefined })
  return { clock, make: (...snapshots: ReadonlyArray<Snapshot>) => atOnce(make(snapshots)) }
}

test('as long as nothing changes, a page has the same parts, and what is fresh is read each time', async (t) => {
  let asked = 0
  const count = {
    name: 'asked_total',
    help: 'Asked.',
    type: 'counter',
    labels: [],
    samples: () => {
      asked += 1
      return [{ labels: {}, value: asked }]
    },
  } as const
  const { make } = metricsAt({ customMetrics: [count] })
  let snapshot = bigSnapshot(10, 100)
  const makeParts = createMetricsParts({ scrape: () => make(snapshot) })
  const [first, second] = [await makeParts(new Headers()), await makeParts(new Headers())]
  t.true(first.parts.length > 3)
  t.deepEqual(
    first.parts.map((part, index) => part === second.parts[index]),
    first.parts.map((_, index) => index !== first.parts.length - 2),
  )
  t.regex(text(second.parts.at(-2)?.bytes() ?? new Uint8Array()), /^asked_total 2$/m)
  snapshot = bigSnapshot(10, 100)
  const third = await makeParts(new Headers())
  t.deepEqual(
    third.parts.filter((part) => first.parts.includes(part)),
    first.parts.slice(-1),
    'those of the calls are the same',
  )
})

test('what is written of a family that is frozen is kept, once for each series', async (t) => {
  const sample = (value: number) => Object.freeze({ labels: Object.freeze({ job: 'a' }), value })
  const family = (samples: ReadonlyArray<Sample>): Family => ({
    name: 'queue_length',
    help: 'Jobs.',
    type: 'gauge',
    labels: Object.freeze(['job']),
    samples,
  })
  const frozen = Object.freeze(family(Object.freeze([sample(7), sample(8)])))
  const changing = [
    family(Object.freeze([sample(7)])),
    Object.freeze(family([sample(7)])),
    Object.freeze(family(Object.freeze([{ ...sample(7) }]))),
    Object.freeze({
      ...family([]),
      get samples() {
        return Object.freeze([sample(7)])
      },
    }),
  ]
  const isKept = async (given: Family) => {
    const makeParts = createMetricsParts({ scrape: () => [given] })
    const [first, second] = [await makeParts(new Headers()), await makeParts(new Headers())]
    t.regex(text(first.parts[0]?.bytes() ?? new Uint8Array()), /\nqueue_length\{job="a"\} 7\n$/)
    return first.parts[0] === second.parts[0]
  }
  t.true(await isKept(frozen))
  for (const one of changing) t.false(await isKept(one))
})

test('what becomes too old leaves the page at that moment, though nothing was collected', async (t) => {
  const { clock, make } = metricsAt()
  const at = (time: number) => okOf({ uuid: `u${time}`, instance_name: `web.${time}` }, { time, memory_usage: time })
  const snapshot = snapshotOf([{ ...serviceOf({}, [at(900), at(1000)]), listedTime: 1000 }])
  const makePage = createMetricsPage({ scrape: () => make(snapshot) })
  const instances = async () => {
    const { page } = await makePage(new Headers())
    return [...text(page).matchAll(/^alauda_instance_memory_usage_bytes.*instance_name="(.*)"/gm)].map(
      ([, name]) => name,
    )
  }
  t.deepEqual(await instances(), ['web.900', 'web.1000'])
  clock.advance(200_000)
  t.deepEqual(await instances(), ['web.900', 'web.1000'])
  clock.advance(1)
  t.deepEqual(await instances(), ['web.1000'])
  clock.advance(99_999)
  t.deepEqual(await instances(), ['web.1000'])
  clock.advance(1)
  t.deepEqual(await instances(), [])
  clock.setBack(200_000)
  t.deepEqual(await instances(), ['web.900', 'web.1000'], 'and comes back when the clock is set back')
})

test('whatever the time, what is kept is what would be made again', (t) => {
  const times = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 1, maxLength: 6 })
  const ages = fc.array(fc.integer({ min: 500, max: 1000 }), { maxLength: 4 })
  fc.assert(
    fc.property(times, ages, ages, (advances, measured, listed) => {
      const instances = measured.map((time, index) =>
        okOf({ uuid: `u${index}`, instance_name: `web.${index}` }, { time, memory_usage: time }),
      )
      const services = listed.map((listedTime, index) => ({
        ...serviceOf({ service_name: `web-${index}` }, instances),
        listedTime,
      }))
      const { clock, make } = metricsAt()
      const snapshot = snapshotOf(services)
      for (const seconds of advances) {
        if (seconds < 0) clock.setBack(-1000 * seconds)
        else clock.advance(1000 * seconds)
        const again = families([snapshot], { freshness: { now: clock.now() / 1000, maxAgeSeconds: 300 } })
        t.deepEqual(make(snapshot).slice(0, again.length), again)
      }
    }),
  )
})

test('labels are prepared once for as long as their instance lives, whatever comes and goes beside it', (t) => {
  const services = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 5 }), { maxLength: 4 })
  fc.assert(
    fc.property(fc.array(services, { minLength: 1, maxLength: 5 }), (collections) => {
      const { make } = metricsAt({ labels: { account: 'north' } })
      for (const collection of collections) {
        const snapshot = snapshotOf(
          collection.map((names, service) =>
            serviceOf(
              { service_name: `web-${service}` },
              names.map((name, index) =>
                okOf({ uuid: `u${index}`, instance_name: `web.${name}` }, { time: 1000, memory_usage: index }),
              ),
            ),
          ),
        )
        const all = make(snapshot)
        t.is(toText(all), simpleText(all))
      }
    }),
  )
})

test('a part is the same bytes whether they are kept, read or written again', async (t) => {
  const { make } = metricsAt()
  const snapshot = bigSnapshot(10, 100)
  const { parts } = await createMetricsParts({ scrape: () => make(snapshot) })(new Headers())
  for (const part of parts) {
    const read = part.read((bytes) => bytes.slice())
    t.is(part.length, read.length)
    t.deepEqual(part.bytes(), read)
    t.is(part.bytes(), part.bytes())
    t.deepEqual(
      part.read((bytes) => bytes.slice()),
      read,
    )
  }
})

test('beyond the bytes that may be kept, a part is written again for each reader', (t) => {
  const [section, ...others] = atOnce(sectionsOf(families([bigSnapshot(10, 100)])))
  if (section === undefined) throw new Error('no section')
  t.deepEqual(others, [])
  const whole = partsOf(section, textFormat, Number.POSITIVE_INFINITY)
  const parts = partsOf(section, textFormat, whole[0]?.length ?? 0)
  const written = parts.filter((part) => part.length > 0)
  t.true(written.length > 3)
  t.deepEqual(
    written.map((part) => new Set([part.bytes(), part.bytes()]).size),
    written.map((_, index) => (index === 0 ? 1 : 2)),
  )
  for (const [index, part] of parts.entries()) t.deepEqual(part.bytes(), whole[index]?.bytes())
})

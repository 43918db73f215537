import test from 'ava'
import fc from 'fast-check'
import { right } from 'fp-ts/lib/TaskEither.js'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../../src/collector.js'
import type { PagePart } from '../../src/exposition/page-parts.js'
import { createMetricsPage } from '../../src/http/metrics-page.js'
import { createProbe, type ProbesConfig } from '../../src/http/probe.js'
import { servicesIn } from '../../src/snapshot.js'
import type { AlaudaSource } from '../../src/sources/cloud/calls.js'
import { instances, points, services } from '../helpers/arbitraries.js'
import { listing, sourceOf } from '../helpers/sources.js'

const web = { service_name: 'web', instances: [{ uuid: 'u0', instance_name: 'web.0' }] }
const sourceOfWeb = (calls: Partial<AlaudaSource> = {}) =>
  sourceOf({
    listServices: listing(web),
    getInstanceMetrics: () => right({ points: [{ time: 1000, memory_usage: 738 }] }),
    ...calls,
  })

const textOf = (parts: ReadonlyArray<PagePart>): string => Buffer.concat(parts.map((part) => part.bytes())).toString()

const accepted = { text: 'text/plain', openmetrics: 'application/openmetrics-text;version=1.0.0' }

const configs: fc.Arbitrary<ProbesConfig> = fc.record(
  {
    articleNames: fc.boolean(),
    timestamps: fc.boolean(),
    labels: fc.constantFrom({}, { account: 'north' }),
    serviceLabels: fc.constantFrom([], ['a', 'b']),
    maxInstances: fc.nat(3),
    maxNameLength: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: [] },
)

test('whatever there is, the page is that of a collector, without the count of failures', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(services, fc.array(instances, { maxLength: 4 })), { maxLength: 3 }),
      fc.array(points, { maxLength: 2 }),
      configs,
      fc.constantFrom<keyof typeof accepted>('text', 'openmetrics'),
      async (found, measured, options, format) => {
        const config = { ...options, clock: manualClock(1_000_000) }
        const listed = found.map(([service, ofService]) => ({ ...service, instances: ofService }))
        const ofTime = measured.map((point, index) => ({ ...point, time: 1000 - 400 * index }))
        const client = sourceOf({
          listServices: listing(...listed),
          getInstanceMetrics: () => right({ points: ofTime }),
        })
        const collector = createCollector({ ...config, client, namespaces: ['demo'], intervalMs: 0 })
        const pageOf = createMetricsPage({
          scrape: async (waitMs) =>
            (await collector.scrape(waitMs)).filter(({ name }) => name !== 'alauda_collection_failures_total'),
        })
        const expected = await pageOf(new Headers({ accept: accepted[format] }))
        const probe = createProbe(config)
        for (let time = 0; time < 2; time += 1) {
          const accept = accepted[format]
          const { contentType, parts } = await probe({ client, namespace: 'demo', waitMs: 1000, accept })
          t.is(contentType, expected.contentType)
          t.is(textOf(parts), Buffer.from(expected.page).toString())
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('what is not known in time is missing, and its calls are cancelled', async (t) => {
  const clock = manualClock(1_000_000)
  const signals: Array<AbortSignal | undefined> = []
  const client = sourceOfWeb({
    getInstanceMetrics: (_, { signal }) => {
      signals.push(signal)
      // A clock that stands still is moved when the probe waits.
      setImmediate(() => clock.advance(1000))
      return () => new Promise(() => {})
    },
  })
  const { snapshot, parts } = await createProbe({ clock })({ client, namespace: 'demo', waitMs: 1000 })
  t.deepEqual(
    servicesIn(snapshot).flatMap((service) => service.instances.map(({ outcome }) => outcome)),
    ['failed'],
  )
  t.regex(textOf(parts), /^alauda_up\{namespace="demo"\} 1$/m)
  t.notRegex(textOf(parts), /memory_usage/)
  t.deepEqual(
    signals.map((signal) => signal?.aborted),
    [true],
  )
  t.is(clock.pending(), 0)
})

test('nothing is kept from one probe to the next', async (t) => {
  const probe = createProbe({ clock: manualClock(1_000_000) })
  const read = (client: AlaudaSource) => probe({ client, namespace: 'demo', waitMs: 1000 })
  t.regex(textOf((await read(sourceOfWeb())).parts), /^alauda_instance_memory_usage_bytes\{.*\} 738$/m)
  const { parts } = await read(sourceOfWeb({ getInstanceMetrics: () => () => Promise.reject(new Error('no luck')) }))
  t.notRegex(textOf(parts), /memory_usage/)
})

test('objects of a source that have the same labels are one series', async (t) => {
  const twice = [1, 2].map((currentInstances) => ({
    service: { name: 'web', currentInstances },
    listedTime: 1000,
    instances: [],
    duplicates: 0,
  }))
  const client = {
    collect: () => ({ done: Promise.resolve({ readTime: 1000, services: twice }), soFar: () => ({ services: [] }) }),
  }
  const { parts } = await createProbe({ clock: manualClock(1_000_000) })({ client, namespace: 'demo', waitMs: 1000 })
  t.deepEqual(textOf(parts).match(/^alauda_service_current_instances.*/gm), [
    'alauda_service_current_instances{namespace="demo",service="web"} 1',
  ])
})

test('options that cannot work are named', (t) => {
  t.throws(() => createProbe({ maxInstances: -1 }), { message: /^maxInstances: -1 given/ })
  const unknown = { maxInstances: 5, intervalMs: 5 }
  t.throws(() => createProbe(unknown), { message: /^intervalMs: unknown option/ })
})

import type { InstanceMetrics, Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { until } from '../../alauda-client/test/helpers/until.js'
import type { CollectorConfig } from '../src/collector-config.js'
import type { Family } from '../src/family.js'
import type { AlaudaSource } from '../src/sources/cloud/calls.js'
import { collectorOf, linesOf, namespacesOf, noting, watched } from './helpers/collectors.js'
import { promised } from './helpers/promised.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

/** A collector that collects at each scrape. */
const atScrape = (source: AlaudaSource, config: Partial<CollectorConfig> = {}) =>
  collectorOf(source, { intervalMs: 0, ...config })

test('nothing is sent before a scrape, and nothing after it', async (t) => {
  const { asked, source } = noting()
  const { clock, collector } = atScrape(source)
  collector.start()
  clock.advance(600_000)
  t.is(asked.length, 0)
  await collector.scrape(5_000)
  t.is(asked.length, 1)
  t.is(clock.pending(), 0)
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
})

test('scrapes at the same time share a collection, and each later one has its own', async (t) => {
  const { asked, source } = noting()
  const { collector } = atScrape(source)
  await Promise.all([collector.scrape(5_000), collector.scrape(5_000)])
  t.is(asked.length, 1)
  await collector.scrape(5_000)
  await collector.scrape(5_000)
  t.is(asked.length, 3)
})

test('without an interval there is no ratio of it', async (t) => {
  const { source } = noting()
  const { collector } = atScrape(source)
  await collector.scrape(5_000)
  t.deepEqual(linesOf(collector, 'alauda_collection_interval_ratio'), [])
  t.deepEqual(linesOf(collector, 'alauda_collection_duration_seconds'), [
    'alauda_collection_duration_seconds{namespace="demo"} 0',
  ])
})

test('a list that is not read when the time is over is said not to be, and what was known is shown', async (t) => {
  const { asked, source } = noting({
    demo: (namespace, options) =>
      asked.length === 1 ? listing({ service_name: 'web', instances: [] })(namespace, options) : hangs(),
  })
  const { clock, collector } = atScrape(source)
  await collector.scrape(5_000)
  const scrape = watched(collector.scrape(5_000))
  clock.advance(4_999)
  await tick()
  t.false(scrape.isDone)
  clock.advance(1)
  await until(() => scrape.isDone)
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 0'])
  t.deepEqual(linesOf(collector, 'alauda_service_info'), ['alauda_service_info{namespace="demo",service="web"} 1'])
  t.deepEqual(
    collector.snapshots().map(({ startTime, failure }) => [startTime, failure]),
    [[1200, undefined]],
    'the last complete one',
  )
})

const web: Service = {
  service_name: 'web',
  instances: ['0', '1'].map((uuid) => ({ uuid, instance_name: `web.${uuid}` })),
}
const metrics = (time: number): InstanceMetrics => ({ points: [{ time, memory_usage: time }] })
const memoryLines = (...values: ReadonlyArray<readonly [string, number]>) =>
  values.map(
    ([name, value]) =>
      `alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="${name}"} ${value}`,
  )

/** Its first collection is answered at once; in the second, `web.1` does not answer before the test lets it. */
const halfHanging = () => {
  const answer = promised<InstanceMetrics>()
  const { asked, source } = noting(
    { demo: listing(web) },
    {
      getInstanceMetrics:
        ({ instance: uuid }) =>
        async () => {
          if (asked.length === 1) return E.right(metrics(1190))
          return E.right(uuid === '1' ? await answer.promise : metrics(1200))
        },
    },
  )
  return { source, asked, answer: answer.give }
}

test('when the time is over, what was read is shown fresh, and the rest as it was before', async (t) => {
  const { source } = halfHanging()
  const { clock, collector } = atScrape(source)
  await collector.scrape(5_000)
  t.deepEqual(linesOf(collector, 'alauda_instance_memory'), memoryLines(['web.0', 1190], ['web.1', 1190]))
  const scrape = collector.scrape(5_000)
  await tick()
  clock.advance(5_000)
  await scrape
  t.deepEqual(linesOf(collector, 'alauda_instance_memory'), memoryLines(['web.0', 1200], ['web.1', 1190]))
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
  t.deepEqual(linesOf(collector, 'alauda_collection_instances'), [
    'alauda_collection_instances{namespace="demo",outcome="ok"} 1',
    'alauda_collection_instances{namespace="demo",outcome="empty"} 0',
    'alauda_collection_instances{namespace="demo",outcome="gone"} 0',
    'alauda_collection_instances{namespace="demo",outcome="failed"} 1',
  ])
})

test('what was known before is shown until it is too old', async (t) => {
  const { source } = halfHanging()
  const { clock, collector } = atScrape(source, { maxAgeMs: 30_000 })
  await collector.scrape(5_000)
  const scrape = collector.scrape(5_000)
  await tick()
  clock.advance(20_000)
  await scrape
  t.deepEqual(linesOf(collector, 'alauda_instance_memory'), memoryLines(['web.0', 1200], ['web.1', 1190]))
  clock.advance(1)
  t.deepEqual(linesOf(collector, 'alauda_instance_memory'), memoryLines(['web.0', 1200]))
})

test('a collection that outlasts its scrape is shown when it ends, and costs no further one', async (t) => {
  const { source, asked, answer } = halfHanging()
  const { clock, collector } = atScrape(source)
  await collector.scrape(5_000)
  const scrapes = [collector.scrape(5_000), collector.scrape(8_000)]
  await tick()
  clock.advance(8_000)
  await Promise.all(scrapes)
  answer(metrics(1201))
  await tick()
  t.is(asked.length, 2)
  t.is(clock.pending(), 0)
  t.deepEqual(linesOf(collector, 'alauda_instance_memory'), memoryLines(['web.0', 1200], ['web.1', 1201]))
  t.deepEqual(linesOf(collector, 'alauda_collection_duration_seconds'), [
    'alauda_collection_duration_seconds{namespace="demo"} 8',
  ])
})

test('a namespace that hangs does not spoil the values of another', async (t) => {
  const { source, asked } = noting({ slow: hangs, demo: listing({ service_name: 'web', instances: [] }) })
  const { clock, collector } = atScrape(source, { namespaces: ['slow', 'demo'] })
  for (const _ of [1, 2]) {
    const scrape = collector.scrape(5_000)
    await tick()
    clock.advance(5_000)
    await scrape
    t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="slow"} 0', 'alauda_up{namespace="demo"} 1'])
    t.deepEqual(linesOf(collector, 'alauda_service_info'), ['alauda_service_info{namespace="demo",service="web"} 1'])
  }
  t.deepEqual(asked, ['slow', 'demo', 'demo'], 'the one that hangs is not asked again')
})

test('after a stop scrapes collect nothing and show what was known, until a start', async (t) => {
  const { source, asked } = noting({ demo: listing({ service_name: 'web', instances: [] }) })
  const { collector } = atScrape(source)
  await collector.scrape(5_000)
  const page = collector.expose()
  collector.stop()
  await collector.scrape(5_000)
  t.is(asked.length, 1)
  t.is(collector.expose(), page)
  collector.start()
  await collector.scrape(5_000)
  t.is(asked.length, 2)
})

test('a scrape shows what it waited for, not what another one has begun meanwhile', async (t) => {
  const { source, asked } = noting({
    slow: hangs,
    demo: (namespace, options) =>
      asked.filter((name) => name === 'demo').length === 1
        ? listing({ service_name: 'web' })(namespace, options)
        : hangs(),
  })
  const { clock, collector } = atScrape(source, { namespaces: ['slow', 'demo'] })
  const first = collector.scrape(5_000)
  await tick()
  clock.advance(4_900)
  const second = collector.scrape(5_000)
  await tick()
  clock.advance(100)
  await first
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="slow"} 0', 'alauda_up{namespace="demo"} 1'])
  clock.advance(5_000)
  await second
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="slow"} 0', 'alauda_up{namespace="demo"} 0'])
})

test('a scrape shows what was read until its own end, though the metrics of an earlier one are still being made', async (t) => {
  const answer = promised<InstanceMetrics>()
  const { source } = noting(
    { demo: listing(web) },
    {
      getInstanceMetrics: ({ instance }) => (instance === '0' ? async () => E.right(await answer.promise) : hangs()),
    },
  )
  const samples = () => {
    const end = performance.now() + 2
    while (performance.now() < end);
    return []
  }
  const customMetrics = Array.from(
    { length: 10 },
    (_, index) => ({ name: `slow_${index}`, help: 'Slow.', type: 'gauge', labels: [], samples }) as const,
  )
  const { clock, collector } = atScrape(source, { customMetrics })
  const [early, late] = [collector.scrape(5_000), collector.scrape(6_000)]
  await tick()
  clock.advance(5_000)
  await tick()
  answer.give(metrics(1200))
  await tick()
  clock.advance(1_000)
  const measuredIn = (families: ReadonlyArray<Family>) =>
    families.filter(({ name }) => name === 'alauda_instance_memory_usage_bytes').map((family) => family.samples.length)
  t.deepEqual(measuredIn(await early), [0])
  t.deepEqual(measuredIn(await late), [1])
})

test('is ready when every namespace has been collected once, and leaves no timer behind', async (t) => {
  const mayEnd = promised<void>()
  const { source } = noting({
    slow: (namespace, options) => async () => {
      await mayEnd.promise
      return listing()(namespace, options)()
    },
  })
  const { clock, collector } = collectorOf(source, { namespaces: ['demo', 'slow'] })
  collector.start()
  const ready = watched(collector.scrape(5_000))
  await tick()
  t.false(ready.isDone)
  mayEnd.give()
  await until(() => ready.isDone)
  t.is(collector.snapshots().length, 2)
  t.is(clock.pending(), 2) // the next collections
})

test('waits no longer than its limit', async (t) => {
  const { clock, collector } = collectorOf(sourceOf({ listServices: hangs }))
  collector.start()
  const ready = watched(collector.scrape(5_000))
  clock.advance(4_999)
  await tick()
  t.false(ready.isDone)
  clock.advance(1)
  await until(() => ready.isDone)
  t.deepEqual(collector.snapshots(), [])
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 0'], 'the list is not read yet')
})

test('waits for a first collection until ten seconds after it began, and no longer', async (t) => {
  const { clock, collector } = collectorOf(sourceOf({ listServices: hangs }))
  collector.start()
  clock.advance(7_000)
  const ready = watched(collector.scrape(5_000))
  clock.advance(2_999)
  await tick()
  t.false(ready.isDone)
  clock.advance(1)
  await until(() => ready.isDone)
  await collector.scrape(5_000)
  t.is(clock.pending(), 1, 'from then on it is ready at once: no more than the deadline waits')
})

test('a namespace that hangs does not hold up the scrapes of the others', async (t) => {
  const { source } = noting({ slow: hangs })
  const { clock, collector } = collectorOf(source, { namespaces: ['slow', 'demo'], timeoutMs: 600_000 })
  collector.start()
  clock.advance(10_000)
  await tick()
  for (const _ of [1, 2, 3]) {
    await collector.scrape(5_000)
    t.deepEqual(namespacesOf(collector.snapshots()), ['demo'])
    clock.advance(60_000)
    await tick()
  }
})

test('waiting starts no second collection', async (t) => {
  const { asked, source } = noting()
  const { collector } = collectorOf(source)
  collector.start()
  await Promise.all([collector.scrape(5_000), collector.scrape(5_000)])
  await collector.scrape(5_000)
  t.is(asked.length, 1)
})

test('once collected, it is ready at once, also while the next collection hangs', async (t) => {
  const { asked, source } = noting({
    demo: (namespace, options) => (asked.length === 1 ? listing()(namespace, options) : hangs()),
  })
  const { clock, collector } = collectorOf(source)
  collector.start()
  await collector.scrape(5_000)
  const page = collector.expose()
  clock.advance(60_000)
  t.is(asked.length, 2)
  await collector.scrape(5_000)
  t.is(collector.expose(), page, 'a collection under way is not shown before it is done')
})

test('a first collection that fails is a first collection', async (t) => {
  const source = sourceOf({ listServices: () => () => Promise.reject(new Error('oops')) })
  const { collector } = collectorOf(source)
  collector.start()
  await collector.scrape(5_000)
  t.is(collector.snapshots()[0]?.failure?.message, 'the collection failed: oops')
})

test('before the start it is ready at once', async (t) => {
  const { clock, collector } = collectorOf(sourceOf({}))
  await collector.scrape(5_000)
  t.is(clock.pending(), 0)
  t.deepEqual(collector.snapshots(), [])
})

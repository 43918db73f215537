import test from 'ava'
import { Registry } from 'prom-client'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import type { AlaudaSource } from '../src/collect.js'
import { registerAlaudaMetrics } from '../src/register.js'
import { noting } from './helpers/collectors.js'
import { hostRegistry, sampleLines } from './helpers/host.js'
import { promised } from './helpers/promised.js'
import { hangs, listing } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

const web = listing({ service_name: 'web', instances: [] })

/** A registry whose scrapes collect. */
const registerAtScrape = (registry: Registry, source: AlaudaSource) => {
  const clock = manualClock(1_200_000)
  let setBy = 0
  const { stop } = registerAlaudaMetrics({
    registry,
    client: source,
    namespaces: ['demo'],
    intervalMs: 0,
    clock: { now: () => clock.now() + setBy, setTimeout: clock.setTimeout },
  })
  return {
    clock,
    stop,
    setClock: (by: number) => {
      setBy += by
    },
  }
}

const names = ['alauda_up', 'alauda_service_info', 'alauda_collection_duration_seconds']

test('nothing is sent before a scrape, and a scrape of all metrics collects once', async (t) => {
  const { asked, source } = noting({ demo: web })
  const registry = hostRegistry()
  const { clock } = registerAtScrape(registry, source)
  clock.advance(600_000)
  t.is(asked.length, 0)
  const lines = sampleLines(await registry.metrics())
  t.is(asked.length, 1)
  t.true(lines.includes('orders_total 3'))
  t.true(lines.includes('alauda_up{namespace="demo"} 1'))
  t.true(lines.includes('alauda_service_info{namespace="demo",service="web"} 1'))
})

test('scrapes at the same time share a collection, and one a second later has its own', async (t) => {
  const { asked, source } = noting({ demo: web })
  const registry = new Registry()
  const { clock } = registerAtScrape(registry, source)
  await Promise.all([registry.metrics(), registry.getMetricsAsJSON()])
  t.is(asked.length, 1)
  clock.advance(1_000)
  await registry.metrics()
  t.is(asked.length, 2)
})

test('metrics that are read one after the other are of one collection', async (t) => {
  const { asked, source } = noting({ demo: web })
  const registry = new Registry()
  const { clock } = registerAtScrape(registry, source)
  for (const name of names) {
    t.regex(await registry.getSingleMetricAsString(name), /namespace="demo"/)
    clock.advance(300)
  }
  t.is(asked.length, 1)
})

test('also when the collection takes longer than a second', async (t) => {
  const mayEnd = promised<void>()
  const { asked, source } = noting({
    demo: (namespace, options) => async () => {
      await mayEnd.promise
      return web(namespace, options)()
    },
  })
  const registry = new Registry()
  const { clock } = registerAtScrape(registry, source)
  const first = registry.getSingleMetricAsString('alauda_up')
  clock.advance(3_000)
  mayEnd.give()
  await first
  for (const name of names) t.regex(await registry.getSingleMetricAsString(name), /namespace="demo"/)
  t.is(asked.length, 1)
})

test('when the cloud does not answer, metrics that are read one after the other wait once', async (t) => {
  const { asked, source } = noting({ demo: hangs })
  const registry = new Registry()
  const { clock } = registerAtScrape(registry, source)
  const first = registry.getSingleMetricAsString('alauda_up')
  clock.advance(5_000)
  t.regex(await first, /\nalauda_up\{namespace="demo"\} 0$/)
  for (const name of names) await registry.getSingleMetricAsString(name)
  t.is(asked.length, 1)
  t.is(clock.pending(), 1, 'its deadline')
})

test('a collection that outlasts its scrape is shown by the next one', async (t) => {
  const mayEnd = promised<void>()
  const { asked, source } = noting({
    demo: (namespace, options) => async () => {
      await mayEnd.promise
      return web(namespace, options)()
    },
  })
  const registry = new Registry()
  const { clock } = registerAtScrape(registry, source)
  const scrape = registry.metrics()
  clock.advance(5_000)
  t.deepEqual(
    sampleLines(await scrape).filter((line) => /^alauda_(up|service)/.test(line)),
    ['alauda_up{namespace="demo"} 0'],
  )
  mayEnd.give()
  await tick()
  t.deepEqual(
    sampleLines(await registry.metrics()).filter((line) => /^alauda_(up|service)/.test(line)),
    ['alauda_service_info{namespace="demo",service="web"} 1', 'alauda_up{namespace="demo"} 1'],
  )
  t.is(asked.length, 1)
})

test('a clock that is set back does not put off the next collection', async (t) => {
  const { asked, source } = noting({ demo: web })
  const registry = new Registry()
  const { setClock } = registerAtScrape(registry, source)
  await registry.metrics()
  setClock(-3_600_000)
  await registry.metrics()
  t.is(asked.length, 2)
})

test('after a stop scrapes collect nothing and show what was known', async (t) => {
  const { asked, source } = noting({ demo: web })
  const registry = new Registry()
  const { clock, stop } = registerAtScrape(registry, source)
  const page = await registry.metrics()
  stop()
  clock.advance(10_000)
  t.is(await registry.metrics(), page)
  t.is(asked.length, 1)
})

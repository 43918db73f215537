import type { Instance } from '@alauda-exporter/alauda-client'
import test from 'ava'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { Registry } from 'prom-client'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { registerAlaudaMetrics } from '../src/register.js'
import type { AlaudaSource } from '../src/sources/cloud/calls.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { noting } from './helpers/collectors.js'
import { hostRegistry, sampleLines, webSource } from './helpers/host.js'
import { promised } from './helpers/promised.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

const register = (registry: Registry, source: AlaudaSource, config: { readonly scrapeWaitMs?: number } = {}) => {
  const clock = manualClock(1_200_000)
  registerAlaudaMetrics({ registry, client: source, namespaces: ['demo'], clock, random: () => 0, ...config })
  return clock
}

test('the first scrape waits for the first collection of the cloud', async (t) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }),
    'services/demo/web/instances/u/metrics': memory([960, 16072704]),
  })
  const registry = new Registry()
  register(registry, source)
  t.deepEqual(
    sampleLines(await registry.metrics()).filter((line) => /^alauda_(up|instance_memory)/.test(line)),
    [
      'alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0"} 16072704',
      'alauda_up{namespace="demo"} 1',
    ],
  )
})

test('a scrape calls nothing itself: it shows what was collected last', async (t) => {
  const { source, paths } = await startCloud(t, { 'services/demo/': onePage() })
  const registry = new Registry()
  register(registry, source)
  await registry.metrics()
  await registry.metrics()
  await Promise.all([registry.metrics(), registry.getMetricsAsJSON()])
  t.deepEqual(paths(), ['services/demo/?page_size=100&page=1'])
})

const misbehaving: Readonly<Record<string, AlaudaSource['listServices']>> = {
  'fails every call': () =>
    TE.left({ _tag: 'AuthError', endpoint: 'login', method: 'GET', url: 'http://x/', message: 'refused' }),
  throws: () => {
    throw new Error('oops')
  },
  rejects: () => () => Promise.reject(new Error('oops')),
}

for (const [how, listServices] of Object.entries(misbehaving)) {
  test(`a scrape does not fail when the source ${how}: it says that the cloud is not up`, async (t) => {
    const registry = hostRegistry()
    register(registry, sourceOf({ listServices }))
    const lines = sampleLines(await registry.metrics())
    t.true(lines.includes('orders_total 3'))
    t.true(lines.includes('alauda_up{namespace="demo"} 0'))
  })
}

const down = 'alauda_up{namespace="demo"} 0'
const firstLines = (page: string) => sampleLines(page).slice(0, 2)

test('a scrape waits for a source that hangs no longer than its limit, and shows the owner’s metrics', async (t) => {
  const registry = hostRegistry()
  const clock = register(registry, sourceOf({ listServices: hangs }), { scrapeWaitMs: 2_000 })
  let page: string | undefined
  const scrape = registry.metrics().then((text) => {
    page = text
  })
  clock.advance(1_999)
  await tick()
  t.is(page, undefined)
  clock.advance(1)
  await scrape
  t.deepEqual(firstLines(page ?? ''), ['orders_total 3', down])
})

test('a scrape waits five seconds by default', async (t) => {
  const registry = hostRegistry()
  const clock = register(registry, sourceOf({ listServices: hangs }))
  let isDone = false
  const scrape = registry.metrics().then(() => {
    isDone = true
  })
  clock.advance(4_999)
  await tick()
  t.false(isDone)
  clock.advance(1)
  await scrape
  t.true(isDone)
})

test('as long as nothing has been collected, the next scrape waits again, until ten seconds after the start', async (t) => {
  const registry = hostRegistry()
  const clock = register(registry, sourceOf({ listServices: hangs }))
  for (const waitsMs of [5_000, 3_000]) {
    const scrape = registry.metrics()
    t.is(clock.pending(), 2) // the collection's deadline, and this wait
    clock.advance(waitsMs)
    t.deepEqual(firstLines(await scrape), ['orders_total 3', down])
    clock.advance(2_000)
  }
  t.deepEqual(firstLines(await registry.metrics()), ['orders_total 3', down], 'but not for ever')
})

test('a source that hangs is said to be down, before and after the collection’s time is over', async (t) => {
  const registry = new Registry()
  const clock = register(registry, sourceOf({ listServices: hangs }))
  const scrape = registry.metrics()
  clock.advance(5_000)
  t.true(sampleLines(await scrape).includes(down))
  clock.advance(55_000)
  await tick()
  await tick()
  t.true(sampleLines(await registry.metrics()).includes(down))
})

test('when a later collection hangs, scrapes show the one before at once', async (t) => {
  let asked = 0
  const registry = new Registry()
  const source = sourceOf({
    listServices: (namespace, options) => {
      asked += 1
      return asked === 1 ? listing()(namespace, options) : hangs()
    },
  })
  const clock = register(registry, source)
  const page = await registry.metrics()
  clock.advance(60_000)
  t.is(asked, 2)
  t.is(await registry.metrics(), page)
})

test('an instance that is gone is gone from the next scrape after the next collection', async (t) => {
  let instances: Instance[] = [
    { uuid: 'a', instance_name: 'web.0' },
    { uuid: 'b', instance_name: 'web.1' },
  ]
  const source = sourceOf({
    listServices: (namespace, options) => listing({ service_name: 'web', instances })(namespace, options),
    getInstanceMetrics: () => TE.right({ points: [{ time: 960, memory_usage: 7 }] }),
  })
  const registry = new Registry()
  const clock = register(registry, source)
  const measured = async () =>
    [...(await registry.metrics()).matchAll(/^alauda_instance_memory_usage_bytes.*instance_name="(.*)"/gm)].map(
      ([, name]) => name,
    )
  t.deepEqual(await measured(), ['web.0', 'web.1'])

  instances = [{ uuid: 'b', instance_name: 'web.1' }]
  t.deepEqual(await measured(), ['web.0', 'web.1'])
  clock.advance(60_000)
  await tick()
  t.deepEqual(await measured(), ['web.1'])
  t.false((await registry.metrics()).includes('web.0'))
})

test('each collection’s values replace those of the one before', async (t) => {
  let collections = 0
  const source = sourceOf({
    listServices: (namespace, options) => {
      collections += 1
      const target_num_instances = collections
      return listing({ service_name: 'web', instances: [], target_num_instances })(namespace, options)
    },
  })
  const registry = new Registry()
  const clock = register(registry, source)
  for (const expected of [1, 2, 3]) {
    const lines = sampleLines(await registry.metrics()).filter((line) => line.startsWith('alauda_service_target'))
    t.deepEqual(lines, [`alauda_service_target_instances{namespace="demo",service="web"} ${expected}`])
    clock.advance(60_000)
    await tick()
  }
})

test('after a stop during the first collection, scrapes collect nothing', async (t) => {
  let asked = 0
  const source = sourceOf({
    listServices: () => {
      asked += 1
      return hangs()
    },
  })
  const registry = new Registry()
  const { stop } = registerAlaudaMetrics({ registry, client: source, namespaces: ['demo'], clock: manualClock() })
  stop()
  await registry.metrics()
  t.is(asked, 1)
})

test('statistics that a client of the host’s own cannot give cost no other metric, and are reported once', async (t) => {
  const registry = hostRegistry()
  const told: unknown[] = []
  const nothing = () => {}
  const client = {
    ...webSource,
    statistics: () => {
      throw new Error('no statistics')
    },
  }
  const logger = { debug: nothing, info: nothing, warn: nothing, error: (...args: unknown[]) => told.push(args) }
  registerAlaudaMetrics({ registry, client, namespaces: ['demo'], clock: manualClock(1_200_000), logger })
  for (let scrape = 0; scrape < 2; scrape++) {
    const lines = sampleLines(await registry.metrics())
    t.true(lines.includes('orders_total 3') && lines.includes('alauda_up{namespace="demo"} 1'))
    t.false(lines.some((line) => /^alauda_(api|login)/.test(line)))
  }
  t.deepEqual(told, [[{ error: 'no statistics' }, "the client's statistics could not be read and are left out"]])
})

const web = listing({ service_name: 'web', instances: [] })
const webAfter =
  (end: Promise<void>): AlaudaSource['listServices'] =>
  (namespace, options) =>
  async () => {
    await end
    return web(namespace, options)()
  }

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
  const { asked, source } = noting({ demo: webAfter(mayEnd.promise) })
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
  const { asked, source } = noting({ demo: webAfter(mayEnd.promise) })
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

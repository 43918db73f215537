import type { Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type CollectorConfig, defaultMaxAgeMs, defaultTimeoutMs } from '../src/collector-config.js'
import { collectorOf, linesOf, noting } from './helpers/collectors.js'
import { hangs, listing, notFound, sourceOf } from './helpers/sources.js'
import { fullStatistics } from './helpers/statistics.js'
import { tick } from './helpers/tick.js'

const wrong: ReadonlyArray<Partial<CollectorConfig>> = [
  { intervalMs: -1 },
  { intervalMs: Number.NaN },
  { intervalMs: 2 ** 31 },
  { timeoutMs: 0 },
  { windowMs: 0 },
  { maxAgeMs: -1 },
  { maxInstances: -1 },
]

for (const config of wrong) {
  const [name = '', value] = Object.entries(config)[0] ?? []
  test(`${name} cannot be ${value}`, (t) => {
    const error = t.throws(() => collectorOf(sourceOf({}), config), { instanceOf: TypeError })
    t.true(error?.message.startsWith(name), error?.message)
  })
}

test('no interval, no age and no instances are allowed', (t) => {
  t.notThrows(() => collectorOf(sourceOf({}), { intervalMs: 0, maxAgeMs: 0, maxInstances: 0 }))
})

test('what is known is shown for five minutes, the window or twice the interval, whichever is longest', (t) => {
  t.is(defaultMaxAgeMs(60_000), 300_000)
  t.is(defaultMaxAgeMs(0), 300_000)
  t.is(defaultMaxAgeMs(200_000), 400_000)
  t.is(defaultMaxAgeMs(200_000, 600_000), 600_000)
  t.is(defaultMaxAgeMs(60_000, 60_000), 300_000)
})

test('a collection may take as long as the interval, or a minute without one', async (t) => {
  t.is(defaultTimeoutMs(0), 60_000)
  t.is(defaultTimeoutMs(15_000), 15_000)
  for (const [intervalMs, message] of [
    [15_000, 'the collection broke off: the collection was not done within 15000 ms'],
    [0, 'the collection broke off: the collection was not done within 60000 ms'],
  ] as const) {
    const { clock, collector } = collectorOf(sourceOf({ listServices: hangs }), { intervalMs })
    const snapshots = collector.collect()
    clock.advance(defaultTimeoutMs(intervalMs))
    t.is((await snapshots)[0]?.failure?.message, message)
  }
})

test('each namespace draws its own part of the interval at which it is collected', async (t) => {
  const draws = [0.25, 0.5]
  const { asked, source } = noting()
  const { clock, collector } = collectorOf(source, {
    namespaces: ['demo', 'team', 'demo'],
    random: () => draws.shift() ?? Number.NaN,
  })
  t.deepEqual(draws, [], 'one for each namespace')
  collector.start()
  await tick()
  t.deepEqual(asked.splice(0), ['demo', 'team'])
  clock.advance(15_000)
  await tick()
  t.deepEqual(asked.splice(0), ['demo'])
  clock.advance(15_000)
  t.deepEqual(asked.splice(0), ['team'])
})

const webSource = {
  ...sourceOf({
    listServices: listing({ service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }),
    getInstanceMetrics: () => TE.right({ points: [{ time: 1190.5, memory_usage: 7 }] }),
  }),
  statistics: () => fullStatistics,
}

test('labels are on all samples, those of the API’s calls too', async (t) => {
  const { collector } = collectorOf(webSource, { labels: { account: 'north' } })
  await collector.collect()
  const samples = collector.families().flatMap((family) => family.samples)
  t.true(samples.length > 20)
  t.true(samples.every(({ labels }) => labels.account === 'north'))
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo",account="north"} 1'])
  t.deepEqual(linesOf(collector, 'alauda_logins_total'), ['alauda_logins_total{account="north"} 2'])
})

test('timestamps are on the measured values', async (t) => {
  const { collector } = collectorOf(webSource, { timestamps: true })
  await collector.collect()
  t.deepEqual(linesOf(collector, 'alauda_instance_memory_usage_bytes'), [
    'alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0"} 7 1190500',
  ])
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
})

test('a source that tells nothing of its calls has no metrics of them', async (t) => {
  const { collector } = collectorOf(sourceOf({}))
  await collector.collect()
  t.deepEqual(linesOf(collector, 'alauda_api'), [])
  t.deepEqual(linesOf(collector, 'alauda_login'), [])
})

test('what the source tells of its calls is as of now, also before anything was collected', (t) => {
  let logins = 0
  const { collector } = collectorOf({ ...sourceOf({}), statistics: () => ({ ...fullStatistics, logins }) })
  for (logins of [0, 1]) t.deepEqual(linesOf(collector, 'alauda_logins_total'), [`alauda_logins_total ${logins}`])
})

test('a collector goes on from what another one knew: nothing is missing until it has collected itself', async (t) => {
  const first = collectorOf(sourceOf({ listServices: listing({ service_name: 'web', instances: [] }) }))
  await first.collector.collect()
  const { collector } = collectorOf(sourceOf({ listServices: hangs }), { initial: first.collector.snapshots() })
  collector.start()
  await collector.ready(5_000)
  t.deepEqual(linesOf(collector, 'alauda_service_info'), ['alauda_service_info{namespace="demo",service="web"} 1'])
})

test('of what another one knew a collector shows nothing that it shall not watch, and asks for nothing of it', async (t) => {
  const services = ['web', 'old'].map((service_name) => ({ service_name, instances: [] }))
  const first = collectorOf(sourceOf({ listServices: listing(...services) }))
  await first.collector.collect()
  const settings = {
    initial: first.collector.snapshots(),
    isWanted: ({ service_name }: Service) => service_name !== 'old',
  }
  const shown = ['alauda_service_info{namespace="demo",service="web"} 1']

  const isDown = collectorOf(sourceOf({ listServices: () => TE.left(notFound) }), settings)
  for (let round = 0; round < 2; round++) {
    t.deepEqual(linesOf(isDown.collector, 'alauda_service_info'), shown)
    await isDown.collector.collect()
  }

  const asked: string[] = []
  const getService = (_: string, name: string) => {
    asked.push(name)
    return TE.right({ service_name: name, instances: [] })
  }
  const isMissing = collectorOf(sourceOf({ listServices: listing(), getService }), settings)
  await isMissing.collector.collect()
  t.deepEqual(asked, ['web'])
  t.deepEqual(linesOf(isMissing.collector, 'alauda_service_info'), shown)
})

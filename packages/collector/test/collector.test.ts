import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import test from 'ava'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { demo, startApiServer, withLogin } from '../../alauda-client/test/helpers/api-server.js'
import { type Collector, createCollector } from '../src/collector.js'
import { toOpenMetrics } from '../src/exposition/open-metrics.js'
import type { Snapshot } from '../src/snapshot.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collectorOf, linesOf, namespacesOf, noting } from './helpers/collectors.js'
import { webSource } from './helpers/host.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

test('nothing is sent before the start', (t) => {
  const { asked, source } = noting()
  const { clock, collector } = collectorOf(source)
  clock.advance(600_000)
  t.deepEqual(asked, [])
  t.deepEqual(collector.snapshots(), [])
  t.is(collector.expose(), '')
  t.is(clock.pending(), 0)
})

test('collects every minute by default, until it is stopped', async (t) => {
  const { asked, source } = noting()
  const { clock, collector } = collectorOf(source)
  collector.start()
  await collector.scrape(5_000)
  clock.advance(59_999)
  t.is(asked.length, 1)
  clock.advance(1)
  await tick()
  t.is(asked.length, 2)
  collector.stop()
  await tick()
  t.is(clock.pending(), 0)
  clock.advance(600_000)
  t.is(asked.length, 2)
})

test('shows the page of what the cloud answered', async (t) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage({
      service_name: '监控 "a\\b"',
      instances: [{ uuid: 'u', instance_name: 'a.0', started_at: '1970-01-01T00:10:00Z' }],
    }),
    'services/demo/%E7%9B%91%E6%8E%A7%20%22a%5Cb%22/instances/u/metrics': memory([960, 16072704]),
  })
  const { collector } = collectorOf(source)
  await collector.collect()
  const ofTheCloud = collector.expose().replace(/# HELP alauda_api_[\s\S]*/, '')
  t.is(
    ofTheCloud.replaceAll(/^#.*\n/gm, ''),
    `alauda_instance_memory_usage_bytes{namespace="demo",service="监控 \\"a\\\\b\\"",instance_name="a.0"} 16072704
alauda_instance_last_sample_timestamp_seconds{namespace="demo",service="监控 \\"a\\\\b\\"",instance_name="a.0"} 960
alauda_instance_start_time_seconds{namespace="demo",service="监控 \\"a\\\\b\\"",instance_name="a.0"} 600
alauda_instance_info{namespace="demo",service="监控 \\"a\\\\b\\"",instance_name="a.0",uuid="u"} 1
alauda_service_info{namespace="demo",service="监控 \\"a\\\\b\\""} 1
alauda_up{namespace="demo"} 1
alauda_collection_duration_seconds{namespace="demo"} 0
alauda_collection_interval_ratio{namespace="demo"} 0
alauda_collection_timestamp_seconds{namespace="demo"} 1200
alauda_collection_instances{namespace="demo",outcome="ok"} 1
alauda_collection_instances{namespace="demo",outcome="empty"} 0
alauda_collection_instances{namespace="demo",outcome="gone"} 0
alauda_collection_instances{namespace="demo",outcome="failed"} 0
alauda_collection_failures_total{namespace="demo",reason="auth"} 0
alauda_collection_failures_total{namespace="demo",reason="timeout"} 0
alauda_collection_failures_total{namespace="demo",reason="network"} 0
alauda_collection_failures_total{namespace="demo",reason="throttled"} 0
alauda_collection_failures_total{namespace="demo",reason="server"} 0
alauda_collection_failures_total{namespace="demo",reason="decode"} 0
alauda_collection_failures_total{namespace="demo",reason="limit"} 0
alauda_collection_unreadable_values{namespace="demo"} 0
alauda_collection_future_points{namespace="demo"} 0
alauda_collection_left_out{namespace="demo",bound="instances"} 0
alauda_collection_left_out{namespace="demo",bound="name-length"} 0
alauda_collection_duplicates{namespace="demo"} 0
`,
  )
  t.deepEqual(linesOf(collector, 'alauda_api_requests_total'), [
    'alauda_api_requests_total{endpoint="getInstanceMetrics",code="200"} 1',
    'alauda_api_requests_total{endpoint="listServices",code="200"} 1',
    'alauda_api_requests_total{endpoint="login",code="200"} 1',
  ])
})

test('asks for the window and the period of its settings', async (t) => {
  const { source, paths } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }),
  })
  await collectorOf(source).collector.collect()
  await collectorOf(source, { windowMs: 600_000, period: '5m' }).collector.collect()
  t.deepEqual(
    paths().filter((path) => path.includes('metrics')),
    [
      'services/demo/web/instances/u/metrics?start_time=600&end_time=1200&point_per_period=5m',
      'services/demo/web/instances/u/metrics?start_time=900&end_time=1200&point_per_period=1m',
    ],
  )
})

test('options add their metrics', async (t) => {
  const source = sourceOf({
    listServices: listing({ service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }),
    getInstanceMetrics: () => TE.right({ points: [{ time: 960, memory_usage: 7 }] }),
  })
  const { collector } = collectorOf(source, { articleNames: true })
  await collector.collect()
  t.true(collector.expose().endsWith('\nmemory_usage{service="web",instance="web.0"} 7\n'))
  t.deepEqual(collector.families().find(({ name }) => name === 'memory_usage')?.samples, [
    { labels: { service: 'web', instance: 'web.0' }, value: 7 },
  ])
})

test('a namespace that fails does not delay another, and both report their state', async (t) => {
  const { source } = noting({ broken: () => () => Promise.reject(new Error('oops')) })
  const { collector } = collectorOf(source, { namespaces: ['broken', 'demo'] })
  t.deepEqual(namespacesOf(await collector.collect()), ['broken', 'demo'])
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="broken"} 0', 'alauda_up{namespace="demo"} 1'])
})

test('a namespace that hangs does not delay another, and fails at its deadline', async (t) => {
  const { asked, source } = noting({ slow: hangs })
  const { clock, collector } = collectorOf(source, { namespaces: ['slow', 'demo'], timeoutMs: 90_000 })
  collector.start()
  await tick()
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
  clock.advance(60_000)
  t.deepEqual(asked, ['slow', 'demo', 'demo'])
  clock.advance(30_000)
  await tick()
  await tick()
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="slow"} 0', 'alauda_up{namespace="demo"} 1'])
})

test('a namespace that is given twice is collected once', async (t) => {
  const { asked, source } = noting()
  const { collector } = collectorOf(source, { namespaces: ['demo', 'team', 'demo'] })
  t.deepEqual(namespacesOf(await collector.collect()), ['demo', 'team'])
  t.deepEqual(asked, ['demo', 'team'])
})

test('a listener receives each collection’s result and the one before it', async (t) => {
  const told: unknown[] = []
  const onCollected = (snapshot: Snapshot, previous: Snapshot | undefined) => told.push([snapshot, previous])
  const { collector } = collectorOf(sourceOf({}), { onCollected })
  const [first] = await collector.collect()
  const [second] = await collector.collect()
  t.deepEqual(told, [
    [first, undefined],
    [second, first],
  ])
  t.deepEqual(collector.snapshots(), [second])
})

test('the page is in the text format, or in OpenMetrics for who asks', async (t) => {
  const { collector } = collectorOf(webSource)
  await collector.collect()
  t.is(collector.expose(), collector.expose({ format: 'text' }))
  t.is(collector.expose({ format: 'openmetrics' }), toOpenMetrics(collector.families()))
  t.true(collector.expose({ format: 'openmetrics' }).endsWith('# EOF\n'))
  t.false(collector.expose().includes('# EOF'))
})

test('a client with Promises does as well, and its own calls are on the page', async (t) => {
  const { endpoint } = await startApiServer(
    t,
    withLogin(() => onePage({ service_name: 'web' })),
  )
  const client = createAlaudaClient({ endpoint, credentials: demo })
  const collector = createCollector({ client, namespaces: ['demo'] })
  await collector.collect()
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
  t.is((await client.listServices('demo')).length, 1)
  t.deepEqual(linesOf(collector, 'alauda_logins_total'), ['alauda_logins_total 1'], 'both have one login')
  t.deepEqual(linesOf(collector, 'alauda_api_requests_total{endpoint="listServices"'), [
    'alauda_api_requests_total{endpoint="listServices",code="200"} 2',
  ])
})

const samplesOf = (collector: Collector) => linesOf(collector, 'alauda_up')

test('a signal stops the collector as `stop` does', async (t) => {
  const { asked, source } = noting()
  const controller = new AbortController()
  const { clock, collector } = collectorOf(source, { signal: controller.signal })
  collector.start()
  await tick()
  const iterator = collector[Symbol.asyncIterator]()
  controller.abort()
  t.true((await iterator.next()).done)
  clock.advance(600_000)
  t.is(asked.length, 1)
  t.is(clock.pending(), 0)
  t.deepEqual(samplesOf(collector), ['alauda_up{namespace="demo"} 1'])
})

for (const intervalMs of [60_000, 0]) {
  test(`with a signal that has fired nothing is ever sent, the interval being ${intervalMs}`, async (t) => {
    const { asked, source } = noting()
    const { clock, collector } = collectorOf(source, { intervalMs, signal: AbortSignal.abort() })
    collector.start()
    await collector.scrape(1_000)
    t.deepEqual(asked, [])
    t.is(clock.pending(), 0)
  })
}

test('a collector that was stopped leaves the signal alone', async (t) => {
  const controller = new AbortController()
  let listeners = 0
  const { signal } = controller
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...args)
  }
  const { collector } = collectorOf(webSource, { signal })
  t.is(listeners, 0)
  collector.start()
  t.is(listeners, 1)
  collector.stop()
  t.is(listeners, 0)
})

test('two collectors of one process do not know of each other', async (t) => {
  const [one, two] = [collectorOf(noting().source), collectorOf(webSource, { labels: { account: 'b' } })]
  one.collector.start()
  two.collector.start()
  await tick()
  one.collector.stop()
  two.clock.advance(60_000)
  await tick()
  t.deepEqual(linesOf(one.collector, 'alauda_collection_timestamp_seconds'), [
    'alauda_collection_timestamp_seconds{namespace="demo"} 1200',
  ])
  t.deepEqual(linesOf(two.collector, 'alauda_collection_timestamp_seconds'), [
    'alauda_collection_timestamp_seconds{namespace="demo",account="b"} 1260',
  ])
})

test('a logger receives what changes, whatever other methods it has', async (t) => {
  const lines: unknown[][] = []
  const at =
    (level: string) =>
    (...args: unknown[]) => {
      lines.push([level, ...args])
    }
  const logger = { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  const { collector } = collectorOf(noting().source, { logger, labels: { account: 'north' } })
  await collector.collect()
  const fields = { account: 'north', namespace: 'demo', services: 0, instances: 0, durationSeconds: 0 }
  t.deepEqual(lines, [
    ['debug', fields, 'collected'],
    ['info', fields, 'the service list was read'],
  ])
})

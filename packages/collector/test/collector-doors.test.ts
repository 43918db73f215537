import { createAlaudaPromiseClient } from '@alauda-exporter/alauda-client'
import test from 'ava'
import { demo, startApiServer, withLogin } from '../../alauda-client/test/helpers/api-server.js'
import { type Collector, createCollector } from '../src/collector.js'
import { toOpenMetrics } from '../src/exposition/open-metrics.js'
import { onePage } from './helpers/cloud.js'
import { collectorOf, linesOf, noting } from './helpers/collectors.js'
import { webSource } from './helpers/host.js'
import { tick } from './helpers/tick.js'

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
  const client = createAlaudaPromiseClient({ endpoint, credentials: demo })
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
    await collector.ready(1_000)
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

test('a logger is told what changes, whatever its shape is beside', async (t) => {
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

import { createCollector } from '@alauda-exporter/collector'
import test from 'ava'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { buildInfoFamily } from '../../src/own-metrics.js'
import { metricsRoute } from '../../src/routes/metrics.js'
import { accountIn, labelsOf } from '../helpers/accounts.js'
import { asked, textOf } from '../helpers/asked.js'
import { callsAt, event, hangs, memory, onePage, service, startCloud, webIn } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'
import { metricOf } from '../helpers/page.js'

const timeout = (seconds: string) => ({ 'x-prometheus-scrape-timeout-seconds': seconds })

const emptySource = {
  listServices: () => TE.right([]),
  getService: () => () => new Promise<never>(() => {}),
  listInstances: () => TE.right([]),
  getInstanceMetrics: () => TE.right({ points: [] }),
}

test('gives the collector’s families and then the exporter’s own, as Prometheus’ text format', async (t) => {
  const collector = createCollector({ client: emptySource, namespaces: ['demo'], clock: manualClock() })
  await collector.collect()
  const { status, headers, body } = await metricsRoute(collector, () => [buildInfoFamily('1.2.3')])(asked())
  t.is(status, 200)
  t.is(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  t.deepEqual(
    textOf(body)
      .split('\n')
      .filter((line) => line.startsWith('# TYPE')),
    [
      '# TYPE alauda_up gauge',
      '# TYPE alauda_collection_duration_seconds gauge',
      '# TYPE alauda_collection_interval_ratio gauge',
      '# TYPE alauda_collection_timestamp_seconds gauge',
      '# TYPE alauda_collection_instances gauge',
      '# TYPE alauda_collection_failures_total counter',
      '# TYPE alauda_collection_unreadable_values gauge',
      '# TYPE alauda_collection_future_points gauge',
      '# TYPE alauda_collection_left_out gauge',
      '# TYPE alauda_collection_duplicates gauge',
      '# TYPE alauda_exporter_build_info gauge',
    ],
  )
})

test('waits for the first collection until the deadline, and then gives what there is', async (t) => {
  const clock = manualClock()
  const silent = { ...emptySource, listServices: () => () => new Promise<never>(() => {}) }
  const collector = createCollector({ client: silent, namespaces: ['demo'], clock })
  collector.start()
  t.teardown(collector.stop)
  let isAnswered = false
  const answer = metricsRoute(collector, () => [buildInfoFamily('1.2.3')])(asked(timeout('5')))
  const watched = answer.then((response) => {
    isAnswered = true
    return response
  })
  clock.advance(4499)
  await new Promise(setImmediate)
  t.false(isAnswered)
  clock.advance(1)
  const { status, body } = await watched
  t.is(status, 200)
  t.regex(textOf(body), /^alauda_up\{namespace="demo"\} 0\n.*\nalauda_exporter_build_info\{.*\} 1\n$/ms)
})

test.serial('a part of the exporter’s own metrics that fails costs only itself, with a warning', async (t) => {
  const warnings: string[] = []
  const listen = (warning: Error) => warnings.push(warning.message)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  const collector = createCollector({ client: emptySource, namespaces: ['demo'], clock: manualClock() })
  await collector.collect()
  const route = metricsRoute(
    collector,
    () => {
      throw new Error('no counts')
    },
    () => [buildInfoFamily('1.2.3')],
    () => Promise.reject(new Error('no process')),
  )
  const { status, body } = await route(asked())
  t.is(status, 200)
  t.regex(textOf(body), /^alauda_up\{namespace="demo"\} 1\n.*\nalauda_exporter_build_info\{.*\} 1\n$/ms)
  await new Promise(setImmediate)
  t.deepEqual(warnings, ['no counts', 'no process'])
})

test('gives OpenMetrics to who prefers it', async (t) => {
  const collector = createCollector({ client: emptySource, namespaces: ['demo'], clock: manualClock() })
  const route = metricsRoute(collector, () => [buildInfoFamily('1.2.3')])
  const { headers, body } = await route(asked({ accept: 'application/openmetrics-text;version=1.0.0' }))
  t.deepEqual(headers, {
    'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    vary: 'Accept',
  })
  t.true(textOf(body).endsWith('# EOF\n'))
})

const flags = { 'collect.interval': ['0'], 'alauda.max-retries': ['0'] }
const memoryOf = (page: string) => metricOf(page, 'alauda_instance_memory_usage_bytes')
const web0 = 'namespace="demo",service="web",instance_name="web.0"'

test('nothing is asked before the first scrape; each scrape collects', async (t) => {
  let bytes = 0
  const cloud = await startCloud(t, {
    ...webIn(0, 'demo'),
    'services/demo/web/instances/u/metrics': () => {
      bytes += 1
      return memory(bytes)
    },
  })
  const { get, page } = await startTestExporter(t, { environment: cloud.environment, flags })
  await (await get('/-/healthy')).text()
  t.deepEqual(cloud.requests, [])
  t.deepEqual(memoryOf(await page()), [`alauda_instance_memory_usage_bytes{${web0}} 1`])
  const second = await page()
  t.deepEqual(memoryOf(second), [`alauda_instance_memory_usage_bytes{${web0}} 2`])
  t.is(callsAt(cloud, 'services/demo/'), 2)
  t.deepEqual(metricOf(second, 'alauda_up', 'alauda_logins_total'), [
    'alauda_up{namespace="demo"} 1',
    'alauda_logins_total 1',
  ])
  t.notRegex(second, /alauda_collection_interval_ratio/)
})

test('scrapes at the same time share a collection', async (t) => {
  const [asked, released] = [event(), event()]
  const cloud = await startCloud(t, {
    ...webIn(1, 'demo'),
    'services/demo/?page_size=100&page=1': async () => {
      asked.happen()
      await released.wait
      return onePage(service('web', 'u'))
    },
  })
  const { page, get } = await startTestExporter(t, { environment: cloud.environment, flags })
  const first = page()
  await asked.wait
  const second = page()
  // Its connection was opened after the second scrape's.
  await (await get('/-/healthy')).text()
  released.happen()
  const pages = await Promise.all([first, second])
  for (const one of pages) t.deepEqual(memoryOf(one), [`alauda_instance_memory_usage_bytes{${web0}} 1`])
  t.is(callsAt(cloud, 'services/demo/'), 1)
  t.is(callsAt(cloud, 'services/demo/web/instances/u/metrics'), 1)
})

test('a service that hangs does not keep the others from the page: that comes in time, with their values', async (t) => {
  const cloud = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(service('api', 'a'), service('web', 'u')),
    'services/demo/api/instances/a/metrics': hangs,
    'services/demo/web/instances/u/metrics': memory(7),
  })
  const { page } = await startTestExporter(t, { environment: cloud.environment, flags })
  // On a busy machine the first scrape may end before web has been read, too.
  let text = await page('/metrics', 3)
  while (memoryOf(text).length === 0) text = await page('/metrics', 3)
  t.deepEqual(memoryOf(text), [`alauda_instance_memory_usage_bytes{${web0}} 7`])
  t.deepEqual(metricOf(text, 'alauda_up', 'alauda_collection_instances', 'alauda_api_requests_in_flight'), [
    'alauda_up{namespace="demo"} 1',
    'alauda_collection_instances{namespace="demo",outcome="ok"} 1',
    'alauda_collection_instances{namespace="demo",outcome="empty"} 0',
    'alauda_collection_instances{namespace="demo",outcome="gone"} 0',
    'alauda_collection_instances{namespace="demo",outcome="failed"} 1',
    'alauda_api_requests_in_flight 1',
  ])
})

test('an account whose cloud hangs does not keep the others from the page', async (t) => {
  const accounts = [
    accountIn('north', await startCloud(t, { 'services/demo/': hangs })),
    accountIn('south', await startCloud(t, webIn(2, 'demo'))),
  ]
  const { page } = await startTestExporter(t, { file: { accounts }, flags })
  let text = await page('/metrics', 3)
  while (memoryOf(text).length === 0) text = await page('/metrics', 3)
  t.deepEqual(memoryOf(text), [`alauda_instance_memory_usage_bytes{${web0},${labelsOf('south')}} 2`])
  t.deepEqual(metricOf(text, 'alauda_up'), [
    `alauda_up{namespace="demo",${labelsOf('north')}} 0`,
    `alauda_up{namespace="demo",${labelsOf('south')}} 1`,
  ])
})

const web0MetricsTimestamps = '{namespace="demo",service="web",instance_name="web.0"}'
const pointsAt = (time: number) => ({
  body: { columns: ['time', 'memory_usage', 'cpu_cumulative_usage'], points: [[time, 1024, 2e9]] },
})
const answersAt = (time: number) => ({
  'services/demo/?page_size=100&page=1': onePage({ ...service('web', 'u'), target_num_instances: 1 }),
  'services/demo/web/instances/u/metrics': pointsAt(time),
})
const names = ['alauda_instance_', 'alauda_service_', 'alauda_up']
const openMetrics = { headers: { accept: 'application/openmetrics-text;version=1.0.0' } }

test('with --metrics.timestamps measured values carry the time of their measuring, and nothing else does', async (t) => {
  const time = Math.floor(Date.now() / 1000) - 60
  const { environment } = await startCloud(t, answersAt(time))
  const { page, get } = await startTestExporter(t, { environment, flags: { 'metrics.timestamps': ['true'] } })
  const others = [
    `alauda_instance_last_sample_timestamp_seconds${web0MetricsTimestamps} ${time}`,
    'alauda_instance_info{namespace="demo",service="web",instance_name="web.0",uuid="u"} 1',
    'alauda_service_target_instances{namespace="demo",service="web"} 1',
    'alauda_service_info{namespace="demo",service="web"} 1',
    'alauda_up{namespace="demo"} 1',
  ]
  const text = await page()
  t.deepEqual(metricOf(text, ...names), [
    `alauda_instance_cpu_usage_seconds_total${web0MetricsTimestamps} 2 ${time}000`,
    `alauda_instance_memory_usage_bytes${web0MetricsTimestamps} 1024 ${time}000`,
    ...others,
  ])
  t.is(text.split('\n').filter((line) => / \S+ \d+$/.test(line) && !line.startsWith('#')).length, 2)
  const inOpenMetrics = await (await get('/metrics', openMetrics)).text()
  t.true(inOpenMetrics.endsWith('# EOF\n'))
  t.deepEqual(metricOf(inOpenMetrics, ...names).slice(0, 2), [
    `alauda_instance_cpu_usage_seconds_total${web0MetricsTimestamps} 2 ${time}`,
    `alauda_instance_memory_usage_bytes${web0MetricsTimestamps} 1024 ${time}`,
  ])
  t.is(inOpenMetrics.split('\n').filter((line) => /^alauda\S+ \S+ \S+$/.test(line)).length, 2)
})

test('without it no sample carries a time', async (t) => {
  const { environment } = await startCloud(t, answersAt(60))
  const { page, get } = await startTestExporter(t, { environment })
  for (const text of [await page(), await (await get('/metrics', openMetrics)).text()]) {
    t.is(
      metricOf(text, 'alauda_instance_memory_usage_bytes')[0],
      `alauda_instance_memory_usage_bytes${web0MetricsTimestamps} 1024`,
    )
    t.deepEqual(
      text.split('\n').filter((line) => /^alauda\S+ \S+ \S+$/.test(line)),
      [],
    )
  }
})

test('a compressed page is the page, with the exporter’s own metrics as they are at each scrape', async (t) => {
  const { environment } = await startCloud(t, answersAt(60))
  const { get } = await startTestExporter(t, { environment })
  const scrape = async (encoding: string) => {
    const response = await get('/metrics', { headers: { 'accept-encoding': encoding } })
    return { encoding: response.headers.get('content-encoding'), text: await response.text() }
  }
  await scrape('identity')
  const [plain, first, second] = [await scrape('identity'), await scrape('gzip'), await scrape('gzip')]
  t.deepEqual([plain.encoding, first.encoding, second.encoding], [null, 'gzip', 'gzip'])
  const answered = (text: string) => metricOf(text, 'alauda_exporter_http_requests_total')
  t.deepEqual(
    [plain, first, second].map(({ text }) => answered(text)),
    [1, 2, 3].map((count) => [`alauda_exporter_http_requests_total{handler="/metrics",code="200"} ${count}`]),
  )
  const ofCloud = (text: string) =>
    text.split('\n').filter((line) => /^(# HELP )?alauda_(instance|service|up)/.test(line))
  t.true(ofCloud(plain.text).length > 10)
  t.deepEqual(ofCloud(first.text), ofCloud(plain.text))
  t.deepEqual(ofCloud(second.text), ofCloud(plain.text))
})

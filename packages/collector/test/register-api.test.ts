import test from 'ava'
import { Histogram, Registry, type RegistryContentType } from 'prom-client'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import type { CollectorConfig } from '../src/collector-config.js'
import { registerAlaudaMetrics } from '../src/register.js'
import { sampleLines, tellingSource, webSource } from './helpers/host.js'

const register = (registry: Registry | Registry<RegistryContentType>, config: Partial<CollectorConfig> = {}) => {
  const clock = manualClock(1_200_000)
  registerAlaudaMetrics({ registry, client: tellingSource, namespaces: ['demo'], clock, random: () => 0, ...config })
}

const ofTheApi = (page: string) => sampleLines(page).filter((line) => /^alauda_(api|login)/.test(line))

const requestLines = [
  'alauda_api_requests_total{endpoint="listServices",code="200"} 7',
  'alauda_api_requests_total{endpoint="listServices",code="timeout"} 1',
  'alauda_api_requests_total{endpoint="login",code="200"} 2',
]
const durationLines = [
  'alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="0.05"} 0',
  'alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="1"} 6',
  'alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="30"} 7',
  'alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="+Inf"} 8',
  'alauda_api_request_duration_seconds_sum{endpoint="listServices"} 33.25',
  'alauda_api_request_duration_seconds_count{endpoint="listServices"} 8',
]
const otherLines = [
  'alauda_api_retries_total{endpoint="listServices"} 3',
  'alauda_logins_total 2',
  'alauda_login_failures_total 1',
  'alauda_api_requests_in_flight 4',
  'alauda_api_requests_waiting 5',
  'alauda_api_wait_seconds_total 0.75',
]

test('what the source tells of its calls is in the registry', async (t) => {
  const registry = new Registry()
  register(registry)
  t.deepEqual(ofTheApi(await registry.metrics()), [...requestLines, ...durationLines, ...otherLines])
})

test('of a source that tells nothing there are no samples', async (t) => {
  const registry = new Registry()
  register(registry, { client: webSource })
  t.deepEqual(ofTheApi(await registry.metrics()), [])
})

test('in OpenMetrics it is the same, scrape after scrape', async (t) => {
  const registry = new Registry<RegistryContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  register(registry)
  for (const _ of [1, 2]) {
    t.deepEqual(ofTheApi(await registry.metrics()), [...requestLines, ...durationLines, ...otherLines])
    const described = await registry.getSingleMetricAsString('alauda_api_request_duration_seconds')
    t.true(described.includes('\n# TYPE alauda_api_request_duration_seconds histogram\n'))
  }
})

test('a histogram is written as the registry writes its own', async (t) => {
  const own = new Registry()
  const histogram = new Histogram({
    name: 'alauda_api_request_duration_seconds',
    help: 'How long requests to the API took, to the last byte of the answer or until it was too late, in seconds.',
    labelNames: ['endpoint'],
    buckets: [0.05, 1, 30],
    registers: [own],
  })
  for (const seconds of [0.1, 0.25, 0.25, 0.5, 0.9, 1, 5, 25.25])
    histogram.observe({ endpoint: 'listServices' }, seconds)
  const registry = new Registry()
  register(registry)
  const sorted = (page: string) =>
    sampleLines(page)
      .map((line) => line.replace(/le="(.*?)",endpoint="(.*?)"/, 'endpoint="$2",le="$1"'))
      .map((line) => line.replace(/ [\d.]+$/, ''))
  t.deepEqual(
    sorted(await registry.getSingleMetricAsString('alauda_api_request_duration_seconds')),
    sorted(await own.getSingleMetricAsString('alauda_api_request_duration_seconds')),
  )
})

test('default labels of the registry are on histograms too, and labels of ours before them', async (t) => {
  const registry = new Registry()
  registry.setDefaultLabels({ app: 'shop' })
  register(registry, { labels: { account: 'north' } })
  const lines = ofTheApi(await registry.metrics())
  t.true(lines.includes('alauda_logins_total{account="north",app="shop"} 2'))
  t.true(
    lines.includes('alauda_api_request_duration_seconds_sum{endpoint="listServices",account="north",app="shop"} 33.25'),
  )
  t.true(lines.every((line) => line.includes('account="north",app="shop"')))
})

test('in JSON a histogram’s values bear their series’ names', async (t) => {
  const registry = new Registry()
  register(registry)
  const found = (await registry.getMetricsAsJSON()).find(({ name }) => name === 'alauda_api_request_duration_seconds')
  t.deepEqual<unknown, unknown>(found?.values.slice(-2), [
    { metricName: 'alauda_api_request_duration_seconds_sum', labels: { endpoint: 'listServices' }, value: 33.25 },
    { metricName: 'alauda_api_request_duration_seconds_count', labels: { endpoint: 'listServices' }, value: 8 },
  ])
})

test('a registry has no place for timestamps, and is the same with them', async (t) => {
  for (const contentType of [Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE]) {
    const pages = [true, false].map(async (timestamps) => {
      const registry = new Registry<RegistryContentType>()
      registry.setContentType(contentType)
      register(registry, { timestamps })
      return { page: await registry.metrics(), json: await registry.getMetricsAsJSON() }
    })
    const [withTimestamps, without] = await Promise.all(pages)
    t.deepEqual(withTimestamps, without)
    t.true(
      sampleLines(withTimestamps?.page ?? '').includes(
        'alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0"} 7',
      ),
    )
  }
})

import test from 'ava'
import { AggregatorRegistry, Histogram, Registry, type RegistryContentType } from 'prom-client'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import type { CollectorConfig } from '../src/collector-config.js'
import { describeMetrics } from '../src/families/families.js'
import { registerAlaudaMetrics } from '../src/register.js'
import { failureReasons } from '../src/snapshot.js'
import { hostRegistry, sampleLines, tellingSource, webSource } from './helpers/host.js'

const register = (registry: Registry | Registry<RegistryContentType>) => {
  const clock = manualClock(1_200_000)
  registerAlaudaMetrics({ registry, client: webSource, namespaces: ['demo'], clock, random: () => 0 })
}

const web = 'namespace="demo",service="web"'
const ourSamples: Readonly<Record<string, ReadonlyArray<string>>> = {
  alauda_instance_cpu_usage_seconds_total: [`{${web},instance_name="web.0"} 2.5`],
  alauda_instance_memory_usage_bytes: [`{${web},instance_name="web.0"} 7`],
  alauda_instance_last_sample_timestamp_seconds: [`{${web},instance_name="web.0"} 1160`],
  alauda_instance_info: [`{${web},instance_name="web.0",uuid="u"} 1`],
  alauda_service_info: [`{${web}} 1`],
  alauda_up: ['{namespace="demo"} 1'],
  alauda_collection_duration_seconds: ['{namespace="demo"} 0'],
  alauda_collection_interval_ratio: ['{namespace="demo"} 0'],
  alauda_collection_timestamp_seconds: ['{namespace="demo"} 1200'],
  alauda_collection_instances: [
    '{namespace="demo",outcome="ok"} 1',
    '{namespace="demo",outcome="empty"} 0',
    '{namespace="demo",outcome="gone"} 0',
    '{namespace="demo",outcome="failed"} 0',
  ],
  alauda_collection_failures_total: failureReasons.map((reason) => `{namespace="demo",reason="${reason}"} 0`),
  alauda_collection_unreadable_values: ['{namespace="demo"} 0'],
  alauda_collection_future_points: ['{namespace="demo"} 0'],
  alauda_collection_left_out: ['{namespace="demo",bound="instances"} 0', '{namespace="demo",bound="name-length"} 0'],
  alauda_collection_duplicates: ['{namespace="demo"} 0'],
}

/** Our part of the page, as a registry writes it: metrics without samples have their help and type. */
const ourPart = describeMetrics().map(({ name, help, type }) =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...(ourSamples[name] ?? []).map((rest) => name + rest)].join(
    '\n',
  ),
)

test('the registry’s page is its owner’s metrics and ours', async (t) => {
  const registry = hostRegistry()
  register(registry)
  const hosts = '# HELP orders_total Orders.\n# TYPE orders_total counter\norders_total 3'
  t.is(await registry.metrics(), `${[hosts, ...ourPart].join('\n\n')}\n`)
})

test('the registry’s default labels are added to ours, and do not replace them', async (t) => {
  const registry = hostRegistry()
  registry.setDefaultLabels({ app: 'shop', namespace: 'production' })
  register(registry)
  const lines = sampleLines(await registry.metrics())
  t.true(lines.includes('orders_total{app="shop",namespace="production"} 3'))
  t.true(lines.includes('alauda_up{app="shop",namespace="demo"} 1'))
  t.deepEqual(
    lines.filter((line) => !line.includes('app="shop"')),
    [],
  )
})

test('the registry’s JSON has our metrics, scrape after scrape, and default labels leave no trace', async (t) => {
  const registry = new Registry()
  register(registry)
  const up = async () => (await registry.getMetricsAsJSON()).filter(({ name }) => name === 'alauda_up')
  const without = {
    name: 'alauda_up',
    help: 'Whether the last collection read the whole list of services, or a probe its service: 1 for yes, 0 for no.',
    type: 'gauge',
    aggregator: 'first',
    values: [{ labels: { namespace: 'demo' }, value: 1 }],
  }
  t.deepEqual<unknown, unknown>(await up(), [without])
  registry.setDefaultLabels({ app: 'shop' })
  t.deepEqual<unknown, unknown>(await up(), [
    { ...without, values: [{ labels: { namespace: 'demo', app: 'shop' }, value: 1 }] },
  ])
  registry.setDefaultLabels({})
  t.deepEqual<unknown, unknown>(await up(), [without])
})

test('who changes what the registry gave changes nothing on the next page', async (t) => {
  const registry = new Registry()
  register(registry)
  const page = await registry.metrics()
  for (const { values } of await registry.getMetricsAsJSON()) {
    for (const value of values) Object.assign(value.labels, { spoilt: 'yes' })
  }
  t.is(await registry.metrics(), page)
})

test('a single metric can be asked for', async (t) => {
  const registry = new Registry()
  register(registry)
  t.is(
    await registry.getSingleMetricAsString('alauda_collection_duplicates'),
    `# HELP alauda_collection_duplicates Services and instances that the last collection left out because a newer one has the same labels.
# TYPE alauda_collection_duplicates gauge
alauda_collection_duplicates{namespace="demo"} 0`,
  )
})

test('resetting the registry leaves our values: they are the cloud’s, not the process’s', async (t) => {
  const registry = hostRegistry()
  register(registry)
  await registry.metrics()
  registry.resetMetrics()
  t.deepEqual(
    sampleLines(await registry.metrics()).filter((line) => /^(orders|alauda_instance_cpu)/.test(line)),
    ['orders_total 0', `alauda_instance_cpu_usage_seconds_total{${web},instance_name="web.0"} 2.5`],
  )
})

const cpuLines = (page: string) => page.split('\n').filter((line) => /^(?:# \w+ )?alauda_instance_cpu_usage/.test(line))
const help = 'CPU time that the instance has used since it started, in seconds (cpu_cumulative_usage, nanoseconds).'
const openMetrics = [
  `# HELP alauda_instance_cpu_usage_seconds ${help}`,
  '# TYPE alauda_instance_cpu_usage_seconds counter',
  `alauda_instance_cpu_usage_seconds_total{${web},instance_name="web.0"} 2.5`,
]
const text = [
  `# HELP alauda_instance_cpu_usage_seconds_total ${help}`,
  '# TYPE alauda_instance_cpu_usage_seconds_total counter',
  `alauda_instance_cpu_usage_seconds_total{${web},instance_name="web.0"} 2.5`,
]

test('in OpenMetrics a counter’s samples end in _total once, scrape after scrape and at once', async (t) => {
  const registry = new Registry<RegistryContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  register(registry)
  const pages = [await registry.metrics(), ...(await Promise.all([registry.metrics(), registry.metrics()]))]
  for (const page of pages) {
    t.deepEqual(cpuLines(page), openMetrics)
    t.true(page.endsWith('\n# EOF\n'))
    t.false(page.includes('_total_total'))
  }
})

test('who switches between the formats gets the right names in each', async (t) => {
  const registry = new Registry<RegistryContentType>()
  register(registry)
  for (const _ of [1, 2]) {
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
    t.deepEqual(cpuLines(await registry.metrics()), openMetrics)
    registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE)
    t.deepEqual(cpuLines(await registry.metrics()), text)
    const json = await registry.getMetricsAsJSON()
    t.true(json.some(({ name }) => name === 'alauda_instance_cpu_usage_seconds_total'))
  }
})

test('a registry that is merged with others shows ours there too', async (t) => {
  const [host, cloud] = [hostRegistry(), new Registry()]
  register(cloud)
  const merged = Registry.merge([host, cloud])
  const lines = sampleLines(await merged.metrics())
  t.is(lines[0], 'orders_total 3')
  t.deepEqual(lines.slice(1), sampleLines(await cloud.metrics()))
})

test('of several workers that show the same cloud, a cluster’s page has each value once', async (t) => {
  const workers = [hostRegistry(), hostRegistry()]
  for (const registry of workers) register(registry)
  const page = AggregatorRegistry.aggregate(await Promise.all(workers.map((registry) => registry.getMetricsAsJSON())))
  const lines = sampleLines(await page.metrics())
  t.true(lines.includes('orders_total 6'))
  t.true(lines.includes('alauda_up{namespace="demo"} 1'))
  t.true(
    lines.includes('alauda_instance_cpu_usage_seconds_total{namespace="demo",service="web",instance_name="web.0"} 2.5'),
  )
})

const registerRegisterApi = (
  registry: Registry | Registry<RegistryContentType>,
  config: Partial<CollectorConfig> = {},
) => {
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

test('the statistics of the source are in the registry', async (t) => {
  const registry = new Registry()
  registerRegisterApi(registry)
  t.deepEqual(ofTheApi(await registry.metrics()), [...requestLines, ...durationLines, ...otherLines])
})

test('a source without statistics has no samples of them', async (t) => {
  const registry = new Registry()
  registerRegisterApi(registry, { client: webSource })
  t.deepEqual(ofTheApi(await registry.metrics()), [])
})

test('in OpenMetrics it is the same, scrape after scrape', async (t) => {
  const registry = new Registry<RegistryContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  registerRegisterApi(registry)
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
  registerRegisterApi(registry)
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
  registerRegisterApi(registry, { labels: { account: 'north' } })
  const lines = ofTheApi(await registry.metrics())
  t.true(lines.includes('alauda_logins_total{account="north",app="shop"} 2'))
  t.true(
    lines.includes('alauda_api_request_duration_seconds_sum{endpoint="listServices",account="north",app="shop"} 33.25'),
  )
  t.true(lines.every((line) => line.includes('account="north",app="shop"')))
})

test('in JSON a histogram’s values have their series’ names', async (t) => {
  const registry = new Registry()
  registerRegisterApi(registry)
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
      registerRegisterApi(registry, { timestamps })
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

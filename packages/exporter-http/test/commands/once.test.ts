import test from 'ava'
import { version } from '../../src/version.js'
import { memory, onePage, secrets, service, startCloud } from '../helpers/cloud.js'
import { runCommand } from '../helpers/command.js'
import { collectionOf, samplesOf, subjectsOf } from '../helpers/page.js'

const shop = {
  service_name: 'shop',
  uuid: 'a1',
  image_name: 'index.alauda.cn/demo/shop',
  target_num_instances: 1,
  created_at: '2015-04-14T09:46:39.457Z',
  instances: [{ instance_name: 'shop.0', uuid: 'b1', started_at: '2015-04-14T09:47:26.895Z' }],
}
const shopMetrics = {
  columns: ['time', 'sequence_number', 'cpu_cumulative_usage', 'memory_usage', 'memory_utilization'],
  points: [
    [1433753089, 0, 310527696, 16072704, 2.9937744140625],
    [1433753088, 0, 310428354, 16072703, 2.9937744140624],
  ],
}

const page = `# HELP alauda_instance_cpu_usage_seconds_total CPU time that the instance has used since it started, in seconds (cpu_cumulative_usage, nanoseconds).
# TYPE alauda_instance_cpu_usage_seconds_total counter
alauda_instance_cpu_usage_seconds_total{namespace="demo",service="shop",instance_name="shop.0"} 0.310527696
# HELP alauda_instance_memory_usage_bytes Memory that the instance uses, in bytes (memory_usage).
# TYPE alauda_instance_memory_usage_bytes gauge
alauda_instance_memory_usage_bytes{namespace="demo",service="shop",instance_name="shop.0"} 16072704
# HELP alauda_instance_memory_utilization_ratio Share of its memory limit that the instance uses, as a ratio (memory_utilization, percent).
# TYPE alauda_instance_memory_utilization_ratio gauge
alauda_instance_memory_utilization_ratio{namespace="demo",service="shop",instance_name="shop.0"} 0.029937744140625
# HELP alauda_instance_last_sample_timestamp_seconds When the cloud measured the values shown for the instance, in seconds since the epoch (time).
# TYPE alauda_instance_last_sample_timestamp_seconds gauge
alauda_instance_last_sample_timestamp_seconds{namespace="demo",service="shop",instance_name="shop.0"} 1433753089
# HELP alauda_instance_start_time_seconds When the instance started, in seconds since the epoch (started_at).
# TYPE alauda_instance_start_time_seconds gauge
alauda_instance_start_time_seconds{namespace="demo",service="shop",instance_name="shop.0"} 1429004846.895
# HELP alauda_instance_info What the instance is; always 1.
# TYPE alauda_instance_info gauge
alauda_instance_info{namespace="demo",service="shop",instance_name="shop.0",uuid="b1"} 1
# HELP alauda_service_target_instances Instances that the service should have (target_num_instances).
# TYPE alauda_service_target_instances gauge
alauda_service_target_instances{namespace="demo",service="shop"} 1
# HELP alauda_service_created_timestamp_seconds When the service was created, in seconds since the epoch (created_at).
# TYPE alauda_service_created_timestamp_seconds gauge
alauda_service_created_timestamp_seconds{namespace="demo",service="shop"} 1429004799.457
# HELP alauda_service_info What the service is; always 1.
# TYPE alauda_service_info gauge
alauda_service_info{namespace="demo",service="shop",uuid="a1",image="index.alauda.cn/demo/shop"} 1
# HELP alauda_up Whether the last collection read the whole list of services: 1 for yes, 0 for no.
# TYPE alauda_up gauge
alauda_up{namespace="demo"} 1
# HELP alauda_collection_duration_seconds How long the last collection took, in seconds.
# TYPE alauda_collection_duration_seconds gauge
alauda_collection_duration_seconds{namespace="demo"} SECONDS
# HELP alauda_collection_timestamp_seconds When a collection last read the whole list of services, in seconds since the epoch.
# TYPE alauda_collection_timestamp_seconds gauge
alauda_collection_timestamp_seconds{namespace="demo"} SECONDS
# HELP alauda_collection_instances Instances by what the last collection got for them: ok, empty (the cloud has no values yet), gone (ended meanwhile) or failed. A service whose instances are not known counts as one that failed.
# TYPE alauda_collection_instances gauge
alauda_collection_instances{namespace="demo",outcome="ok"} 1
alauda_collection_instances{namespace="demo",outcome="empty"} 0
alauda_collection_instances{namespace="demo",outcome="gone"} 0
alauda_collection_instances{namespace="demo",outcome="failed"} 0
# HELP alauda_collection_left_out_instances Instances that the last collection left out because there are more than the exporter is allowed to read.
# TYPE alauda_collection_left_out_instances gauge
alauda_collection_left_out_instances{namespace="demo"} 0
# HELP alauda_collection_duplicates Services and instances that the last collection left out because a newer one bears the same labels.
# TYPE alauda_collection_duplicates gauge
alauda_collection_duplicates{namespace="demo"} 0
# HELP alauda_exporter_build_info Which exporter this is and which Node.js it runs on; always 1.
# TYPE alauda_exporter_build_info gauge
alauda_exporter_build_info{version="${version}",node_version="${process.versions.node}"} 1
`

const secondsOf = (text: string, metric: string) => Number(new RegExp(`^${metric}\\{.*\\} (.*)$`, 'm').exec(text)?.[1])

test('writes the whole page and nothing else', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page=1': onePage(shop),
    'services/demo/shop/instances/b1/metrics': { body: shopMetrics },
  })
  const before = Date.now() / 1000
  const { status, stdout, stderr } = await runCommand(t, ['once'], environment)
  const after = Date.now() / 1000
  t.is(stdout.replace(/^(alauda_collection_(?:duration|timestamp)_seconds\{.*\}) .*$/gm, '$1 SECONDS'), page)
  t.is(stderr, '')
  t.is(status, 0)
  const duration = secondsOf(stdout, 'alauda_collection_duration_seconds')
  const timestamp = secondsOf(stdout, 'alauda_collection_timestamp_seconds')
  t.true(before - 0.001 <= timestamp - duration && timestamp <= after)
})

test('with --metrics.article-names the article’s gauges are there too, in the API’s units', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page=1': onePage(service('kibana', 'u')),
    'services/demo/kibana/instances/u/metrics': { body: shopMetrics },
  })
  const { stdout } = await runCommand(t, ['once', '--metrics.article-names'], environment)
  t.deepEqual(
    samplesOf(stdout).filter((line) => !line.startsWith('alauda_')),
    [
      'cpu_cumulative_usage{service="kibana",instance="kibana.0"} 310527696',
      'memory_usage{service="kibana",instance="kibana.0"} 16072704',
      'memory_utilization{service="kibana",instance="kibana.0"} 2.9937744140625',
    ],
  )
})

test('a wrong password: one line that says so, no page, exit status 1', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'generate-api-token/': ({ body }) => ({ status: 401, body: `no such user: ${body}` }),
  })
  t.deepEqual(await runCommand(t, ['once', '--log.level=debug'], environment), {
    status: 1,
    stdout: '',
    stderr: `exporter-http: demo: POST ${endpoint}generate-api-token/: the API refuses this user name and password; check both (HTTP status 401)\n`,
  })
})

test('a proxy’s error page instead of the API: its first line, exit status 1', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'services/demo/': { status: 502, body: '<html>\n<h1>Bad Gateway</h1></html>' },
  })
  t.deepEqual(await runCommand(t, ['once'], environment), {
    status: 1,
    stdout: '',
    stderr: `exporter-http: demo: GET ${endpoint}services/demo/?page=1: HTTP status 502, "<html>"; the API or a proxy before it is in trouble\n`,
  })
})

test('what fails below the list is told, a line each, and the rest is on the page', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'services/demo/?page=1': onePage(service('a', 'a0', 'a1'), { service_name: 'b' }),
    'services/demo/a/instances/a0/metrics': memory(1),
    'services/demo/a/instances/a1/metrics': { status: 500 },
    'services/demo/b/instances/': { status: 500 },
  })
  const { status, stdout, stderr } = await runCommand(t, ['once', '--alauda.max-concurrency=1'], environment)
  t.is(status, 0)
  const [first = '', second = '', ...more] = stderr.split('\n')
  t.true(
    first.startsWith(`exporter-http: demo: GET ${endpoint}services/demo/a/instances/a1/metrics?start_time=`),
    first,
  )
  t.true(first.endsWith(': HTTP status 500; the API or a proxy before it is in trouble'), first)
  const advice = 'HTTP status 500; the API or a proxy before it is in trouble'
  t.is(second, `exporter-http: demo: GET ${endpoint}services/demo/b/instances/: ${advice}`)
  t.deepEqual(more, [''])
  t.deepEqual(subjectsOf(stdout), [
    'alauda_instance_memory_usage_bytes{namespace="demo",service="a",instance_name="a.0"} 1',
    'alauda_instance_last_sample_timestamp_seconds{namespace="demo",service="a",instance_name="a.0"} 60',
    'alauda_instance_info{namespace="demo",service="a",instance_name="a.0",uuid="a0"} 1',
    'alauda_instance_info{namespace="demo",service="a",instance_name="a.1",uuid="a1"} 1',
    'alauda_service_info{namespace="demo",service="a"} 1',
    'alauda_service_info{namespace="demo",service="b"} 1',
  ])
  t.deepEqual(collectionOf(stdout), [
    'alauda_up{namespace="demo"} 1',
    'alauda_collection_instances{namespace="demo",outcome="ok"} 1',
    'alauda_collection_instances{namespace="demo",outcome="empty"} 0',
    'alauda_collection_instances{namespace="demo",outcome="gone"} 0',
    'alauda_collection_instances{namespace="demo",outcome="failed"} 2',
    'alauda_collection_left_out_instances{namespace="demo"} 0',
    'alauda_collection_duplicates{namespace="demo"} 0',
  ])
})

test('of two namespaces, one that cannot be read leaves the other whole', async (t) => {
  const { environment, endpoint } = await startCloud(t, { 'services/b/?page=1': onePage(service('web')) })
  const args = ['once', '--alauda.namespace=a', '--alauda.namespace=b']
  const { status, stdout, stderr } = await runCommand(t, args, environment)
  t.is(status, 0)
  const advice = 'HTTP status 404; it does not exist, or the endpoint is not the API (it ends in /v1/)'
  t.is(stderr, `exporter-http: a: GET ${endpoint}services/a/?page=1: ${advice}\n`)
  t.deepEqual(subjectsOf(stdout), ['alauda_service_info{namespace="b",service="web"} 1'])
  t.deepEqual(
    collectionOf(stdout).filter((line) => line.startsWith('alauda_up')),
    ['alauda_up{namespace="a"} 0', 'alauda_up{namespace="b"} 1'],
  )
})

test('nothing secret is written, whatever the cloud says and however much is logged', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page=1': onePage({ ...shop, instance_envvars: { DB_PASSWORD: 'hunter3' } }, { service_name: 'b' }),
    'services/demo/shop/instances/b1/metrics': { status: 400, body: `bad: Token ${secrets.token}` },
    'services/demo/b/instances/': { body: [{ uuid: secrets.password, instance_name: 7 }] },
  })
  const { status, stdout, stderr } = await runCommand(t, ['once', '--log.level=debug'], environment)
  t.is(status, 0)
  t.regex(stderr, /HTTP status 400, "bad: Token \*\*\*"/)
  t.regex(stderr, /0\.instance_name should be string/)
  for (const secret of [secrets.token, secrets.password, 'hunter3']) t.false(`${stdout}${stderr}`.includes(secret))
})

test('a password that an error page repeats as it was sent is not repeated further', async (t) => {
  const { environment } = await startCloud(t, {
    'generate-api-token/': ({ body }) => ({ status: 500, body: `cannot read ${body}` }),
  })
  const { stderr } = await runCommand(t, ['once'], { ...environment, ALAUDA_PASSWORD: 'hunter2 (x)!~*' })
  t.regex(stderr, /"cannot read username=demo&password=\*\*\*"/)
})

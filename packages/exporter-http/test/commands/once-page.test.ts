import test from 'ava'
import { version } from '../../src/own-metrics.js'
import { onePage, service, startCloud } from '../helpers/cloud.js'
import { runCommand } from '../helpers/command.js'
import { samplesOf } from '../helpers/page.js'

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

const endpoints = ['getInstanceMetrics', 'listServices', 'login']
const bounds = ['0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '30', '+Inf']
const durations = endpoints
  .flatMap((endpoint) => [
    ...bounds.map((le) => `alauda_api_request_duration_seconds_bucket{endpoint="${endpoint}",le="${le}"} COUNT`),
    `alauda_api_request_duration_seconds_sum{endpoint="${endpoint}"} SECONDS`,
    `alauda_api_request_duration_seconds_count{endpoint="${endpoint}"} 1`,
  ])
  .join('\n')

const page = `# HELP alauda_instance_cpu_usage_seconds_total CPU time that the instance has used since it started, in seconds (cpu_cumulative_usage, nanoseconds).
# TYPE alauda_instance_cpu_usage_seconds_total counter
alauda_instance_cpu_usage_seconds_total{namespace="demo",service="shop",instance_name="shop.0"} 0.310527696
# HELP alauda_instance_memory_usage_bytes Memory that the instance uses, in bytes (memory_usage).
# TYPE alauda_instance_memory_usage_bytes gauge
alauda_instance_memory_usage_bytes{namespace="demo",service="shop",instance_name="shop.0"} 16072704
# HELP alauda_instance_memory_utilization_ratio Share of its memory limit that the instance uses, as a ratio (memory_utilization, percent).
# TYPE alauda_instance_memory_utilization_ratio gauge
alauda_instance_memory_utilization_ratio{namespace="demo",service="shop",instance_name="shop.0"} 0.029937744140625
# HELP alauda_instance_memory_limit_bytes Memory that the instance may use, in bytes (memory_usage divided by memory_utilization, rounded to a byte).
# TYPE alauda_instance_memory_limit_bytes gauge
alauda_instance_memory_limit_bytes{namespace="demo",service="shop",instance_name="shop.0"} 536870912
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
# HELP alauda_up Whether the last collection read the whole list of services, or a probe its service: 1 for yes, 0 for no.
# TYPE alauda_up gauge
alauda_up{namespace="demo"} 1
# HELP alauda_collection_duration_seconds How long the last collection took, in seconds.
# TYPE alauda_collection_duration_seconds gauge
alauda_collection_duration_seconds{namespace="demo"} SECONDS
# HELP alauda_collection_interval_ratio Share of the interval that the last collection took: from 1 on, collections come later than they should.
# TYPE alauda_collection_interval_ratio gauge
alauda_collection_interval_ratio{namespace="demo"} SECONDS
# HELP alauda_collection_timestamp_seconds When a collection last read the whole list of services, in seconds since the epoch.
# TYPE alauda_collection_timestamp_seconds gauge
alauda_collection_timestamp_seconds{namespace="demo"} SECONDS
# HELP alauda_collection_instances Instances by what the last collection got for them: ok, empty (the cloud has no values yet), gone (ended meanwhile) or failed. A service whose instances are not known counts as one that failed.
# TYPE alauda_collection_instances gauge
alauda_collection_instances{namespace="demo",outcome="ok"} 1
alauda_collection_instances{namespace="demo",outcome="empty"} 0
alauda_collection_instances{namespace="demo",outcome="gone"} 0
alauda_collection_instances{namespace="demo",outcome="failed"} 0
# HELP alauda_collection_failures_total Collections that could not read the whole list of services, by reason: auth, timeout, network, throttled (HTTP status 429), server (another HTTP error status), decode (an unexpected answer, or an incomplete list) or limit.
# TYPE alauda_collection_failures_total counter
alauda_collection_failures_total{namespace="demo",reason="auth"} 0
alauda_collection_failures_total{namespace="demo",reason="timeout"} 0
alauda_collection_failures_total{namespace="demo",reason="network"} 0
alauda_collection_failures_total{namespace="demo",reason="throttled"} 0
alauda_collection_failures_total{namespace="demo",reason="server"} 0
alauda_collection_failures_total{namespace="demo",reason="decode"} 0
alauda_collection_failures_total{namespace="demo",reason="limit"} 0
# HELP alauda_collection_unreadable_values Values that the last collection left out because they cannot be what the API calls them: text for a number, a counter below 0, a time in milliseconds. An instance or a service without a name counts as one. All points of the window are counted, not only those shown.
# TYPE alauda_collection_unreadable_values gauge
alauda_collection_unreadable_values{namespace="demo"} 0
# HELP alauda_collection_future_points Points of metrics that the last collection left out because their time has not come, by more than a minute.
# TYPE alauda_collection_future_points gauge
alauda_collection_future_points{namespace="demo"} 0
# HELP alauda_collection_left_out Objects that the last collection left out because of a bound: instances (more than the exporter may read) or name-length (a name or another label value is too long).
# TYPE alauda_collection_left_out gauge
alauda_collection_left_out{namespace="demo",bound="instances"} 0
alauda_collection_left_out{namespace="demo",bound="name-length"} 0
# HELP alauda_collection_duplicates Services and instances that the last collection left out because a newer one has the same labels.
# TYPE alauda_collection_duplicates gauge
alauda_collection_duplicates{namespace="demo"} 0
# HELP alauda_api_requests_total Requests to the API, by what was asked and what came of it: the HTTP status, or timeout, network (no connection, or a broken one) or aborted (the collection ended first).
# TYPE alauda_api_requests_total counter
alauda_api_requests_total{endpoint="getInstanceMetrics",code="200"} 1
alauda_api_requests_total{endpoint="listServices",code="200"} 1
alauda_api_requests_total{endpoint="login",code="200"} 1
# HELP alauda_api_request_duration_seconds How long requests to the API took, to the last byte of the answer or until it was too late, in seconds.
# TYPE alauda_api_request_duration_seconds histogram
${durations}
# HELP alauda_api_retries_total Calls of the API that were made again after a failure that may pass.
# TYPE alauda_api_retries_total counter
alauda_api_retries_total{endpoint="getInstanceMetrics"} 0
alauda_api_retries_total{endpoint="listServices"} 0
alauda_api_retries_total{endpoint="login"} 0
# HELP alauda_logins_total Logins that gave a token.
# TYPE alauda_logins_total counter
alauda_logins_total 1
# HELP alauda_login_failures_total Tries to log in that gave no token.
# TYPE alauda_login_failures_total counter
alauda_login_failures_total 0
# HELP alauda_api_requests_in_flight Requests to the API that are not answered yet.
# TYPE alauda_api_requests_in_flight gauge
alauda_api_requests_in_flight 0
# HELP alauda_api_requests_waiting Calls of the API that wait for their turn: for the limits, or because the API asked for a pause.
# TYPE alauda_api_requests_waiting gauge
alauda_api_requests_waiting 0
# HELP alauda_api_wait_seconds_total How long calls of the API have waited for their turn in all, in seconds.
# TYPE alauda_api_wait_seconds_total counter
alauda_api_wait_seconds_total SECONDS
# HELP alauda_exporter_build_info Which exporter this is and which Node.js it runs on; always 1.
# TYPE alauda_exporter_build_info gauge
alauda_exporter_build_info{version="${version}",node_version="${process.versions.node}"} 1
`

const withoutTimes = (text: string) =>
  text
    .replace(/^(alauda_collection_(?:duration_seconds|timestamp_seconds|interval_ratio)\{.*\}) .*$/gm, '$1 SECONDS')
    .replace(/^(alauda_api_request_duration_seconds_bucket\{.*\}) [01]$/gm, '$1 COUNT')
    .replace(/^(alauda_api_request_duration_seconds_sum\{.*\}) .*$/gm, '$1 SECONDS')
    .replace(/^(alauda_api_wait_seconds_total) .*$/gm, '$1 SECONDS')

const secondsOf = (text: string, metric: string) => Number(new RegExp(`^${metric}\\{.*\\} (.*)$`, 'm').exec(text)?.[1])

test('writes the whole page and nothing else', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(shop),
    'services/demo/shop/instances/b1/metrics': { body: shopMetrics },
  })
  const before = Date.now() / 1000
  const { status, stdout, stderr } = await runCommand(t, ['once'], environment)
  const after = Date.now() / 1000
  t.is(withoutTimes(stdout), page)
  t.is(stderr, '')
  t.is(status, 0)
  const duration = secondsOf(stdout, 'alauda_collection_duration_seconds')
  t.is(secondsOf(stdout, 'alauda_collection_interval_ratio'), duration / 60)
  const timestamp = secondsOf(stdout, 'alauda_collection_timestamp_seconds')
  t.true(before - 0.001 <= timestamp - duration && timestamp <= after)
})

test('with --metrics.article-names the article’s gauges are there too, in the API’s units', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(service('kibana', 'u')),
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

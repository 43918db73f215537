import type { Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import fc from 'fast-check'
import { toText } from '../../src/exposition/text.js'
import { apiFamilies } from '../../src/families/api.js'
import { describeMetrics, families } from '../../src/families/families.js'
import { serviceLabelName, serviceRows } from '../../src/families/service.js'
import { fullService, samplesOf, serviceOf, snapshotOf } from '../helpers/snapshots.js'
import { fullStatistics } from '../helpers/statistics.js'

const labels = { namespace: 'demo', service: 'web' }
const samples = (name: string, service: Partial<Service>) => samplesOf(name, [snapshotOf([serviceOf(service)])])

const rows: ReadonlyArray<{ metric: string; service: Partial<Service>; value: number }> = [
  { metric: 'alauda_service_target_instances', service: { target_num_instances: 3 }, value: 3 },
  { metric: 'alauda_service_current_instances', service: { current_num_instances: 2 }, value: 2 },
  { metric: 'alauda_service_started_instances', service: { started_num_instances: 0 }, value: 0 },
  { metric: 'alauda_service_staged_instances', service: { staged_num_instances: 1 }, value: 1 },
  { metric: 'alauda_service_healthy_instances', service: { healthy_num_instances: 2 }, value: 2 },
  { metric: 'alauda_service_target_started', service: { target_state: 'STARTED' }, value: 1 },
  { metric: 'alauda_service_target_started', service: { target_state: 'STOPPED' }, value: 0 },
  { metric: 'alauda_service_deploying', service: { is_deploying: true }, value: 1 },
  { metric: 'alauda_service_deploying', service: { is_deploying: false }, value: 0 },
  {
    metric: 'alauda_service_instance_cpu_limit_cores',
    service: { custom_instance_size: { cpu: 0.125 } },
    value: 0.125,
  },
  {
    metric: 'alauda_service_instance_memory_limit_bytes',
    service: { custom_instance_size: { mem: 256 } },
    value: 268435456,
  },
  {
    metric: 'alauda_service_autoscaling_min_instances',
    service: { scaling_mode: 'AUTO', autoscaling_config: { minimum_num_instances: 1 } },
    value: 1,
  },
  {
    metric: 'alauda_service_autoscaling_max_instances',
    service: { scaling_mode: 'AUTO', autoscaling_config: { maximum_num_instances: 5 } },
    value: 5,
  },
  {
    metric: 'alauda_service_autoscaling_lower_threshold_ratio',
    service: { scaling_mode: 'AUTO', autoscaling_config: { lower_threshold: 0.2 } },
    value: 0.2,
  },
  {
    metric: 'alauda_service_autoscaling_upper_threshold_ratio',
    service: { scaling_mode: 'AUTO', autoscaling_config: { upper_threshold: 0.8 } },
    value: 0.8,
  },
  {
    metric: 'alauda_service_created_timestamp_seconds',
    service: { created_at: 1428918399.457 },
    value: 1428918399.457,
  },
  { metric: 'alauda_service_updated_timestamp_seconds', service: { updated_at: 1433750000 }, value: 1433750000 },
  { metric: 'alauda_service_started_timestamp_seconds', service: { started_at: 1433750001 }, value: 1433750001 },
  { metric: 'alauda_service_stopped_timestamp_seconds', service: { stopped_at: 1433740000 }, value: 1433740000 },
  { metric: 'alauda_service_last_redeployed_timestamp_seconds', service: { last_redeployed_at: 7 }, value: 7 },
  { metric: 'alauda_service_last_autoscaled_timestamp_seconds', service: { last_autoscaled_at: 8 }, value: 8 },
]

test('every row is tested here', (t) => {
  t.deepEqual(
    serviceRows()
      .map(({ name }) => name)
      .sort(),
    [...new Set([...rows.map(({ metric }) => metric), 'alauda_service_status', 'alauda_service_info'])].sort(),
  )
})

for (const { metric, service, value } of rows) {
  test(`${metric} of ${JSON.stringify(service)} is ${value}`, (t) => {
    t.deepEqual(samples(metric, service), [{ labels, value }])
    t.deepEqual(samples(metric, {}), [])
  })
}

test('a target state that is neither STARTED nor STOPPED has no sample', (t) => {
  t.deepEqual(samples('alauda_service_target_started', { target_state: 'started' }), [])
})

test('limits of autoscaling are shown only when it is on', (t) => {
  const { autoscaling_config = {} } = fullService
  for (const limit of ['min_instances', 'max_instances', 'lower_threshold_ratio', 'upper_threshold_ratio']) {
    const metric = `alauda_service_autoscaling_${limit}`
    t.is(samples(metric, { scaling_mode: 'AUTO', autoscaling_config })?.length, 1)
    t.deepEqual(samples(metric, { scaling_mode: 'MANUAL', autoscaling_config }), [])
    t.deepEqual(samples(metric, { autoscaling_config }), [])
  }
})

const statuses = (current_status: string) =>
  samples('alauda_service_status', { current_status })?.map(({ labels: { status, ...rest }, value }) => {
    return [status, value, rest]
  })

test('every known status has a series, and the present one is 1', (t) => {
  t.deepEqual(statuses('Stopped'), [
    ['Running', 0, labels],
    ['Stopped', 1, labels],
    ['Starting', 0, labels],
    ['Deploying', 0, labels],
    ['Error', 0, labels],
  ])
})

test('a status that is not known is added as the API spells it', (t) => {
  t.deepEqual(statuses('running'), [
    ['Running', 0, labels],
    ['Stopped', 0, labels],
    ['Starting', 0, labels],
    ['Deploying', 0, labels],
    ['Error', 0, labels],
    ['running', 1, labels],
  ])
})

test('a service without a status has no samples of it', (t) => {
  t.deepEqual(samples('alauda_service_status', {}), [])
})

test('what a service is stands in its info, and what is not known is left out', (t) => {
  t.deepEqual(samples('alauda_service_info', {}), [{ labels, value: 1 }])
  t.deepEqual(samples('alauda_service_info', { ...fullService, service_name: 'web' }), [
    {
      labels: {
        namespace: 'demo',
        project: 'logs',
        space: 'ops',
        service: 'web',
        uuid: '0b7e',
        image: 'index.alauda.cn/demo/kibana',
        image_tag: '4.1',
        instance_size: 'XS',
        scaling_mode: 'AUTO',
        region: 'BEIJING1',
      },
      value: 1,
    },
  ])
})

test('whatever is left out of a service, the other fields give the same samples and nothing is made up', (t) => {
  const fedBy = Object.fromEntries(rows.map(({ metric, service }) => [metric, Object.keys(service)]))
  const full = families([snapshotOf([serviceOf({ ...fullService, service_name: 'web' })])])
  const { service_name: _, project_name, space_name, ...optional } = fullService
  const identity = { project_name: project_name ?? '', space_name: space_name ?? '' }
  const fields = Object.keys(optional)
  fc.assert(
    fc.property(fc.subarray(fields), (kept) => {
      const some = Object.fromEntries(Object.entries(optional).filter(([field]) => kept.includes(field)))
      const given = families([snapshotOf([serviceOf({ ...some, ...identity })])])
      for (const { name, samples: given_ } of given) {
        const needed = fedBy[name]
        if (needed === undefined) continue
        const isFed = needed.every((field) => kept.includes(field))
        t.deepEqual(given_, isFed ? full.find((family) => family.name === name)?.samples : [], name)
      }
    }),
  )
})

const identity = { namespace: 'demo', service: 'web' }
const samplesServiceLabels = (serviceLabels: ReadonlyArray<string>, service: Partial<Service>) =>
  samplesOf('alauda_service_labels', [snapshotOf([serviceOf(service)])], { serviceLabels })

test('the labels that were asked for are shown, in the order in which they were asked for', (t) => {
  const labels = [
    { key: 'tier', value: 'front' },
    { key: 'owner', value: 'li' },
    { key: 'secret', value: 'x' },
  ]
  t.deepEqual(samplesServiceLabels(['owner', 'tier'], { labels }), [
    { labels: { ...identity, label_owner: 'li', label_tier: 'front' }, value: 1 },
  ])
})

test('a label that a service does not have is left out', (t) => {
  t.deepEqual(samplesServiceLabels(['owner'], { labels: [{ key: 'tier', value: 'front' }] }), [
    { labels: identity, value: 1 },
  ])
  t.deepEqual(samplesServiceLabels(['owner'], { labels: [{ key: 'owner' }] }), [{ labels: identity, value: 1 }])
  t.deepEqual(samplesServiceLabels(['owner'], {}), [{ labels: identity, value: 1 }])
})

test('characters that a label’s name may not have become _', (t) => {
  t.is(serviceLabelName('app.tier/v-1'), 'label_app_tier_v_1')
  t.deepEqual(samplesServiceLabels(['app.tier'], { labels: [{ key: 'app.tier', value: 'front' }] }), [
    { labels: { ...identity, label_app_tier: 'front' }, value: 1 },
  ])
})

test('any key gives a legal label name', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => {
      t.regex(serviceLabelName(key), /^[a-zA-Z_][a-zA-Z0-9_]*$/)
    }),
  )
})

test('keys that become one name are rejected', (t) => {
  t.throws(() => samplesServiceLabels(['a.b', 'a_b'], {}), {
    instanceOf: TypeError,
    message: 'serviceLabels: "a.b" and "a_b" become the same label',
  })
})

test('the statistics of a client', (t) => {
  t.is(toText(apiFamilies(fullStatistics)), page)
})

const page = `# HELP alauda_api_requests_total Requests to the API, by what was asked and what came of it: the HTTP status, or timeout, network (no connection, or a broken one) or aborted (the collection ended first).
# TYPE alauda_api_requests_total counter
alauda_api_requests_total{endpoint="listServices",code="200"} 7
alauda_api_requests_total{endpoint="listServices",code="timeout"} 1
alauda_api_requests_total{endpoint="login",code="200"} 2
# HELP alauda_api_request_duration_seconds How long requests to the API took, to the last byte of the answer or until it was too late, in seconds.
# TYPE alauda_api_request_duration_seconds histogram
alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="0.05"} 0
alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="1"} 6
alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="30"} 7
alauda_api_request_duration_seconds_bucket{endpoint="listServices",le="+Inf"} 8
alauda_api_request_duration_seconds_sum{endpoint="listServices"} 33.25
alauda_api_request_duration_seconds_count{endpoint="listServices"} 8
# HELP alauda_api_retries_total Calls of the API that were made again after a failure that may pass.
# TYPE alauda_api_retries_total counter
alauda_api_retries_total{endpoint="listServices"} 3
# HELP alauda_logins_total Logins that gave a token.
# TYPE alauda_logins_total counter
alauda_logins_total 2
# HELP alauda_login_failures_total Tries to log in that gave no token.
# TYPE alauda_login_failures_total counter
alauda_login_failures_total 1
# HELP alauda_api_requests_in_flight Requests to the API that are not answered yet.
# TYPE alauda_api_requests_in_flight gauge
alauda_api_requests_in_flight 4
# HELP alauda_api_requests_waiting Calls of the API that wait for their turn: for the limits, or because the API asked for a pause.
# TYPE alauda_api_requests_waiting gauge
alauda_api_requests_waiting 5
# HELP alauda_api_wait_seconds_total How long calls of the API have waited for their turn in all, in seconds.
# TYPE alauda_api_wait_seconds_total counter
alauda_api_wait_seconds_total 0.75
`

test('a client that has done nothing yet has no requests, and zeros of what is counted as a whole', (t) => {
  const nothing = {
    requests: [],
    durations: [],
    retries: [],
    logins: 0,
    loginFailures: 0,
    requestsInFlight: 0,
    requestsWaiting: 0,
    waitSeconds: 0,
  }
  t.is(
    toText(apiFamilies(nothing)).replaceAll(/^#.*\n/gm, ''),
    `alauda_logins_total 0
alauda_login_failures_total 0
alauda_api_requests_in_flight 0
alauda_api_requests_waiting 0
alauda_api_wait_seconds_total 0
`,
  )
})

test('labels are on all samples, at the end', (t) => {
  const labelled = apiFamilies(fullStatistics, { labels: { account: 'north' } })
  t.deepEqual(
    toText(labelled).replaceAll(/^#.*\n/gm, ''),
    page
      .replaceAll(/^#.*\n/gm, '')
      .replaceAll('} ', ',account="north"} ')
      .replaceAll(/^(\w+) /gm, '$1{account="north"} '),
  )
  t.true(labelled.every(({ labels }) => labels.at(-1) === 'account'))
})

test('without statistics there are no samples', (t) => {
  t.is(toText(apiFamilies(undefined)), '')
})

test('with or without statistics the metrics are the same, and among those that a collector may show', (t) => {
  const told = (families: ReturnType<typeof apiFamilies>) => families.map(({ samples: _, ...metric }) => metric)
  const ofTheApi = told(apiFamilies(undefined))
  t.is(ofTheApi.length, 8)
  t.deepEqual(told(apiFamilies(fullStatistics)), ofTheApi)
  t.deepEqual(
    describeMetrics()
      .filter(({ name }) => /^alauda_(api|login)/.test(name))
      .map(({ name, help, type, labels }) => ({ name, help, type, labels })),
    ofTheApi,
  )
})

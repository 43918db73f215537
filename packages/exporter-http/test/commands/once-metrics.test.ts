import test from 'ava'
import type { Handler, Reply } from '../../../alauda-client/test/helpers/api-server.js'
import { memory, onePage, secrets, service, startCloud } from '../helpers/cloud.js'
import { runCommand } from '../helpers/command.js'
import { contractCases, info, memoryAt, web, web0 } from '../helpers/contract.js'
import { subjectsOf } from '../helpers/page.js'

// The forms of metrics that the contract allows.

const answers = contractCases()

/** The one instance of the service `web` has these metrics. */
const metrics = (title: string, reply: Reply, expected: ReadonlyArray<string>, outcome: string) =>
  answers(
    title,
    { '?page_size=100&page=1': onePage(service('web', 'u')), 'web/instances/u/metrics': reply },
    expected,
    outcome,
  )

const columns = ['tx_errors', 'memory_utilization', 'rx_bytes', 'cpu_utilization', 'disk', 'tx_bytes', 'memory_usage']
metrics(
  'columns in another order, some unknown: each value under its own name',
  {
    body: {
      columns: [...columns, 'rx_errors', 'cpu_cumulative_usage', 'time'],
      points: [[8, 50, 3, 25, 99, 7, 1024, 4, 1_500_000_000, 60]],
    },
  },
  [
    `alauda_instance_cpu_usage_seconds_total{${web0}} 1.5`,
    `alauda_instance_cpu_utilization_ratio{${web0}} 0.25`,
    `alauda_instance_memory_usage_bytes{${web0}} 1024`,
    `alauda_instance_memory_utilization_ratio{${web0}} 0.5`,
    `alauda_instance_memory_limit_bytes{${web0}} 2048`,
    `alauda_instance_network_receive_bytes_total{${web0}} 3`,
    `alauda_instance_network_receive_errors_total{${web0}} 4`,
    `alauda_instance_network_transmit_bytes_total{${web0}} 7`,
    `alauda_instance_network_transmit_errors_total{${web0}} 8`,
    `alauda_instance_last_sample_timestamp_seconds{${web0}} 60`,
    ...info,
  ],
  'ok',
)

metrics('columns that are missing have no samples', memory(0), [...memoryAt(60, 0), ...info], 'ok')

metrics(
  'points in ascending order: the newest counts',
  {
    body: {
      columns: ['time', 'memory_usage'],
      points: [
        [60, 1],
        [120, 2],
        [180, 3],
      ],
    },
  },
  [...memoryAt(180, 3), ...info],
  'ok',
)

metrics(
  'a null has no sample, and no older point stands in for it',
  {
    body: {
      columns: ['time', 'memory_usage', 'rx_bytes'],
      points: [
        [120, 2, null],
        [60, 1, 9],
      ],
    },
  },
  [...memoryAt(120, 2), ...info],
  'ok',
)

metrics(
  'a point of nulls only is skipped for one with a value',
  {
    body: {
      columns: ['time', 'memory_usage'],
      points: [
        [120, null],
        [60, 1],
      ],
    },
  },
  [...memoryAt(60, 1), ...info],
  'ok',
)

metrics(
  'numbers in strings are numbers',
  { body: { columns: ['time', 'memory_usage'], points: [['60', '16072704']] } },
  [...memoryAt(60, 16072704), ...info],
  'ok',
)

const empty: ReadonlyArray<readonly [string, unknown]> = [
  ['no points', { columns: ['time', 'memory_usage'], points: [] }],
  ['only nulls', { columns: ['time', 'memory_usage'], points: [[60, null]] }],
  ['neither columns nor points', {}],
  ['an empty body', ''],
]
for (const [what, body] of empty) {
  metrics(`${what}: the instance is there, without values`, { body }, info, 'empty')
}

metrics(
  'an instance that is gone when its metrics are asked for is not there',
  { status: 404, body: '<html>Not Found</html>' },
  [`alauda_service_info{${web}} 1`],
  'gone',
)

const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `s${from + index}`)
const threePages: Handler = ({ path }) => {
  const number = Number(/page=(\d+)$/.exec(path)?.[1])
  const results = names(number * 20 - 19, Math.min(45, number * 20)).map((name) => service(name))
  return {
    body: { count: 45, previous: null, next: number < 3 ? 'http://other.test/?page_size=100&page=2' : null, results },
  }
}
answers(
  'three pages of services: all of them, in the order of their names',
  { '': threePages },
  names(1, 45).map((name) => `alauda_service_info{namespace="demo",service="${name}"} 1`),
)

answers(
  'an empty list: no services',
  { '?page_size=100&page=1': { body: { count: 0, next: null, previous: null, results: [] } } },
  [],
)

for (const [what, instances] of [
  ['missing', {}],
  ['null', { instances: null }],
] as const) {
  answers(
    `a list in which \`instances\` is ${what}: they are asked for, and come as a bare array`,
    {
      '?page_size=100&page=1': onePage({ service_name: 'web', ...instances }),
      'web/instances/': { body: [{ uuid: 'u', instance_name: 'web.0', started_at: null }] },
      'web/instances/u/metrics': memory(1),
    },
    [...memoryAt(60, 1), ...info],
    'ok',
  )
}

answers(
  'names with quotes, backslashes, slashes, line breaks and Chinese characters',
  {
    '?page_size=100&page=1': onePage(service('a"b\\c/d\n监控', '路/径')),
    'a%22b%5Cc%2Fd%0A%E7%9B%91%E6%8E%A7/instances/%E8%B7%AF%2F%E5%BE%84/metrics': memory(1),
  },
  [
    'alauda_instance_memory_usage_bytes{namespace="demo",service="a\\"b\\\\c/d\\n监控",instance_name="a\\"b\\\\c/d\\n监控.0"} 1',
    'alauda_instance_last_sample_timestamp_seconds{namespace="demo",service="a\\"b\\\\c/d\\n监控",instance_name="a\\"b\\\\c/d\\n监控.0"} 60',
    'alauda_instance_info{namespace="demo",service="a\\"b\\\\c/d\\n监控",instance_name="a\\"b\\\\c/d\\n监控.0",uuid="路/径"} 1',
    'alauda_service_info{namespace="demo",service="a\\"b\\\\c/d\\n监控"} 1',
  ],
  'ok',
)

const of2018 = {
  service_name: 'web',
  unique_name: 'a2',
  project_name: 'shop',
  space_name: 'staging',
  region: { display_text: 'East', name: 'east' },
  created_at: '2018-05-11T03:26:56.140445',
  stopped_at: 'None',
  last_autoscale_datetime: 'None',
  target_num_instances: '2',
  healthy_num_instances: '0',
  custom_instance_size: { mem: '256', cpu: 0.125 },
  autoscaling_config: {},
  instance_ports: [],
  instances: [],
}
const staging = 'namespace="demo",project="shop",space="staging",service="web"'
answers(
  'a service of 2018: times without a zone, "None", numbers in strings, objects',
  { '?page_size=100&page=1': onePage(of2018) },
  [
    `alauda_service_target_instances{${staging}} 2`,
    `alauda_service_healthy_instances{${staging}} 0`,
    `alauda_service_instance_cpu_limit_cores{${staging}} 0.125`,
    `alauda_service_instance_memory_limit_bytes{${staging}} 268435456`,
    `alauda_service_created_timestamp_seconds{${staging}} 1526009216.140445`,
    `alauda_service_info{${staging},uuid="a2",region="east"} 1`,
  ],
)

const redirect = (location: string): Reply => ({ status: 301, headers: { location } })

test('redirects to the other form of a path, with a slash or without: neither login nor token is lost', async (t) => {
  const { environment } = await startCloud(t, {
    'generate-api-token/': { status: 307, headers: { location: '/v1/generate-api-token' } },
    'generate-api-token': ({ method, body }) =>
      method === 'POST' && body.startsWith('username=demo&')
        ? { body: { token: secrets.token, username: 'demo', namespace: 'demo', email: 'demo@example.com' } }
        : { status: 400 },
    'services/demo/?page_size=100&page=1': redirect('/v1/services/demo?page_size=100&page=1'),
    'services/demo?page_size=100&page=1': onePage(service('web', 'u')),
    'services/demo/web/instances/u/metrics': ({ path }) => redirect(`/v1/${path.replace('?', '/?')}`),
    'services/demo/web/instances/u/metrics/': memory(1),
  })
  const { stdout, stderr } = await runCommand(t, ['once'], environment)
  t.is(stderr, '')
  t.deepEqual(subjectsOf(stdout), [...memoryAt(60, 1), ...info])
})

import type { Reply } from '../../../alauda-client/test/helpers/api-server.js'
import { memory, onePage, service } from '../helpers/cloud.js'
import { contractCases, info, memoryAt, web, web0 } from '../helpers/contract.js'

// The ways in which clouds tell metrics, as far as the contract leaves them open.

const answers = contractCases()

/** The one instance of the service `web` has these metrics. */
const metrics = (title: string, reply: Reply, expected: ReadonlyArray<string>, outcome: string) =>
  answers(title, { '?page=1': onePage(service('web', 'u')), 'web/instances/u/metrics': reply }, expected, outcome)

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
  'a point of nothing but nulls is passed over for one that tells something',
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

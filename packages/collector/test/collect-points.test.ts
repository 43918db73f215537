import test from 'ava'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { collect } from '../src/collect.js'
import { onePage, startCloud } from './helpers/cloud.js'

const instance = { uuid: 'u', instance_name: 'web.0' }

const columns = ['time', 'memory_usage', 'rx_bytes']
const answers = [
  {
    title: 'columns in another order, with one too many and some missing, are read by their names',
    body: { columns: ['rx_bytes', 'sequence_number', 'time'], points: [[648, 3, 120]] },
    reading: { outcome: 'ok', point: { time: 120, rx_bytes: 648 } },
  },
  {
    title: 'of points in ascending order the last is the newest',
    body: { columns, points: [60, 120, 180].map((time) => [time, time * 2, 1]) },
    reading: { outcome: 'ok', point: { time: 180, memory_usage: 360, rx_bytes: 1 } },
  },
  {
    title: 'of points in descending order the first is the newest',
    body: { columns, points: [180, 120, 60].map((time) => [time, time * 2, 1]) },
    reading: { outcome: 'ok', point: { time: 180, memory_usage: 360, rx_bytes: 1 } },
  },
  {
    title: 'a value that is null is absent',
    body: { columns, points: [[60, null, 1]] },
    reading: { outcome: 'ok', point: { time: 60, rx_bytes: 1 } },
  },
  {
    title: 'a newer point of nulls does not hide an older one with values',
    body: {
      columns,
      points: [
        [60, 7, 1],
        [120, null, null],
      ],
    },
    reading: { outcome: 'ok', point: { time: 60, memory_usage: 7, rx_bytes: 1 } },
  },
  { title: 'only nulls are no values', body: { columns, points: [[60, null, null]] }, reading: { outcome: 'empty' } },
  { title: 'no points are no values', body: { columns, points: [] }, reading: { outcome: 'empty' } },
  { title: 'an empty body is no values', body: '', reading: { outcome: 'empty' } },
]

for (const { title, body, reading } of answers) {
  test(title, async (t) => {
    const { source } = await startCloud(t, {
      'services/demo/': onePage({ service_name: 'web', instances: [instance] }),
      'services/demo/web/instances/u/metrics': { body },
    })
    const { services } = await collect(source, {
      namespace: 'demo',
      windowMs: 300_000,
      period: '1m',
      maxInstances: 50_000,
      maxAgeSeconds: 300,
      clock: manualClock(1_000_000),
      signal: new AbortController().signal,
    })
    t.deepEqual(services[0]?.instances, [{ instance, ...reading }])
  })
}

test('a point of a time that has not come does not stand in the way of true ones', async (t) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'web', instances: [instance] }),
    'services/demo/web/instances/u/metrics': {
      body: {
        columns: ['time', 'memory_usage'],
        points: [
          [1000, 7],
          [1061, 8],
          [1_000_000, 9],
        ],
      },
    },
  })
  const { services } = await collect(source, {
    namespace: 'demo',
    windowMs: 300_000,
    period: '1m',
    maxInstances: 50_000,
    maxAgeSeconds: 300,
    clock: manualClock(1_000_000),
    signal: new AbortController().signal,
  })
  t.deepEqual(services[0]?.instances, [{ instance, outcome: 'ok', point: { time: 1000, memory_usage: 7 } }])
})

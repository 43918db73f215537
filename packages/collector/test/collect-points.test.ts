import test, { type ExecutionContext } from 'ava'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'

const instance = { uuid: 'u', instance_name: 'web.0' }

/** What is read at 1000 s, of the 300 s before it, when the cloud answers so. */
const readingOf = async (t: ExecutionContext, metrics: Parameters<typeof startCloud>[1][string], now = 1000) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'web', instances: [instance] }),
    'services/demo/web/instances/u/metrics': metrics,
  })
  const { services } = await collected(source, { clock: manualClock(now * 1000) })
  return services[0]?.instances
}

const columns = ['time', 'memory_usage', 'rx_bytes']
const answers = [
  {
    title: 'columns in another order, with one too many and some missing, are read by their names',
    body: { columns: ['rx_bytes', 'sequence_number', 'time'], points: [[648, 3, 920]] },
    reading: { outcome: 'ok', point: { time: 920, rx_bytes: 648 } },
  },
  {
    title: 'of points in ascending order the last is the newest',
    body: { columns, points: [860, 920, 980].map((time) => [time, time * 2, 1]) },
    reading: { outcome: 'ok', point: { time: 980, memory_usage: 1960, rx_bytes: 1 } },
  },
  {
    title: 'of points in descending order the first is the newest',
    body: { columns, points: [980, 920, 860].map((time) => [time, time * 2, 1]) },
    reading: { outcome: 'ok', point: { time: 980, memory_usage: 1960, rx_bytes: 1 } },
  },
  {
    title: 'a value that is null is absent',
    body: { columns, points: [[860, null, 1]] },
    reading: { outcome: 'ok', point: { time: 860, rx_bytes: 1 } },
  },
  {
    title: 'a newer point of nulls does not hide an older one with values',
    body: {
      columns,
      points: [
        [860, 7, 1],
        [920, null, null],
      ],
    },
    reading: { outcome: 'ok', point: { time: 860, memory_usage: 7, rx_bytes: 1 } },
  },
  { title: 'only nulls are no values', body: { columns, points: [[860, null, null]] }, reading: { outcome: 'empty' } },
  { title: 'no points are no values', body: { columns, points: [] }, reading: { outcome: 'empty' } },
  { title: 'an empty body is no values', body: '', reading: { outcome: 'empty' } },
]

for (const { title, body, reading } of answers) {
  test(title, async (t) => {
    t.deepEqual(await readingOf(t, { body }), [{ instance, ...reading }])
  })
}

test('a point of a time that has not come does not stand in the way of true ones', async (t) => {
  t.deepEqual(await readingOf(t, memory([1000, 7], [1061, 8], [1_000_000, 9])), [
    { instance, outcome: 'ok', point: { time: 1000, memory_usage: 7 } },
  ])
})

test('a clock that is a minute ahead of ours or behind is not yet another time', async (t) => {
  for (const time of [1060, 640]) {
    t.deepEqual(await readingOf(t, memory([time, 7])), [{ instance, outcome: 'ok', point: { time, memory_usage: 7 } }])
  }
})

test('a point that is older than what was asked for ages from when it was read', async (t) => {
  t.deepEqual(await readingOf(t, memory([639, 7])), [
    { instance, outcome: 'ok', point: { time: 639, memory_usage: 7 }, ageFrom: 1000 },
  ])
  t.deepEqual(await readingOf(t, memory([639, 7], [-28_000, 6]), 1010.5), [
    { instance, outcome: 'ok', point: { time: 639, memory_usage: 7 }, ageFrom: 1010.5 },
  ])
})

import test from 'ava'
import { field, items, openCloud, startTime } from './open-cloud.js'

const day = 86_400

/** The metrics of kibana's first instance. */
const kibanaMetrics = async (t: Parameters<typeof openCloud>[0]) => {
  const opened = await openCloud(t)
  const service = opened.cloud.world.serviceAt('kibana', startTime)
  const uuid = service?.instances[0]?.uuid ?? ''
  const path = (query: string) => `services/demo/kibana/instances/${uuid}/metrics?${query}`
  const window = (start: number, end: number, period: string) =>
    path(`start_time=${start}&end_time=${end}&point_per_period=${period}`)
  return { ...opened, service, uuid, path, window }
}

test('metrics have the documented form, and are what the world says', async (t) => {
  const { cloud, get, service, uuid, window } = await kibanaMetrics(t)
  const metrics = await get(window(startTime - 150, startTime, '1m'))
  t.is(field(metrics, 'name'), `stats.${service?.uuid}.${uuid}`.replaceAll('-', '_'))
  t.deepEqual(items(metrics, 'columns'), [
    'time',
    'sequence_number',
    'cpu_cumulative_usage',
    'cpu_utilization',
    'memory_usage',
    'memory_utilization',
    'rx_bytes',
    'rx_errors',
    'tx_bytes',
    'tx_errors',
  ])
  t.deepEqual(
    items(metrics, 'points'),
    [startTime, startTime - 60, startTime - 120].map((time) => {
      const point = cloud.world.pointAt(uuid, time)
      return [
        time,
        0,
        point?.cpu_cumulative_usage,
        point?.cpu_utilization,
        point?.memory_usage,
        point?.memory_utilization,
        point?.rx_bytes,
        point?.rx_errors,
        point?.tx_bytes,
        point?.tx_errors,
      ]
    }),
  )
})

for (const [period, seconds] of Object.entries({
  '1s': 1,
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '30m': 1_800,
  '1h': 3_600,
  '4h': 14_400,
  '12h': 43_200,
  '1d': day,
  '7d': 7 * day,
  '30d': 30 * day,
})) {
  test(`a point every ${period}, at its multiples`, async (t) => {
    const { get, window } = await kibanaMetrics(t)
    const start = startTime - Math.min(30 * day, seconds * 5)
    const times = items(await get(window(start, startTime, period)), 'points').map((point) => items(point)[0])
    const expected = []
    for (let time = Math.floor(startTime / seconds) * seconds; time >= start; time -= seconds) expected.push(time)
    t.deepEqual(times, expected)
  })
}

test('there are no points from the future, nor from more than thirty days ago', async (t) => {
  const { get, window } = await kibanaMetrics(t)
  const times = items(await get(window(startTime - 40 * day, startTime + day, '1h')), 'points').map(
    (point) => items(point)[0],
  )
  t.is(times[0], startTime)
  t.is(times.at(-1), startTime - 30 * day)
  t.deepEqual(items(await get(window(startTime + 60, startTime + 120, '1s')), 'points'), [])
})

test('a new instance has no points from before its start', async (t) => {
  const { cloud, get, pass, call } = await kibanaMetrics(t)
  await call('PUT', 'services/demo/kibana', { target_num_instances: 4 })
  pass(10)
  const uuid = cloud.world.serviceAt('kibana', startTime + 10)?.instances[3]?.uuid
  const query = `start_time=${startTime - 60}&end_time=${startTime + 10}&point_per_period=1s`
  const points = items(await get(`services/demo/kibana/instances/${uuid}/metrics?${query}`), 'points')
  t.deepEqual(
    points.map((point) => items(point)[0]),
    [10, 9, 8, 7, 6, 5, 4, 3, 2].map((second) => startTime + second),
  )
  t.is(items(points.at(-1))[2], 0)
})

test('an instance that has ended is not found', async (t) => {
  const { call, window } = await kibanaMetrics(t)
  t.is((await call('GET', window(startTime - 60, startTime, '1m'))).status, 200)
  await call('PUT', 'services/demo/kibana/stop/')
  t.is((await call('GET', window(startTime - 60, startTime, '1m'))).status, 404)
})

for (const query of [
  '',
  `start_time=${startTime - 60}&end_time=${startTime}`,
  `start_time=${startTime - 60}&end_time=${startTime}&point_per_period=2m`,
  `start_time=${startTime - 60}&point_per_period=1m`,
  `start_time=yesterday&end_time=${startTime}&point_per_period=1m`,
  `start_time=${startTime}&end_time=${startTime - 60}&point_per_period=1m`,
  `start_time=${startTime - day}&end_time=${startTime}&point_per_period=1s`,
]) {
  test(`metrics for "${query}" are refused with a sentence`, async (t) => {
    const { call, path } = await kibanaMetrics(t)
    const response = await call('GET', path(query))
    t.is(response.status, 400)
    t.regex(String(field(await response.json(), 'detail')), /\.$/)
  })
}

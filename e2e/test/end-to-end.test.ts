import { spawnSync } from 'node:child_process'
import { eventually } from '../../testing/eventually.js'
import { valueMetrics } from '../helpers/cloud-values.js'
import { type Series, storedScrape, testWithPrometheus } from '../helpers/prometheus.js'
import { scale, startStack } from '../helpers/stack.js'

const byInstance = (series: ReadonlyArray<Series>): ReadonlyMap<string, Series> =>
  new Map(series.map((one) => [one.labels.instance_name ?? '', one]))

const names = (series: ReadonlyArray<Series>) => series.map(({ labels }) => labels.instance_name ?? '').sort()

testWithPrometheus('Prometheus has every value that the cloud measured, of instances that come and go', async (t) => {
  const stack = await startStack(t)
  const { cloud, prometheus, exporter } = stack
  const instances = () => cloud.world.stateAt(Date.now() / 1000).services.flatMap((service) => service.instances)
  const expected = instances()
    .map(({ instance_name }) => instance_name)
    .sort()
  await eventually(
    () => prometheus.query('alauda_instance_memory_usage_bytes'),
    ({ length }) => length === expected.length,
  )
  t.deepEqual(await prometheus.targets(), ['up'])

  const time = await storedScrape(prometheus)
  const uuids = byInstance(await prometheus.query('alauda_instance_info', time))
  const measured = byInstance(await prometheus.query('alauda_instance_last_sample_timestamp_seconds', time))
  for (const [metric, [column, divisor]] of Object.entries(valueMetrics)) {
    const series = await prometheus.query(metric, time)
    t.deepEqual(names(series), expected, metric)
    for (const { labels, value } of series) {
      const instance = labels.instance_name ?? ''
      const uuid = uuids.get(instance)?.labels.uuid ?? ''
      const point = cloud.world.pointAt(uuid, measured.get(instance)?.value ?? Number.NaN)
      t.is(value, (point?.[column] ?? Number.NaN) / divisor, `${metric} of ${instance}`)
    }
  }

  for (const count of [4, 2]) {
    await scale(stack, 'kibana', count)
    const series = await eventually(
      () => prometheus.query('alauda_instance_memory_usage_bytes{service="kibana"}'),
      ({ length }) => length === count,
    )
    t.deepEqual(names(series), ['kibana.0', 'kibana.1', 'kibana.2', 'kibana.3'].slice(0, count))
  }

  const page = await (await fetch(new URL('/metrics', exporter))).text()
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' })
  t.deepEqual({ status, said: stdout + stderr }, { status: 0, said: '' })
})

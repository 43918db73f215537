import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { valueMetrics } from '../helpers/cloud-values.js'
import { eventually } from '../helpers/eventually.js'
import { type Series, testWithPrometheus } from '../helpers/prometheus.js'
import { block } from '../helpers/readme.js'
import { type Stack, scale, startStack } from '../helpers/stack.js'

const secondsNow = () => Date.now() / 1000

/** Waits until Prometheus has scraped every instance that the cloud has. */
const scrapedWhole = ({ cloud, prometheus }: Stack) =>
  eventually(
    () => prometheus.query('alauda_instance_memory_usage_bytes'),
    (series) => series.length === cloud.world.stateAt(secondsNow()).services.flatMap((s) => s.instances).length,
  )

const byInstance = (series: ReadonlyArray<Series>): ReadonlyMap<string, Series> =>
  new Map(series.map((one) => [one.labels.instance_name ?? '', one]))

const names = (series: ReadonlyArray<Series>) => series.map(({ labels }) => labels.instance_name).sort()

testWithPrometheus('every target is up, and promtool has nothing to say about the page', async (t) => {
  const stack = await startStack(t, ['--metrics.article-names', '--metrics.service-labels=tier'])
  await scrapedWhole(stack)
  t.deepEqual(await stack.prometheus.targets(), ['up'])
  const page = await (await fetch(new URL('/metrics', stack.exporter))).text()
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' })
  t.deepEqual({ status, said: stdout + stderr }, { status: 0, said: '' })
})

testWithPrometheus('every value of every instance is the cloud’s, for its time and in its unit', async (t) => {
  const stack = await startStack(t)
  await scrapedWhole(stack)
  const time = secondsNow()
  const uuids = byInstance(await stack.prometheus.query('alauda_instance_info', time))
  const times = byInstance(await stack.prometheus.query('alauda_instance_last_sample_timestamp_seconds', time))
  t.true(uuids.size >= 10)
  for (const [metric, [column, divisor]] of Object.entries(valueMetrics)) {
    const series = await stack.prometheus.query(metric, time)
    t.deepEqual(names(series), [...uuids.keys()].sort())
    for (const { labels, value } of series) {
      const instance = labels.instance_name ?? ''
      const measured = times.get(instance)?.value ?? 0
      t.true(time - measured < 5, `${instance} was measured a moment ago`)
      const point = stack.cloud.world.pointAt(uuids.get(instance)?.labels.uuid ?? '', measured)
      t.is(value, (point?.[column] ?? Number.NaN) / divisor, `${metric} of ${instance}`)
    }
  }
})

testWithPrometheus('one service can be looked at alone, and a service’s instances summed', async (t) => {
  const stack = await startStack(t, ['--metrics.article-names'])
  const { prometheus, cloud } = stack
  await scrapedWhole(stack)
  const kibana = await prometheus.query('alauda_instance_memory_usage_bytes{service="kibana"}')
  t.deepEqual(names(kibana), ['kibana.0', 'kibana.1', 'kibana.2'])

  const time = secondsNow()
  const uuids = byInstance(await prometheus.query('alauda_instance_info', time))
  const times = await prometheus.query('alauda_instance_last_sample_timestamp_seconds', time)
  const expected = new Map<string, number>()
  for (const { labels, value } of times) {
    const { service = '', instance_name = '' } = labels
    const point = cloud.world.pointAt(uuids.get(instance_name)?.labels.uuid ?? '', value)
    expected.set(service, (expected.get(service) ?? 0) + (point?.memory_usage ?? Number.NaN))
  }
  const sums = await prometheus.query('sum by (service) (alauda_instance_memory_usage_bytes)', time)
  t.deepEqual(new Map(sums.map(({ labels, value }) => [labels.service ?? '', value])), expected)

  const [article] = await prometheus.query('sum(memory_usage{service="kibana"})', time)
  t.is(article?.value, expected.get('kibana'), 'the query as the article printed it')
})

testWithPrometheus('new instances are watched without a hand moved, and those that are gone are gone', async (t) => {
  t.timeout(120_000)
  const stack = await startStack(t)
  const watched = () => stack.prometheus.query('alauda_instance_memory_usage_bytes{service="kibana"}')
  const wanted = () => stack.prometheus.query('alauda_service_target_instances{service="kibana"}')
  for (const instances of [2, 4, 2]) {
    await scale(stack, 'kibana', instances)
    const series = await eventually(watched, ({ length }) => length === instances)
    t.deepEqual(names(series), ['kibana.0', 'kibana.1', 'kibana.2', 'kibana.3'].slice(0, instances))
    const [target] = await eventually(wanted, ([one]) => one?.value === instances)
    t.is(target?.value, instances)
  }
})

testWithPrometheus('the rate of CPU time is the utilization, across a restart too', async (t) => {
  t.timeout(180_000)
  const stack = await startStack(t)
  const { cloud, prometheus } = stack
  await scrapedWhole(stack)
  const windowSeconds = 40
  const from = secondsNow()
  cloud.world.change({ at: from + windowSeconds / 2, action: 'restart', service: 'kibana', ordinal: 0 })
  const time = from + windowSeconds + 3
  await eventually(
    async () => secondsNow(),
    (now) => now > time + 1,
    60,
  )

  const rates = await prometheus.query(
    `rate(alauda_instance_cpu_usage_seconds_total{service="kibana"}[${windowSeconds}s])`,
    time,
  )
  t.deepEqual(names(rates), ['kibana.0', 'kibana.1', 'kibana.2'])
  for (const { labels, value } of rates) {
    const shares = Array.from({ length: windowSeconds }, (_, second) => {
      const at = Math.floor(time) - windowSeconds + second
      const instance = cloud.world
        .serviceAt('kibana', at)
        ?.instances.find(({ instance_name }) => instance_name === labels.instance_name)
      const used = (second: number) => cloud.world.pointAt(instance?.uuid ?? '', second)?.cpu_cumulative_usage ?? 0
      return (used(at) - used(at - 1)) / 1e9
    })
    const mean = shares.reduce((sum, share) => sum + share, 0) / windowSeconds
    const deviation = Math.abs(value / mean - 1)
    const tolerance = labels.instance_name === 'kibana.0' ? 0.15 : 0.05
    t.true(deviation < tolerance, `${labels.instance_name}: rate ${value}, used ${mean}`)
  }
  const [resets] = await prometheus.query(
    `resets(alauda_instance_cpu_usage_seconds_total{instance_name="kibana.0"}[${windowSeconds}s])`,
    time,
  )
  t.is(resets?.value, 1)
})

testWithPrometheus('the smallest prometheus.yml of the README is accepted', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-readme-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'prometheus.yml')
  await writeFile(file, block('yaml'))
  const { status, stdout } = spawnSync('promtool', ['check', 'config', file], { encoding: 'utf8' })
  t.is(status, 0, stdout)
})

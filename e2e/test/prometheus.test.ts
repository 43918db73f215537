import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../testing/eventually.js'
import { block } from '../../testing/readme.js'
import { valueMetrics } from '../helpers/cloud-values.js'
import { type Series, storedScrape, testWithPrometheus } from '../helpers/prometheus.js'
import { type Stack, scale, startStack } from '../helpers/stack.js'

const secondsNow = () => Date.now() / 1000

/** Waits until Prometheus has scraped every instance that the cloud has. */
const scrapedWhole = ({ cloud, prometheus }: Stack) =>
  eventually(
    () => prometheus.query('alauda_instance_memory_usage_bytes'),
    (series) => series.length === cloud.world.stateAt(secondsNow()).services.flatMap((s) => s.instances).length,
  )

const byInstance = <S extends Pick<Series, 'labels'>>(series: ReadonlyArray<S>): ReadonlyMap<string, S> =>
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
  const time = await storedScrape(stack.prometheus)
  const uuids = byInstance(await stack.prometheus.query('alauda_instance_info', time))
  const times = byInstance(await stack.prometheus.query('alauda_instance_last_sample_timestamp_seconds', time))
  t.true(uuids.size >= 10)
  for (const [metric, [column, divisor]] of Object.entries(valueMetrics)) {
    const series = await stack.prometheus.query(metric, time)
    t.deepEqual(names(series), [...uuids.keys()].sort())
    for (const { labels, value } of series) {
      const instance = labels.instance_name ?? ''
      const measured = times.get(instance)?.value ?? 0
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

  const time = await storedScrape(prometheus)
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

testWithPrometheus('new instances are discovered automatically, and those that have gone disappear', async (t) => {
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

/** What a counter rises by from sample to sample: after a restart it begins at 0. */
const increaseOf = (values: ReadonlyArray<number>): number =>
  values
    .slice(1)
    .reduce((sum, value, index) => sum + value - (value < (values[index] ?? 0) ? 0 : (values[index] ?? 0)), 0)

testWithPrometheus('the rate of CPU time is what the cloud measured, across a restart too', async (t) => {
  const stack = await startStack(t)
  const { cloud, prometheus } = stack
  await scrapedWhole(stack)
  const counter = 'alauda_instance_cpu_usage_seconds_total{service="kibana"}'
  const from = secondsNow()
  cloud.world.change({ at: from + 5, action: 'restart', service: 'kibana', ordinal: 0 })
  await eventually(
    () => prometheus.query(`resets(alauda_instance_cpu_usage_seconds_total{instance_name="kibana.0"}[10m])`),
    ([series]) => series?.value === 1,
  )
  await eventually(
    async () => secondsNow(),
    (now) => now > from + 30,
  )

  const time = await storedScrape(prometheus)
  const windowSeconds = Math.round(time - from)
  const rates = await prometheus.query(`rate(${counter}[${windowSeconds}s])`, time)
  t.deepEqual(names(rates), ['kibana.0', 'kibana.1', 'kibana.2'])
  const stored = byInstance(await prometheus.stored(counter, time - windowSeconds, time))
  const measured = byInstance(
    await prometheus.stored('alauda_instance_last_sample_timestamp_seconds', time - windowSeconds, time),
  )
  for (const { labels, value } of rates) {
    const name = labels.instance_name ?? ''
    const samples = stored.get(name)?.samples ?? []
    const increase = increaseOf(samples.map((sample) => sample.value))
    const between = (samples.at(-1)?.time ?? 0) - (samples[0]?.time ?? 0)
    // Prometheus takes the counter to have risen before the first sample and after the last one as it did between them, at most.
    t.true(value >= (increase / windowSeconds) * 0.999 && value <= (increase / between) * 1.001, `${name}: ${value}`)
    if (name === 'kibana.0') continue
    const uuid = cloud.world.serviceAt('kibana', time)?.instances.find((one) => one.instance_name === name)?.uuid ?? ''
    for (const sample of samples) {
      const at = measured.get(name)?.samples.find((one) => one.time === sample.time)?.value ?? Number.NaN
      t.is(sample.value, (cloud.world.pointAt(uuid, at)?.cpu_cumulative_usage ?? Number.NaN) / 1e9, name)
    }
  }
})

testWithPrometheus('the smallest prometheus.yml of the README is accepted', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-readme-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'prometheus.yml')
  await writeFile(file, block('yaml'))
  const { status, stdout } = spawnSync('promtool', ['check', 'config', file], { encoding: 'utf8' })
  t.is(status, 0, stdout)
})

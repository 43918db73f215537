import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { eventually } from '../../testing/eventually.js'
import { type Fleet, prometheusFiles, startFleet } from '../helpers/fleet.js'
import { type Prometheus, type Series, storedScrape, testWithPrometheus } from '../helpers/prometheus.js'

for (const file of ['prometheus.yml', 'sharded.yml']) {
  testWithPrometheus(`promtool accepts ${file}`, (t) => {
    const { status, stdout } = spawnSync('promtool', ['check', 'config', join(prometheusFiles, file)], {
      encoding: 'utf8',
    })
    t.is(status, 0, stdout)
    t.false(/warning/i.test(stdout), stdout)
  })
}

const secondsNow = () => Date.now() / 1000

const servicesNow = ({ cloud }: Fleet) => cloud.world.stateAt(secondsNow()).services

const named = (series: ReadonlyArray<Series>) => series.map(({ labels }) => labels.service ?? '').sort()

const serviceInfo = 'alauda_service_info'

/** Waits until the shards together have as many services as the cloud. */
const scrapedWhole = (fleet: Fleet) =>
  eventually(
    () => fleet.query(serviceInfo),
    (series) => series.length === servicesNow(fleet).length,
    60,
  )

const failedRefreshes = async ({ url }: Prometheus): Promise<number> => {
  const page = await (await fetch(`${url}/metrics`)).text()
  return Number(/^prometheus_sd_http_failures_total (\d+)$/m.exec(page)?.[1])
}

testWithPrometheus(
  'two servers share the services of one exporter, and nothing has to be done for a new one',
  async (t) => {
    const fleet = await startFleet(t)
    const { cloud, shards, query } = fleet

    const names = servicesNow(fleet).map(({ service_name }) => service_name)
    t.deepEqual(named(await scrapedWhole(fleet)), [...names].sort(), 'each service once')
    for (const { targets } of shards) t.true((await targets()).length < names.length, 'each has its part')
    t.deepEqual(
      (await query('up')).map(({ labels }) => labels.instance).sort(),
      names.map((name) => `demo/${name}`).sort(),
    )

    const instances = servicesNow(fleet).flatMap((service) => service.instances)
    const memory = await eventually(
      () => query('alauda_instance_memory_usage_bytes'),
      ({ length }) => length === instances.length,
    )
    t.is(new Set(memory.map(({ labels }) => labels.instance_name)).size, instances.length, 'each instance once')
    t.deepEqual(await query('alauda_api_requests_total'), [], 'nothing of the exporter itself')

    cloud.world.change({
      at: secondsNow(),
      action: 'create',
      service: { service_name: 'orders', image_name: 'demo/orders', target_num_instances: 2 },
    })
    t.deepEqual(named(await scrapedWhole(fleet)), [...names, 'orders'].sort())
    cloud.world.change({ at: secondsNow(), action: 'delete', service: 'orders' })
    t.deepEqual(named(await scrapedWhole(fleet)), [...names].sort())
  },
)

testWithPrometheus('a probe’s numbers are the cloud’s, for their time and in their unit', async (t) => {
  const fleet = await startFleet(t)
  await scrapedWhole(fleet)
  const shares = await Promise.all(
    fleet.shards.map(async (server) => ({ server, instances: await server.query(ofKibana('alauda_instance_info')) })),
  )
  const [{ server } = t.fail('no server probes kibana'), ...others] = shares.filter(
    ({ instances }) => instances.length > 0,
  )
  t.is(others.length, 0, 'one server probes kibana')
  const at = await storedScrape(server, ofKibana('alauda_instance_info'))
  const probed = await kibanaAt(server, at)
  t.is(probed.length, 3)
  // A scrape's time is that of its beginning; the cloud is asked for numbers while it is under way.
  const [duration] = await server.query('scrape_duration_seconds{instance="demo/kibana"}', at)
  const end = at + (duration?.value ?? Number.NaN)
  for (const { instance_name, uuid, time, cpuSeconds } of probed) {
    t.true(
      time <= end && time > at - 300,
      `${instance_name}: ${time} is in the window that ends with the scrape, ${end}`,
    )
    t.is(cpuSeconds, (fleet.cloud.world.pointAt(uuid, time)?.cpu_cumulative_usage ?? Number.NaN) / 1e9, instance_name)
  }
})

const ofKibana = (metric: string) => `${metric}{instance="demo/kibana"}`

/** What a server knew of kibana's instances at a time. */
const kibanaAt = async ({ query }: Prometheus, at: number) => {
  const [infos, times, values] = await Promise.all([
    query(ofKibana('alauda_instance_info'), at),
    query(ofKibana('alauda_instance_last_sample_timestamp_seconds'), at),
    query(ofKibana('alauda_instance_cpu_usage_seconds_total'), at),
  ])
  return values.map(({ labels: { instance_name = '' }, value }) => {
    const ofInstance = (series: ReadonlyArray<Series>) =>
      series.find(({ labels }) => labels.instance_name === instance_name)
    const uuid = ofInstance(infos)?.labels.uuid ?? ''
    return { instance_name, uuid, time: ofInstance(times)?.value ?? 0, cpuSeconds: value }
  })
}

testWithPrometheus('in an outage the targets stay, and each says that the cloud is down', async (t) => {
  const fleet = await startFleet(t)
  const { cloud, shards, query, exporter } = fleet
  await scrapedWhole(fleet)
  const targets = async () => (await Promise.all(shards.map((shard) => shard.targets()))).flat()
  const before = await targets()
  t.is(before.length, servicesNow(fleet).length)

  const refused = () => Promise.all(shards.map(failedRefreshes))
  const refusedBefore = await refused()
  cloud.faults.set([{ kind: 'server-error' }])
  const isUp = (value: number) => (series: ReadonlyArray<Series>) =>
    series.length === before.length && series.every((one) => one.value === value)
  await eventually(() => query('alauda_up'), isUp(0))
  // The exporter's own collection may still be the last one that went well.
  await eventually(
    async () => (await fetch(new URL('/sd', exporter))).status,
    (status) => status === 503,
  )
  // Prometheus takes over what it has discovered every five seconds: it would have by then.
  await eventually(refused, (counts) => counts.every((count, shard) => count >= (refusedBefore[shard] ?? 0) + 8))
  t.deepEqual(await targets(), before)
  t.true(isUp(1)(await query('up')), 'the exporter answers')
  t.deepEqual(await query(serviceInfo), [], 'and shows nothing that it does not know')

  cloud.faults.clear()
  await eventually(() => query('alauda_up'), isUp(1))
  await scrapedWhole(fleet)
  t.deepEqual(await targets(), before)
})

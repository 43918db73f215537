import { type Fault, largeWorld } from '@alauda-exporter/alauda-simulator'
import test from 'ava'
import { until } from '../../packages/alauda-client/test/helpers/until.js'
import { collectUnderFaults } from '../helpers/collect-under-faults.js'
import { samplesOf } from '../helpers/page.js'
import { serveCloud } from '../helpers/serve-cloud.js'
import { startTime } from '../helpers/watch-cloud.js'

const lists = /services\/demo\/\?page_size=100&page=/
const kibanaMemory = 'alauda_instance_memory_usage_bytes{namespace="demo",service="kibana"'
const kibanaInfo = 'alauda_instance_info{namespace="demo",service="kibana"'
const up = (value: number) => [`alauda_up{namespace="demo"} ${value}`]

test('an instance’s metrics fail: its last good values stay until they are too old, then go', async (t) => {
  const { clock, samples, collectUnder, outcomes } = await collectUnderFaults(t)
  await collectUnder()
  const good = samples(kibanaMemory)
  t.is(good.length, 3)
  const broken: Fault = { kind: 'server-error', endpoint: 'getInstanceMetrics', service: 'kibana' }
  for (let minute = 1; minute <= 5; minute++) {
    await collectUnder(broken)
    t.deepEqual(samples(kibanaMemory), good, `minute ${minute}`)
  }
  t.like(outcomes(), { failed: 3, gone: 0 })
  t.deepEqual(samples('alauda_up'), up(1))
  clock.advance(1_000)
  t.deepEqual(samples(kibanaMemory), [])
  t.is(samples(kibanaInfo).length, 3)
  await collectUnder()
  t.is(samples(kibanaMemory).length, 3)
  t.like(outcomes(), { failed: 0 })
})

test('the service list fails: alauda_up is 0, and the last full list stays until it is too old', async (t) => {
  const { clock, samples, collectUnder } = await collectUnderFaults(t)
  await collectUnder()
  const services = samples('alauda_service_info')
  const success = samples('alauda_collection_timestamp_seconds')
  const down: Fault = { kind: 'html-page', status: 502, endpoint: 'listServices' }
  for (let minute = 1; minute <= 5; minute++) {
    await collectUnder(down)
    t.deepEqual(samples('alauda_up'), up(0))
    t.deepEqual(samples('alauda_service_info'), services)
  }
  t.deepEqual(samples('alauda_collection_timestamp_seconds'), success)
  clock.advance(1_000)
  t.deepEqual([...samples('alauda_service_info'), ...samples('alauda_instance_')], [])
  await collectUnder()
  t.deepEqual(samples('alauda_up'), up(1))
  t.deepEqual(samples('alauda_service_info'), services)
})

test('any page of the service list fails: alauda_up is 0, and its services stay until they are too old', async (t) => {
  const world = largeWorld({ services: 45, instances: 1, origin: startTime })
  const { clock, samples, collectUnder } = await collectUnderFaults(t, { world })
  await collectUnder()
  const services = samples('alauda_service_info')
  t.is(services.length, 45)
  for (let minute = 1; minute <= 5; minute++) {
    await collectUnder({ kind: 'server-error', endpoint: 'listServices', page: 2 })
    t.deepEqual(samples('alauda_up'), up(0))
    t.deepEqual(samples('alauda_service_info'), services)
  }
  clock.advance(1_000)
  t.deepEqual(samples('alauda_service_info'), [...services.slice(0, 20), ...services.slice(40)])
  await collectUnder()
  t.deepEqual(samples('alauda_up'), up(1))
  t.deepEqual(samples('alauda_service_info'), services)
})

test('the cloud hangs: each request has a deadline', async (t) => {
  const { collectAfter, clock, samples, outcomes, requestTimes } = await collectUnderFaults(t)
  await collectAfter(0, { kind: 'hang', service: 'kibana' })
  t.deepEqual(requestTimes(/services\/demo\/kibana/), [0, 0, 0, 10, 10, 10, 20, 20, 20])
  t.is(clock.now() / 1000, startTime + 30)
  t.deepEqual(samples('alauda_up'), up(1))
  t.like(outcomes(), { failed: 3 })
  t.is(samples(kibanaInfo).length, 3)
})

test('the cloud lets everyone wait for an hour: the whole collection has a deadline', async (t) => {
  const { collectAfter, clock, samples } = await collectUnderFaults(t)
  await collectAfter(0, { kind: 'unavailable', retryAfter: 3600, endpoint: 'listServices' })
  t.is(clock.now() / 1000, startTime + 60)
  t.deepEqual(samples('alauda_up'), up(0))
})

test('a service hangs: a scrape that cannot wait shows it as it was until that is too old, and the others as they are', async (t) => {
  const { clock, cloud, collector, inTime, samples } = await collectUnderFaults(t, { intervalMs: 0 })
  const scrape = async () => {
    await inTime(collector.scrape(9_500))
    const measured = (service: string) =>
      samples(`alauda_instance_last_sample_timestamp_seconds{namespace="demo",service="${service}"`).map(
        (line) => Number(line.split(' ')[1]) - startTime,
      )
    return [measured('kibana'), measured('prometheus')]
  }
  t.deepEqual(await scrape(), [[0, 0, 0], [0]])
  cloud.faults.set([{ kind: 'hang', service: 'kibana' }])
  for (let minute = 1; minute <= 4; minute++) {
    clock.advance(startTime * 1000 + minute * 60_000 - clock.now())
    t.deepEqual(await scrape(), [[0, 0, 0], [minute * 60]])
    await inTime(collector.collect())
  }
  clock.advance(startTime * 1000 + 300_000 - clock.now())
  t.deepEqual(await scrape(), [[], [300]])
})

// Serial, as the cloud that it scrapes lives in this process.
test.serial('a scrape answers within X-Prometheus-Scrape-Timeout-Seconds less 0.5 s with what is there', async (t) => {
  const { cloud, exporter } = await serveCloud(t, { kind: 'hang', service: 'kibana' })
  const begun = Date.now()
  const { services } = cloud.world.stateAt(begun / 1000)
  const others = services.filter(({ service_name }) => service_name !== 'kibana').flatMap(({ instances }) => instances)
  const memoryOf = (page: string) => samplesOf(page, 'alauda_instance_memory_usage_bytes')
  const scrape = async () => (await exporter.get('/metrics', { 'X-Prometheus-Scrape-Timeout-Seconds': '3' })).text()
  let page = await scrape()
  t.true(Date.now() - begun >= 2400, 'it waits as long as it may')
  // On a busy machine one scrape may end before all others have been read. That kibana has no values yet shows that none waits.
  while (memoryOf(page).length < others.length) page = await scrape()
  t.is(samplesOf(page, kibanaInfo).length, 3)
  t.deepEqual(samplesOf(page, kibanaMemory), [])
  t.is(memoryOf(page).length, others.length)
})

test.serial(
  'SIGTERM: it stops accepting, finishes what is being served, stops polling, and exits with 0',
  async (t) => {
    const { cloud, exporter } = await serveCloud(t, { kind: 'hang', endpoint: 'listServices' })
    const scrape = exporter.get('/metrics')
    await until(() => cloud.requests.some(({ path }) => lists.test(path)))
    exporter.kill('SIGTERM')
    t.is((await scrape).status, 200)
    t.is((await exporter.exit).status, 0)
    await t.throwsAsync(exporter.get('/metrics'))
    t.is(cloud.requests.filter(({ path }) => lists.test(path)).length, 1)
  },
)

test('a service is redeployed: two instances of one name never make two series of one name', async (t) => {
  const { cloud, samples, collectAfter } = await collectUnderFaults(t)
  cloud.world.change({ at: startTime + 60, action: 'redeploy', service: 'kibana' })
  let twins = 0
  for (let step = 0; step < 30; step++) {
    await collectAfter(10)
    const series = samples('alauda_instance_info').map((line) => line.replace(/,uuid=.*/, ''))
    t.is(new Set(series).size, series.length)
    twins += Number(samples('alauda_collection_duplicates')[0]?.split(' ')[1])
  }
  t.true(twins > 0)
})

test('a duplicate’s instance fails: the duplicate’s others are not taken for gone', async (t) => {
  const { cloud, samples, collectUnder, outcomes } = await collectUnderFaults(t)
  const uuid = cloud.world.serviceAt('kibana', startTime)?.instances[0]?.uuid ?? ''
  const uuidOfDuplicate = `${uuid.slice(0, 14)}4${uuid.slice(15)}`
  const twin: Fault = { kind: 'duplicate-service', service: 'kibana', startedAfter: 60 }
  await collectUnder(twin)
  t.is(samples(kibanaMemory).length, 3)
  await collectUnder(twin, { kind: 'server-error', endpoint: 'getInstanceMetrics', instance: uuidOfDuplicate })
  t.like(outcomes(), { gone: 0, failed: 1 })
  t.is(samples(kibanaMemory).length, 3)
})

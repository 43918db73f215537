import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { articleWorld, type Fault, startSimulator } from '@alauda-exporter/alauda-simulator'
import { createCollector } from '@alauda-exporter/collector'
import test, { type ExecutionContext } from 'ava'
import { manualClock } from '../../packages/alauda-client/test/helpers/manual-clock.js'

const start = Date.UTC(2026, 0, 1)

/** The article's cloud, and a collector that looks when it is told to. Time stands still until it is moved. */
const setUp = async (t: ExecutionContext) => {
  const clock = manualClock(start)
  const cloud = await startSimulator({ world: articleWorld({ origin: start / 1000 }), clock })
  t.teardown(() => cloud.close())
  const source = createAlaudaClient({
    endpoint: cloud.url,
    credentials: { username: 'demo', password: 'demo' },
    clock,
    random: () => 0,
  })
  const collector = createCollector({ source, namespaces: ['demo'], clock })
  const samples = (start: string) =>
    collector
      .expose()
      .split('\n')
      .filter((line) => line.startsWith(start))
  const collectAfter = async (seconds: number, ...faults: ReadonlyArray<Fault>) => {
    cloud.faults.set(faults)
    clock.advance(seconds * 1000)
    await collector.collect()
  }
  /** Lets a minute pass, and collects. */
  const collectUnder = (...faults: ReadonlyArray<Fault>) => collectAfter(60, ...faults)
  const outcomes = () =>
    Object.fromEntries(
      samples('alauda_collection_instances').map((line) => [
        /outcome="(\w+)"/.exec(line)?.[1],
        Number(line.split(' ')[1]),
      ]),
    )
  return { clock, cloud, samples, collectAfter, collectUnder, outcomes }
}

const kibanaMemory = 'alauda_instance_memory_usage_bytes{namespace="demo",service="kibana"'
const kibanaInfo = 'alauda_instance_info{namespace="demo",service="kibana"'
const up = (value: number) => [`alauda_up{namespace="demo"} ${value}`]

test('an instance’s metrics fail: its last good values stay until they are too old, then go', async (t) => {
  const { clock, samples, collectUnder, outcomes } = await setUp(t)
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

test('404 for an instance: its series go at once', async (t) => {
  const { samples, collectUnder, outcomes } = await setUp(t)
  await collectUnder()
  await collectUnder({ kind: 'instance-gone', service: 'kibana' })
  t.deepEqual([...samples(kibanaMemory), ...samples(kibanaInfo)], [])
  t.like(outcomes(), { gone: 3, failed: 0 })
})

for (const kind of ['no-points', 'empty-body', 'null-values'] as const) {
  test(`${kind}: no values, but the instance stays`, async (t) => {
    const { samples, collectUnder, outcomes } = await setUp(t)
    await collectUnder()
    await collectUnder({ kind, endpoint: 'getInstanceMetrics', service: 'kibana' })
    t.deepEqual(samples(kibanaMemory), [])
    t.is(samples(kibanaInfo).length, 3)
    t.is(samples('alauda_instance_start_time_seconds{namespace="demo",service="kibana"').length, 3)
    t.like(outcomes(), { empty: 3 })
  })
}

test('the service list fails: alauda_up is 0, and the last full list stays until it is too old', async (t) => {
  const { clock, samples, collectUnder } = await setUp(t)
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

test('a token that is revoked: one new login, and nothing is missing', async (t) => {
  const { cloud, samples, collectUnder, outcomes } = await setUp(t)
  await collectUnder()
  await collectUnder({ kind: 'token-revoked' })
  t.deepEqual(samples('alauda_up'), up(1))
  t.like(outcomes(), { failed: 0 })
  t.is(cloud.requests.filter(({ path }) => path.endsWith('generate-api-token/')).length, 2)
})

test('a service is redeployed: two instances of one name never make two series of one name', async (t) => {
  const { cloud, samples, collectAfter } = await setUp(t)
  cloud.world.change({ at: start / 1000 + 60, action: 'redeploy', service: 'kibana' })
  let twins = 0
  for (let step = 0; step < 30; step++) {
    await collectAfter(10)
    const series = samples('alauda_instance_info').map((line) => line.replace(/,uuid=.*/, ''))
    t.is(new Set(series).size, series.length)
    twins += Number(samples('alauda_collection_duplicates')[0]?.split(' ')[1])
  }
  t.true(twins > 0)
})

test('of two services with the same labels the newer is shown, whichever the cloud finds by their name', async (t) => {
  for (const startedAfter of [60, -60]) {
    const { samples, collectUnder, outcomes } = await setUp(t)
    await collectUnder({ kind: 'duplicate-service', service: 'kibana', startedAfter })
    t.is(samples(kibanaMemory).length, 3)
    t.like(outcomes(), { gone: 0, failed: 0 })
    t.deepEqual(samples('alauda_collection_duplicates'), ['alauda_collection_duplicates{namespace="demo"} 1'])
  }
})

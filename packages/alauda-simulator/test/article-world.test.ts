import test from 'ava'
import { articleWorld, type World } from '../src/index.js'

const ORIGIN = 1_800_000_000
const DAY = 86_400

const countsOver = (world: World, service: string, from: number, until: number, step: number): Set<number> => {
  const counts = new Set<number>()
  for (let t = from; t < until; t += step) counts.add(world.serviceAt(service, t)?.current_num_instances ?? 0)
  return counts
}

test('the article’s services are there, with an autoscaled and a stopped one', (t) => {
  const { services } = articleWorld({ origin: ORIGIN }).stateAt(ORIGIN)
  t.deepEqual(
    services.map(({ service_name, current_status, current_num_instances }) => [
      service_name,
      current_status,
      current_num_instances,
    ]),
    [
      ['kibana', 'Running', 3],
      ['elasticsearch', 'Running', 2],
      ['logstash', 'Running', 2],
      ['serviceexporter', 'Running', 1],
      ['prometheus', 'Running', 1],
      ['web', 'Running', 4],
      ['staging-web', 'Stopped', 0],
    ],
  )
})

test('every instance may use one core, so that momentary utilisation is CPU seconds per second', (t) => {
  const world = articleWorld({ origin: ORIGIN, cpuUtilization: 'momentary' })
  for (const { custom_instance_size, instances } of world.stateAt(ORIGIN).services) {
    t.is(custom_instance_size.cpu, 1)
    for (const { uuid } of instances) {
      const [before, now] = [world.pointAt(uuid, ORIGIN - 1), world.pointAt(uuid, ORIGIN)]
      const counted = ((now?.cpu_cumulative_usage ?? 0) - (before?.cpu_cumulative_usage ?? 0)) / 1e9
      t.true(Math.abs(counted - (now?.cpu_utilization ?? 0) / 100) < 1e-6)
    }
  }
})

test('a rate over half a minute is within a few percent of the momentary utilisation', (t) => {
  const world = articleWorld({ origin: ORIGIN, cpuUtilization: 'momentary' })
  for (const { instances } of world.stateAt(ORIGIN).services) {
    for (const { uuid } of instances) {
      for (let now = ORIGIN - 3_000; now <= ORIGIN; now += 100) {
        const [before, after] = [world.pointAt(uuid, now - 30), world.pointAt(uuid, now)]
        const rate = ((after?.cpu_cumulative_usage ?? 0) - (before?.cpu_cumulative_usage ?? 0)) / 30e9
        const shown = (after?.cpu_utilization ?? 0) / 100
        t.true(Math.abs(rate - shown) < 0.1 * shown, `${rate} is far from ${shown}`)
      }
    }
  }
})

test('kibana’s instances live through the whole history', (t) => {
  const world = articleWorld({ origin: ORIGIN })
  const uuids = (at: number) => world.serviceAt('kibana', at)?.instances.map(({ uuid }) => uuid)
  t.deepEqual(uuids(ORIGIN - 30 * DAY), uuids(ORIGIN + 30 * DAY))
})

test('elasticsearch.0 restarts five minutes after the origin, and again a few times a day', (t) => {
  const world = articleWorld({ origin: ORIGIN })
  const uuidAt = (at: number) =>
    world.serviceAt('elasticsearch', at)?.instances.find(({ ordinal }) => ordinal === 0)?.uuid
  t.is(uuidAt(ORIGIN), uuidAt(ORIGIN + 299))
  t.is(uuidAt(ORIGIN + 300), undefined)
  t.not(uuidAt(ORIGIN + 310), uuidAt(ORIGIN))
  const uuids = new Set<string | undefined>()
  for (let at = ORIGIN - 10 * DAY; at < ORIGIN; at += 600) uuids.add(uuidAt(at))
  t.true(uuids.size > 20 && uuids.size < 45, `${uuids.size} containers in ten days`)
})

test('logstash is redeployed eight minutes after the origin: for a while two instances bear one name', (t) => {
  const world = articleWorld({ origin: ORIGIN })
  t.is(world.serviceAt('logstash', ORIGIN + 479)?.current_status, 'Running')
  const during = world.serviceAt('logstash', ORIGIN + 485)
  t.like(during, { current_status: 'Deploying', is_deploying: true })
  t.deepEqual(
    during?.instances.map(({ instance_name }) => instance_name),
    ['logstash.0', 'logstash.0', 'logstash.1'],
  )
  t.like(world.serviceAt('logstash', ORIGIN + 700), { is_deploying: false, current_num_instances: 2 })
})

test('web’s instances follow its load through the day', (t) => {
  const world = articleWorld({ origin: ORIGIN })
  t.deepEqual([...countsOver(world, 'web', ORIGIN - 3 * DAY, ORIGIN, 60)].sort(), [2, 3, 4, 5, 6])
  const { last_autoscaled_at } = world.serviceAt('web', ORIGIN) ?? {}
  t.true(last_autoscaled_at !== null && last_autoscaled_at !== undefined && last_autoscaled_at < ORIGIN)
})

test('another seed is another world, the same seed the same one', (t) => {
  const one = articleWorld({ origin: ORIGIN, seed: 1 })
  const two = articleWorld({ origin: ORIGIN, seed: 2 })
  t.notDeepEqual(one.stateAt(ORIGIN), two.stateAt(ORIGIN))
  t.deepEqual(one.stateAt(ORIGIN), articleWorld({ origin: ORIGIN, seed: 1 }).stateAt(ORIGIN))
})

test('whenever it is started, the same instances do the same things', (t) => {
  const uuids = (origin: number) =>
    articleWorld({ origin })
      .stateAt(origin + 600)
      .services.flatMap(({ instances }) => instances.map(({ uuid }) => uuid))
  t.deepEqual(uuids(ORIGIN), uuids(ORIGIN + 12_345))
})

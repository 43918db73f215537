import test from 'ava'
import fc from 'fast-check'
import { autoscale, workBetween } from '../src/autoscaling.js'
import { articleWorld, createWorld, largeWorld, type World } from '../src/index.js'
import { integral, MEMORY_LOAD, makeCurve, SERVER_LOAD, USER_DEMAND, valueAt } from '../src/load-curve.js'
import type { AutoscalingConfig } from '../src/service-definition.js'

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

test('a large world has as many services and instances as asked for', (t) => {
  const world = largeWorld({ services: 45, instances: 3 })
  const { services } = world.stateAt(world.origin)
  t.is(services.length, 45)
  t.is(services[0]?.service_name, 'service-0001')
  t.is(services[44]?.service_name, 'service-0045')
  t.true(services.every(({ instances }) => instances.length === 3))
  t.is(new Set(services.flatMap(({ instances }) => instances.map(({ uuid }) => uuid))).size, 135)
})

test('points are those at multiples of the period, newest first', (t) => {
  const world = largeWorld({ services: 1, instances: 1 })
  const instance = world.stateAt(world.origin).services[0]?.instances[0]?.uuid ?? ''
  const times = (start: number, end: number) =>
    world.points({ service: 'service-0001', instance, start, end, period: 60 }).map(({ time }) => time - world.origin)
  t.deepEqual(times(world.origin - 120, world.origin), [0, -60, -120])
  t.deepEqual(times(world.origin - 119, world.origin + 59), [0, -60])
  t.deepEqual(times(world.origin + 1, world.origin + 59), [])
})

const config = (changed: Partial<AutoscalingConfig> = {}): AutoscalingConfig => ({
  metric_name: 'CPU_UTILIZATION',
  metric_stat: 'MEAN',
  upper_threshold: 0.7,
  lower_threshold: 0.3,
  minimum_num_instances: 1,
  maximum_num_instances: 6,
  increase_delta: 1,
  decrease_delta: 1,
  wait_period: 120,
  ...changed,
})

const demandOf = (mean: number, seed: number) => makeCurve(ORIGIN, mean, USER_DEMAND, [seed])

const aConfig = fc.integer({ min: 1, max: 6 }).map((maximum_num_instances) => config({ maximum_num_instances }))
const aDemand = fc
  .tuple(fc.double({ min: 0.5, max: 5, noNaN: true }), fc.nat())
  .map(([mean, seed]) => demandOf(mean, seed))

test('the work has no jumps, whenever the count changes or instances are overloaded', (t) => {
  fc.assert(
    fc.property(aConfig, aDemand, (scaling, demand) => {
      const autoscaled = autoscale(scaling, demand, 1, ORIGIN, ORIGIN + DAY)
      for (let time = ORIGIN; time < ORIGIN + DAY; time += 60) {
        const work = workBetween(autoscaled, time - 0.5, time + 0.5)
        t.true(time === ORIGIN || (work > 0 && work < 0.95), `${work} at ${time - ORIGIN}`)
      }
    }),
    { numRuns: 20 },
  )
})

test('the work of all instances together is the demand, unless it is more than they can do', (t) => {
  fc.assert(
    fc.property(aDemand, fc.integer({ min: 1, max: 23 }), (demand, hour) => {
      const autoscaled = autoscale(config({ maximum_num_instances: 50 }), demand, 20, ORIGIN, ORIGIN + DAY)
      const from = ORIGIN + hour * 3600
      const count = autoscaled.counts.findLast(({ at }) => at <= from)?.count ?? 0
      const each = workBetween(autoscaled, from, from + 1)
      t.true(Math.abs(each * count - valueAt(demand, from + 0.5)) < 1e-3 * valueAt(demand, from))
    }),
    { numRuns: 50 },
  )
})

test('the count stays within its bounds, changes by its delta, and waits in between', (t) => {
  fc.assert(
    fc.property(aConfig, aDemand, (scaling, demand) => {
      const { counts } = autoscale(scaling, demand, 3, ORIGIN, ORIGIN + DAY)
      for (const [index, { at, count }] of counts.entries()) {
        t.true(count >= 1 && count <= scaling.maximum_num_instances)
        const before = counts[index - 1]
        if (before === undefined) continue
        t.is(Math.abs(count - before.count), 1)
        if (index > 1) t.true(at - before.at >= 120)
      }
    }),
    { numRuns: 50 },
  )
})

test('a new instance starts two seconds after it is asked for, and the highest ordinals end at once', (t) => {
  const world = createWorld({ origin: ORIGIN, services: [{ service_name: 'web', image_name: 'nginx' }] })
  const names = (time: number) => world.serviceAt('web', time)?.instances.map(({ instance_name }) => instance_name)
  world.change({ at: ORIGIN, action: 'update', service: 'web', set: { target_num_instances: 3 } })
  world.change({ at: ORIGIN + 60, action: 'update', service: 'web', set: { target_num_instances: 2 } })
  t.deepEqual(names(ORIGIN - 1), ['web.0'])
  t.deepEqual(names(ORIGIN + 1), ['web.0'])
  t.is(world.serviceAt('web', ORIGIN + 1)?.target_num_instances, 3)
  t.is(world.serviceAt('web', ORIGIN + 1)?.staged_num_instances, 2)
  t.deepEqual(names(ORIGIN + 2), ['web.0', 'web.1', 'web.2'])
  t.deepEqual(names(ORIGIN + 60), ['web.0', 'web.1'])
})

test('stopping ends every instance, starting brings others', (t) => {
  const world = createWorld({ origin: ORIGIN, services: [{ service_name: 'web', image_name: 'nginx' }] })
  const before = world.serviceAt('web', ORIGIN)
  world.change({ at: ORIGIN + 10, action: 'stop', service: 'web' })
  world.change({ at: ORIGIN + 20, action: 'start', service: 'web' })
  const stopped = world.serviceAt('web', ORIGIN + 15)
  t.like(stopped, { target_state: 'STOPPED', current_status: 'Stopped', instances: [], stopped_at: ORIGIN + 10 })
  t.is(world.serviceAt('web', ORIGIN + 21)?.current_status, 'Deploying')
  const after = world.serviceAt('web', ORIGIN + 22)
  t.like(after, { current_status: 'Running', started_at: ORIGIN + 20, current_num_instances: 1 })
  t.not(after?.instances[0]?.uuid, before?.instances[0]?.uuid)
})

test('another image replaces the instances one by one, each new one before the old one ends', (t) => {
  const world = createWorld({
    origin: ORIGIN,
    services: [{ service_name: 'web', image_name: 'nginx', target_num_instances: 2 }],
  })
  const before = world.serviceAt('web', ORIGIN)
  world.change({ at: ORIGIN, action: 'update', service: 'web', set: { image_tag: '2' } })
  const during = world.serviceAt('web', ORIGIN + 3)
  t.like(during, { current_status: 'Deploying', is_deploying: true, image_tag: '2', last_redeployed_at: null })
  t.deepEqual(
    during?.instances.map(({ instance_name }) => instance_name),
    ['web.0', 'web.0', 'web.1'],
  )
  const after = world.serviceAt('web', ORIGIN + 200)
  t.like(after, { current_status: 'Running', is_deploying: false, current_num_instances: 2 })
  t.true((after?.last_redeployed_at ?? 0) > ORIGIN)
  for (const { uuid } of before?.instances ?? []) t.false(after?.instances.some((instance) => instance.uuid === uuid))
})

test('an instance that comes while its service is redeployed has the new image already, and stays', (t) => {
  const world = createWorld({ origin: ORIGIN, services: [{ service_name: 'web', image_name: 'nginx' }] })
  world.change({ at: ORIGIN, action: 'redeploy', service: 'web' })
  world.change({ at: ORIGIN + 10, action: 'update', service: 'web', set: { target_num_instances: 3 } })
  const later = world.serviceAt('web', ORIGIN + 600)
  t.deepEqual(
    later?.instances.map(({ started_at }) => started_at - ORIGIN),
    [2, 12, 12],
  )
})

test('a restarted container comes back with another uuid and its counters at zero', (t) => {
  const world = createWorld({ origin: ORIGIN, services: [{ service_name: 'web', image_name: 'nginx' }] })
  world.change({ at: ORIGIN, action: 'restart', service: 'web', ordinal: 0 })
  t.like(world.serviceAt('web', ORIGIN), { current_status: 'Starting', instances: [] })
  const instance = world.serviceAt('web', ORIGIN + 10)?.instances[0]
  t.is(instance?.instance_name, 'web.0')
  const atStart = world.pointAt(instance?.uuid ?? '', instance?.started_at ?? 0)
  t.like(atStart, { cpu_cumulative_usage: 0, cpu_utilization: 0, rx_bytes: 0, tx_bytes: 0 })
})

const anyTime = fc.double({ min: ORIGIN - 3e6, max: ORIGIN + 3e6, noNaN: true })
const anyShape = fc.constantFrom(SERVER_LOAD, USER_DEMAND, MEMORY_LOAD)

test('the integral is the area below the curve', (t) => {
  fc.assert(
    fc.property(anyTime, fc.integer({ min: 1, max: 5_000 }), anyShape, fc.nat(), (from, length, shape, seed) => {
      const curve = makeCurve(ORIGIN, 0.4, shape, [seed])
      const steps = length * 4
      let area = 0
      for (let step = 0; step < steps; step += 1) area += valueAt(curve, from + (step + 0.5) / 4) / 4
      t.true(Math.abs(integral(curve, from, from + length) - area) < 1e-4 * area)
    }),
    { numRuns: 50 },
  )
})

test('neighbouring integrals add up', (t) => {
  fc.assert(
    fc.property(fc.tuple(anyTime, anyTime, anyTime), fc.nat(), ([a, b, c], seed) => {
      const curve = makeCurve(ORIGIN, 0.4, SERVER_LOAD, [seed])
      const [from = 0, middle = 0, to = 0] = [a, b, c].sort((x, y) => x - y)
      const sum = integral(curve, from, middle) + integral(curve, middle, to)
      t.true(Math.abs(integral(curve, from, to) - sum) < 1e-8 * Math.max(1, sum))
    }),
  )
})

test('a curve stays above zero, and a busy server below 95 %', (t) => {
  fc.assert(
    fc.property(anyTime, anyShape, fc.nat(), (time, shape, seed) => {
      t.true(valueAt(makeCurve(ORIGIN, 1, shape, [seed]), time) > 0)
      t.true(valueAt(makeCurve(ORIGIN, 0.55 * 1.05, SERVER_LOAD, [seed]), time) < 0.95)
    }),
  )
})

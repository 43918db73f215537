import test from 'ava'
import fc from 'fast-check'
import { autoscale, workBetween } from '../src/autoscaling.js'
import { articleWorld, createWorld, largeWorld, type World } from '../src/index.js'
import { integral, makeCurve, memoryLoad, serverLoad, userDemand, valueAt } from '../src/load-curve.js'
import type { AutoscalingConfig } from '../src/service-definition.js'

const startTime = 1_800_000_000
const day = 86_400

const countsOver = (world: World, service: string, from: number, until: number, step: number): Set<number> => {
  const counts = new Set<number>()
  for (let t = from; t < until; t += step) counts.add(world.serviceAt(service, t)?.current_num_instances ?? 0)
  return counts
}

test('the article’s services are there, with an autoscaled and a stopped one', (t) => {
  const { services } = articleWorld({ origin: startTime }).stateAt(startTime)
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
  const world = articleWorld({ origin: startTime, cpuUtilization: 'momentary' })
  for (const { custom_instance_size, instances } of world.stateAt(startTime).services) {
    t.is(custom_instance_size.cpu, 1)
    for (const { uuid } of instances) {
      const [before, now] = [world.pointAt(uuid, startTime - 1), world.pointAt(uuid, startTime)]
      const counted = ((now?.cpu_cumulative_usage ?? 0) - (before?.cpu_cumulative_usage ?? 0)) / 1e9
      t.true(Math.abs(counted - (now?.cpu_utilization ?? 0) / 100) < 1e-6)
    }
  }
})

test('a rate over half a minute is within a few percent of the momentary utilisation', (t) => {
  const world = articleWorld({ origin: startTime, cpuUtilization: 'momentary' })
  for (const { instances } of world.stateAt(startTime).services) {
    for (const { uuid } of instances) {
      for (let now = startTime - 3_000; now <= startTime; now += 100) {
        const [before, after] = [world.pointAt(uuid, now - 30), world.pointAt(uuid, now)]
        const rate = ((after?.cpu_cumulative_usage ?? 0) - (before?.cpu_cumulative_usage ?? 0)) / 30e9
        const shown = (after?.cpu_utilization ?? 0) / 100
        t.true(Math.abs(rate - shown) < 0.1 * shown, `${rate} is far from ${shown}`)
      }
    }
  }
})

test('kibana’s instances live through the whole history', (t) => {
  const world = articleWorld({ origin: startTime })
  const uuids = (at: number) => world.serviceAt('kibana', at)?.instances.map(({ uuid }) => uuid)
  t.deepEqual(uuids(startTime - 30 * day), uuids(startTime + 30 * day))
})

test('elasticsearch.0 restarts five minutes after the origin, and again a few times a day', (t) => {
  const world = articleWorld({ origin: startTime })
  const uuidAt = (at: number) =>
    world.serviceAt('elasticsearch', at)?.instances.find(({ ordinal }) => ordinal === 0)?.uuid
  t.is(uuidAt(startTime), uuidAt(startTime + 299))
  t.is(uuidAt(startTime + 300), undefined)
  t.not(uuidAt(startTime + 310), uuidAt(startTime))
  const uuids = new Set<string | undefined>()
  for (let at = startTime - 10 * day; at < startTime; at += 600) uuids.add(uuidAt(at))
  t.true(uuids.size > 20 && uuids.size < 45, `${uuids.size} containers in ten days`)
})

test('logstash is redeployed eight minutes after the origin: for a while two instances have the same name', (t) => {
  const world = articleWorld({ origin: startTime })
  t.is(world.serviceAt('logstash', startTime + 479)?.current_status, 'Running')
  const during = world.serviceAt('logstash', startTime + 485)
  t.like(during, { current_status: 'Deploying', is_deploying: true })
  t.deepEqual(
    during?.instances.map(({ instance_name }) => instance_name),
    ['logstash.0', 'logstash.0', 'logstash.1'],
  )
  t.like(world.serviceAt('logstash', startTime + 700), { is_deploying: false, current_num_instances: 2 })
})

test('web’s instances follow its load through the day', (t) => {
  const world = articleWorld({ origin: startTime })
  t.deepEqual([...countsOver(world, 'web', startTime - 3 * day, startTime, 60)].sort(), [2, 3, 4, 5, 6])
  const { last_autoscaled_at } = world.serviceAt('web', startTime) ?? {}
  t.true(last_autoscaled_at !== null && last_autoscaled_at !== undefined && last_autoscaled_at < startTime)
})

test('another seed is another world, the same seed the same one', (t) => {
  const one = articleWorld({ origin: startTime, seed: 1 })
  const two = articleWorld({ origin: startTime, seed: 2 })
  t.notDeepEqual(one.stateAt(startTime), two.stateAt(startTime))
  t.deepEqual(one.stateAt(startTime), articleWorld({ origin: startTime, seed: 1 }).stateAt(startTime))
})

test('whenever it is started, the same instances do the same things', (t) => {
  const uuids = (origin: number) =>
    articleWorld({ origin })
      .stateAt(origin + 600)
      .services.flatMap(({ instances }) => instances.map(({ uuid }) => uuid))
  t.deepEqual(uuids(startTime), uuids(startTime + 12_345))
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

const demandOf = (mean: number, seed: number) => makeCurve(startTime, mean, userDemand, [seed])

const aConfig = fc.integer({ min: 1, max: 6 }).map((maximum_num_instances) => config({ maximum_num_instances }))
const aDemand = fc
  .tuple(fc.double({ min: 0.5, max: 5, noNaN: true }), fc.nat())
  .map(([mean, seed]) => demandOf(mean, seed))

test('the work has no jumps, whenever the count changes or instances are overloaded', (t) => {
  fc.assert(
    fc.property(aConfig, aDemand, (scaling, demand) => {
      const autoscaled = autoscale(scaling, demand, 1, startTime, startTime + day)
      for (let time = startTime; time < startTime + day; time += 60) {
        const work = workBetween(autoscaled, time - 0.5, time + 0.5)
        t.true(time === startTime || (work > 0 && work < 0.95), `${work} at ${time - startTime}`)
      }
    }),
    { numRuns: 20 },
  )
})

test('the work of all instances together is the demand, unless it is more than they can do', (t) => {
  fc.assert(
    fc.property(aDemand, fc.integer({ min: 1, max: 23 }), (demand, hour) => {
      const autoscaled = autoscale(config({ maximum_num_instances: 50 }), demand, 20, startTime, startTime + day)
      const from = startTime + hour * 3600
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
      const { counts } = autoscale(scaling, demand, 3, startTime, startTime + day)
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
  const world = createWorld({ origin: startTime, services: [{ service_name: 'web', image_name: 'nginx' }] })
  const names = (time: number) => world.serviceAt('web', time)?.instances.map(({ instance_name }) => instance_name)
  world.change({ at: startTime, action: 'update', service: 'web', set: { target_num_instances: 3 } })
  world.change({ at: startTime + 60, action: 'update', service: 'web', set: { target_num_instances: 2 } })
  t.deepEqual(names(startTime - 1), ['web.0'])
  t.deepEqual(names(startTime + 1), ['web.0'])
  t.is(world.serviceAt('web', startTime + 1)?.target_num_instances, 3)
  t.is(world.serviceAt('web', startTime + 1)?.staged_num_instances, 2)
  t.deepEqual(names(startTime + 2), ['web.0', 'web.1', 'web.2'])
  t.deepEqual(names(startTime + 60), ['web.0', 'web.1'])
})

test('stopping ends every instance, starting brings others', (t) => {
  const world = createWorld({ origin: startTime, services: [{ service_name: 'web', image_name: 'nginx' }] })
  const before = world.serviceAt('web', startTime)
  world.change({ at: startTime + 10, action: 'stop', service: 'web' })
  world.change({ at: startTime + 20, action: 'start', service: 'web' })
  const stopped = world.serviceAt('web', startTime + 15)
  t.like(stopped, { target_state: 'STOPPED', current_status: 'Stopped', instances: [], stopped_at: startTime + 10 })
  t.is(world.serviceAt('web', startTime + 21)?.current_status, 'Deploying')
  const after = world.serviceAt('web', startTime + 22)
  t.like(after, { current_status: 'Running', started_at: startTime + 20, current_num_instances: 1 })
  t.not(after?.instances[0]?.uuid, before?.instances[0]?.uuid)
})

test('another image replaces the instances one by one, each new one before the old one ends', (t) => {
  const world = createWorld({
    origin: startTime,
    services: [{ service_name: 'web', image_name: 'nginx', target_num_instances: 2 }],
  })
  const before = world.serviceAt('web', startTime)
  world.change({ at: startTime, action: 'update', service: 'web', set: { image_tag: '2' } })
  const during = world.serviceAt('web', startTime + 3)
  t.like(during, { current_status: 'Deploying', is_deploying: true, image_tag: '2', last_redeployed_at: null })
  t.deepEqual(
    during?.instances.map(({ instance_name }) => instance_name),
    ['web.0', 'web.0', 'web.1'],
  )
  const after = world.serviceAt('web', startTime + 200)
  t.like(after, { current_status: 'Running', is_deploying: false, current_num_instances: 2 })
  t.true((after?.last_redeployed_at ?? 0) > startTime)
  for (const { uuid } of before?.instances ?? []) t.false(after?.instances.some((instance) => instance.uuid === uuid))
})

test('an instance that comes while its service is redeployed has the new image already, and stays', (t) => {
  const world = createWorld({ origin: startTime, services: [{ service_name: 'web', image_name: 'nginx' }] })
  world.change({ at: startTime, action: 'redeploy', service: 'web' })
  world.change({ at: startTime + 10, action: 'update', service: 'web', set: { target_num_instances: 3 } })
  const later = world.serviceAt('web', startTime + 600)
  t.deepEqual(
    later?.instances.map(({ started_at }) => started_at - startTime),
    [2, 12, 12],
  )
})

test('a restarted container comes back with another uuid and its counters at zero', (t) => {
  const world = createWorld({ origin: startTime, services: [{ service_name: 'web', image_name: 'nginx' }] })
  world.change({ at: startTime, action: 'restart', service: 'web', ordinal: 0 })
  t.like(world.serviceAt('web', startTime), { current_status: 'Starting', instances: [] })
  const instance = world.serviceAt('web', startTime + 10)?.instances[0]
  t.is(instance?.instance_name, 'web.0')
  const atStart = world.pointAt(instance?.uuid ?? '', instance?.started_at ?? 0)
  t.like(atStart, { cpu_cumulative_usage: 0, cpu_utilization: 0, rx_bytes: 0, tx_bytes: 0 })
})

const anyTime = fc.double({ min: startTime - 3e6, max: startTime + 3e6, noNaN: true })
const anyShape = fc.constantFrom(serverLoad, userDemand, memoryLoad)

test('the integral is the area below the curve', (t) => {
  fc.assert(
    fc.property(anyTime, fc.integer({ min: 1, max: 5_000 }), anyShape, fc.nat(), (from, length, shape, seed) => {
      const curve = makeCurve(startTime, 0.4, shape, [seed])
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
      const curve = makeCurve(startTime, 0.4, serverLoad, [seed])
      const [from = 0, middle = 0, to = 0] = [a, b, c].sort((x, y) => x - y)
      const sum = integral(curve, from, middle) + integral(curve, middle, to)
      t.true(Math.abs(integral(curve, from, to) - sum) < 1e-8 * Math.max(1, sum))
    }),
  )
})

test('a curve stays above zero, and a busy server below 95 %', (t) => {
  fc.assert(
    fc.property(anyTime, anyShape, fc.nat(), (time, shape, seed) => {
      t.true(valueAt(makeCurve(startTime, 1, shape, [seed]), time) > 0)
      t.true(valueAt(makeCurve(startTime, 0.55 * 1.05, serverLoad, [seed]), time) < 0.95)
    }),
  )
})

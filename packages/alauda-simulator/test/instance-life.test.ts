import test from 'ava'
import { createWorld } from '../src/index.js'

const ORIGIN = 1_800_000_000

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

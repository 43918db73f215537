import test from 'ava'
import { largeWorld } from '../src/index.js'

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

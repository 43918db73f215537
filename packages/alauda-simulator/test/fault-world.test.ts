import test, { type ExecutionContext } from 'ava'
import { createWorld, type Fault, largeWorld } from '../src/index.js'
import { field, items, openCloud, startTime } from './open-cloud.js'

const small = async (t: ExecutionContext, ...faults: Fault[]) => {
  const world = createWorld({
    origin: startTime,
    services: [
      { service_name: 'a', image_name: 'x', target_num_instances: 2 },
      { service_name: 'b', image_name: 'x' },
    ],
  })
  const opened = await openCloud(t, { world })
  opened.cloud.faults.set(faults)
  const list = async () => items(await opened.get('services/demo/'), 'results')
  return { ...opened, list, a: world.serviceAt('a', startTime) }
}

const starts = (object: unknown): number => Date.parse(String(field(object, 'started_at'))) / 1000

const metricsOf = (path: string): string =>
  `${path}/metrics?start_time=${startTime - 60}&end_time=${startTime}&point_per_period=1m`

for (const startedAfter of [60, -60]) {
  test(`a service has a double that started ${startedAfter} seconds after it`, async (t) => {
    const { list, get } = await small(t, { kind: 'duplicate-service', service: 'a', startedAfter })
    const [original, twin, other, ...none] = await list()
    t.deepEqual(none, [])
    t.deepEqual(
      [original, twin, other].map((service) => field(service, 'service_name')),
      ['a', 'a', 'b'],
    )
    t.not(field(twin, 'uuid'), field(original, 'uuid'))
    t.is(field(twin, 'unique_name'), field(twin, 'uuid'))
    t.is(starts(twin) - starts(original), startedAfter)
    const instances = items(await get(`services/demo/${field(twin, 'uuid')}/instances/`))
    t.deepEqual(instances, items(twin, 'instances'))
    t.deepEqual(
      instances.map((instance) => field(instance, 'instance_name')),
      ['a.0', 'a.1'],
    )
    t.is(starts(instances[0]) - starts(items(original, 'instances')[0]), startedAfter)
    t.is(field(await get('services/demo/'), 'count'), 3)
  })
}

test('a double’s metrics are found by its uuid, and are the original’s plus one', async (t) => {
  const { list, get, call } = await small(t, { kind: 'duplicate-service', service: 'a', startedAfter: 60 })
  const [original, twin] = await list()
  const path = (service: unknown) =>
    metricsOf(`services/demo/${field(service, 'uuid')}/instances/${field(items(service, 'instances')[0], 'uuid')}`)
  const rows = async (service: unknown) =>
    items(await get(path(service)), 'points').map((row) => items(row).map(Number))
  const usual = await rows(original)
  t.is(usual.length, 2)
  t.deepEqual(
    await rows(twin),
    usual.map((row) => row.map((value, index) => (index < 2 ? value : value + 1))),
  )
  const byName = path(twin).replace(/demo\/[^/]*/, 'demo/a')
  t.is((await call('GET', byName)).status, 404, 'the name alone is the original')
})

test('an instance has a double, in the list and everywhere else', async (t) => {
  const { list, get } = await small(t, { kind: 'duplicate-instance', instance: 'a.1', startedAfter: 30 })
  const [a, b] = await list()
  const instances = items(a, 'instances')
  t.deepEqual(
    instances.map((instance) => field(instance, 'instance_name')),
    ['a.0', 'a.1', 'a.1'],
  )
  t.is(starts(instances[2]) - starts(instances[1]), 30)
  t.is(field(a, 'current_num_instances'), 3)
  t.is(items(b, 'instances').length, 1)
  t.deepEqual(items(await get('services/demo/a/instances/')), instances)
  t.deepEqual(items(await get('services/demo/a/'), 'instances'), instances)
  const twin = `services/demo/a/instances/${field(instances[2], 'uuid')}`
  t.deepEqual(await get(`${twin}/`), instances[2])
  t.is(items(await get(metricsOf(twin)), 'points').length, 2)
})

test('without a name everything is doubled, once', async (t) => {
  const { list } = await small(
    t,
    { kind: 'duplicate-instance', startedAfter: 1 },
    { kind: 'duplicate-service', startedAfter: 1 },
    { kind: 'duplicate-instance', startedAfter: 2 },
    { kind: 'duplicate-service', startedAfter: 2 },
  )
  const services = await list()
  const uuids = services.flatMap((service) => [
    field(service, 'uuid'),
    ...items(service, 'instances').map((one) => field(one, 'uuid')),
  ])
  t.deepEqual(
    services.map((service) => [field(service, 'service_name'), items(service, 'instances').length]),
    [
      ['a', 4],
      ['a', 2],
      ['b', 2],
      ['b', 1],
    ],
  )
  t.is(new Set(uuids).size, uuids.length)
})

test('a double is gone with its fault', async (t) => {
  const { cloud, list, call } = await small(t, { kind: 'duplicate-service', startedAfter: 1 })
  const twin = field((await list())[1], 'uuid')
  t.is((await call('GET', `services/demo/${twin}/`)).status, 200)
  cloud.faults.clear()
  t.is((await call('GET', `services/demo/${twin}/`)).status, 404)
  t.is((await list()).length, 2)
})

test('a service deleted between two pages moves all that follow, so that one is missed', async (t) => {
  const { cloud, get } = await openCloud(t, { world: largeWorld({ services: 25, instances: 1, origin: startTime }) })
  cloud.faults.set([{ kind: 'churn', deletes: ['service-0001'] }])
  const names = async (page: number) => {
    const answer = await get(`services/demo/?page=${page}`)
    return { count: field(answer, 'count'), names: items(answer, 'results').map((one) => field(one, 'service_name')) }
  }
  const first = await names(1)
  const second = await names(2)
  t.is(first.count, 25)
  t.is(first.names[0], 'service-0001')
  t.is(first.names.at(-1), 'service-0020')
  t.is(second.count, 24)
  t.is(second.names[0], 'service-0022', 'service-0021 was on neither page')
  t.is((await names(1)).names[0], 'service-0002')
  t.is((await names(2)).count, 24, 'it happens once')
})

test('a service created between two pages stands at the list’s end, and stays', async (t) => {
  const { cloud, get } = await openCloud(t, { world: largeWorld({ services: 40, instances: 1, origin: startTime }) })
  cloud.faults.set([{ kind: 'churn', creates: ['late'] }])
  t.like(await get('services/demo/?page=1'), { count: 40 })
  const second = await get('services/demo/?page=2')
  t.is(field(second, 'count'), 41)
  t.true(String(field(second, 'next')).endsWith('page=3'))
  cloud.faults.clear()
  t.is(field(items(await get('services/demo/?page=3'), 'results')[0], 'service_name'), 'late')
})

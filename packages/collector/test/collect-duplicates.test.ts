import type { Instance, Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import type { Snapshot } from '../src/snapshot.js'
import type { AlaudaSource } from '../src/sources/cloud/calls.js'
import { instances, services } from './helpers/arbitraries.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'
import { collectorOf, linesOf } from './helpers/collectors.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

const read = (source: AlaudaSource) => collected(source, { clock: manualClock(1_526_009_300_000) })

test('of two instances of one name, as during a rolling redeploy, the newer stays and the other is counted', async (t) => {
  const { source, paths } = await startCloud(t, {
    'services/demo/': onePage({
      service_name: 'web',
      instances: [
        { uuid: 'new', instance_name: 'web.0', started_at: '2018-05-11T03:26:56.140445' },
        { uuid: 'old', instance_name: 'web.0', started_at: '2018-05-10T03:26:56.140445' },
        { uuid: 'other', instance_name: 'web.1', started_at: '2018-05-10T03:26:56.140445' },
      ],
    }),
    'services/demo/web/instances/new/metrics': memory([1526009280, 1]),
    'services/demo/web/instances/other/metrics': memory([1526009280, 2]),
  })
  const [web] = (await read(source)).services
  t.deepEqual(web?.instances, [
    {
      instance: { uuid: 'new', name: 'web.0', startTime: 1526009216.140445 },
      outcome: 'ok',
      point: { time: 1526009280, memoryUsageBytes: 1 },
    },
    {
      instance: { uuid: 'other', name: 'web.1', startTime: 1525922816.140445 },
      outcome: 'ok',
      point: { time: 1526009280, memoryUsageBytes: 2 },
    },
  ])
  t.is(web?.duplicates, 1)
  t.false(paths().some((path) => path.includes('/old/')))
})

const namesAndProjects = (results: Snapshot['services']) =>
  results.map(({ service: { name, project, uuid } }) => [project, name, uuid])

test('of two services of one name in one project the one that started last stays', async (t) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage(
      { service_name: 'web', project_name: 'shop', uuid: 'b', started_at: '2018-05-11T03:00:00Z', instances: [] },
      { service_name: 'web', project_name: 'shop', uuid: 'a', started_at: '2018-05-11T04:00:00Z', instances: [] },
    ),
  })
  const snapshot = await read(source)
  t.deepEqual(namesAndProjects(snapshot.services), [['shop', 'web', 'a']])
  t.is(snapshot.duplicates, 1)
})

test('a service that has never started is as old as its creation', async (t) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage(
      { service_name: 'web', uuid: 'a', created_at: '2018-05-11T05:00:00Z', instances: [] },
      { service_name: 'web', uuid: 'b', started_at: '2018-05-11T04:00:00Z', instances: [] },
    ),
  })
  t.deepEqual(namesAndProjects((await read(source)).services), [[undefined, 'web', 'a']])
})

test('services of one name in two projects, or two spaces, are two services', async (t) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage(
      { service_name: 'web', project_name: 'shop', instances: [] },
      { service_name: 'web', project_name: 'blog', instances: [] },
      { service_name: 'web', project_name: 'blog', space_name: 'test', instances: [] },
    ),
  })
  const snapshot = await read(source)
  t.is(snapshot.services.length, 3)
  t.is(snapshot.duplicates, 0)
})

const shuffled = <A>(objects: ReadonlyArray<A>) =>
  fc.shuffledSubarray([...objects], { minLength: objects.length, maxLength: objects.length })

const inTwoOrders = <A>(one: fc.Arbitrary<A>, id: (object: A) => string) =>
  fc
    .uniqueArray(one, { selector: id, maxLength: 8 })
    .chain((objects) => fc.tuple(fc.constant(objects), shuffled(objects)))

test('which instances stay does not depend on the order in which they are listed', async (t) => {
  const instancesOf = async (listed: ReadonlyArray<Instance>) => {
    const source = sourceOf({ listServices: listing({ service_name: 'web', instances: [...listed] }) })
    const [web] = (await read(source)).services
    return { names: web?.instances.map(({ instance }) => instance), duplicates: web?.duplicates }
  }
  await fc.assert(
    fc.asyncProperty(
      inTwoOrders(instances, ({ uuid }) => uuid),
      async ([some, other]) => {
        const { names = [], duplicates } = await instancesOf(some)
        t.deepEqual({ names, duplicates }, await instancesOf(other))
        t.is(names.length + (duplicates ?? 0), some.length)
        t.is(new Set(names.map(({ name }) => name)).size, names.length)
      },
    ),
  )
})

test('names that look alike have one order, however they are listed', async (t) => {
  const alike = ['web.0', 'web.0\u200b', 'web.0\u00ad', 'we\u0301b', 'w\u00e9b', 'web.00']
  const orderOf = async (names: ReadonlyArray<string>) => {
    const ofNames = names.map((name) => ({ uuid: name, instance_name: name }))
    const source = sourceOf({
      listServices: listing(...names.map((name) => ({ service_name: name, uuid: name, instances: ofNames }))),
    })
    const { services } = await read(source)
    return services.map(({ service, instances }) => [service.name, instances.map(({ instance }) => instance.name)])
  }
  t.deepEqual(await orderOf(alike), await orderOf([...alike].reverse()))
})

test('which services stay does not depend on the order in which they are listed', async (t) => {
  const named = services.map((service) => ({ ...service, uuid: service.uuid ?? '' }))
  await fc.assert(
    fc.asyncProperty(
      inTwoOrders(named, ({ uuid }) => uuid),
      async ([some, other]) => {
        const one = await read(sourceOf({ listServices: listing(...some) }))
        const two = await read(sourceOf({ listServices: listing(...other) }))
        const inOneOrder = (results: typeof one.services) => namesAndProjects(results).map(String).sort()
        t.deepEqual(inOneOrder(one.services), inOneOrder(two.services))
        t.is(one.duplicates, two.duplicates)
        t.is(one.services.length + one.duplicates, some.length)
      },
    ),
  )
})

test('services of one name in two projects have each their own instances', async (t) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage(
      { service_name: 'web', project_name: 'shop', uuid: 's1' },
      { service_name: 'web', project_name: 'blog', uuid: 's2' },
    ),
    'services/demo/web/instances/': { body: [{ uuid: 'i1', instance_name: 'web.0' }] },
    'services/demo/s1/instances/': { body: [{ uuid: 'i1', instance_name: 'web.0' }] },
    'services/demo/s2/instances/': { body: [{ uuid: 'i2', instance_name: 'web.0' }] },
  })
  const { services } = await read(source)
  t.deepEqual(
    services.map(({ service, instances }) => [service.project, ...instances.map(({ instance }) => instance.uuid)]),
    [
      ['blog', 'i2'],
      ['shop', 'i1'],
    ],
  )
})

const twins: ReadonlyArray<Service> = ['shop', 'blog'].map((project_name) => ({
  service_name: 'web',
  project_name,
  uuid: project_name,
}))

/** Two services of one name: by the name the cloud finds the one of the shop. A third service never answers. */
const source = sourceOf({
  listServices: listing(...twins, { service_name: 'slow', uuid: 'slow' }),
  listInstances: ({ service: address }) => {
    if (address === 'slow') return hangs()
    const owner = address === 'web' ? 'shop' : address
    return async () => E.right([{ uuid: `${owner}-0`, instance_name: `${owner}-own` }])
  },
  getInstanceMetrics:
    ({ instance }) =>
    async () =>
      E.right({ points: [{ time: 1_200, memory_usage: instance === 'shop-0' ? 1 : 2 }] }),
})

const own = [
  'alauda_instance_memory_usage_bytes{namespace="demo",project="blog",service="web",instance_name="blog-own"} 2',
  'alauda_instance_memory_usage_bytes{namespace="demo",project="shop",service="web",instance_name="shop-own"} 1',
]

test('services of one name show their own instances, though another service hangs', async (t) => {
  const { clock, collector } = collectorOf(source)
  const collected = collector.collect()
  await tick()
  clock.advance(60_000)
  await collected
  t.deepEqual([...linesOf(collector, 'alauda_instance_memory')].sort(), own)
})

test('a scrape that cannot wait shows no instance under a service that it is not of', async (t) => {
  const { clock, collector } = collectorOf(source, { intervalMs: 0 })
  for (const _ of [1, 2]) {
    const scrape = collector.scrape(5_000)
    clock.advance(5_000)
    await scrape
    const shown = linesOf(collector, 'alauda_instance_memory')
    t.deepEqual(
      shown.filter((line) => !own.includes(line)),
      [],
    )
  }
})

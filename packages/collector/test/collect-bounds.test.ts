import test from 'ava'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../src/collector.js'
import { families } from '../src/families/families.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'

const service = (name: string, instances: number) => ({
  service_name: name,
  instances: Array.from({ length: instances }, (_, ordinal) => ({
    uuid: `uuid-${name}.${ordinal}`,
    instance_name: `${name}.${ordinal}`,
  })),
})

test('no call is made for a service that is not wanted, and nothing is shown of it', async (t) => {
  const { source, paths } = await startCloud(t, {
    'services/demo/': onePage(service('web', 1), service('web-old', 2), { service_name: 'api-old' }),
    'services/demo/web/instances/uuid-web.0/metrics': { body: '' },
  })
  const isWanted = ({ service_name }: { readonly service_name: string }) => !service_name.endsWith('-old')
  const collector = createCollector({ client: source, namespaces: ['demo'], isWanted, clock: manualClock() })
  const [snapshot] = await collector.collect()
  t.deepEqual(
    snapshot?.services.map((reading) => reading.service.service_name),
    ['web'],
  )
  t.false(paths().some((path) => path.includes('-old')))
})

test('of more instances than allowed the rest is left out, and said', async (t) => {
  const { source, paths } = await startCloud(t, {
    'services/demo/': onePage(service('api', 2), service('web', 3)),
    'services/demo/api/instances/uuid-api.0/metrics': { body: '' },
    'services/demo/api/instances/uuid-api.1/metrics': { body: '' },
    'services/demo/web/instances/uuid-web.0/metrics': { body: '' },
  })
  const collector = createCollector({ client: source, namespaces: ['demo'], maxInstances: 3, clock: manualClock() })
  const snapshots = await collector.collect()
  t.deepEqual(
    snapshots.flatMap(({ services }) => services.map(({ instances }) => instances.length)),
    [2, 1],
  )
  t.is(paths().filter((path) => path.includes('metrics')).length, 3)
  t.deepEqual(families(snapshots).find(({ name }) => name === 'alauda_collection_left_out')?.samples, [
    { labels: { namespace: 'demo', bound: 'instances' }, value: 2 },
    { labels: { namespace: 'demo', bound: 'name-length' }, value: 0 },
  ])
})

test('a service that is read again by its uuid takes its instances from the allowance once', async (t) => {
  const twin = (project_name: string, ...names: ReadonlyArray<string>) => ({
    service_name: 'web',
    project_name,
    uuid: project_name,
    instances: names.map((name) => ({ uuid: name, instance_name: name })),
  })
  const { source } = await startCloud(t, {
    'services/demo/': onePage(twin('shop', 'a', 'b'), twin('blog', 'c', 'd')),
    // Calls by the name are answered for the shop's.
    ...Object.fromEntries(
      ['web/instances/a', 'web/instances/b', 'blog/instances/c', 'blog/instances/d'].map((path) => [
        `services/demo/${path}/metrics`,
        memory([990, 7]),
      ]),
    ),
  })
  const readings = async (maxInstances: number) => {
    const { services, leftOut } = await collected(source, { maxInstances })
    return [
      leftOut,
      ...services.map(({ service, instances }) => [service.project_name, ...instances.map(({ outcome }) => outcome)]),
    ]
  }
  t.deepEqual(await readings(4), [{}, ['blog', 'ok', 'ok'], ['shop', 'ok', 'ok']])
  t.deepEqual(await readings(3), [{ instances: 1 }, ['blog', 'ok'], ['shop', 'ok', 'ok']])
})

test('of several services that are read again, none takes from another', async (t) => {
  const untold = (project_name: string) => ({ service_name: 'web', project_name, uuid: project_name })
  const { source } = await startCloud(t, {
    'services/demo/': onePage(untold('shop'), untold('blog')),
    'services/demo/web/instances/': { body: service('shop', 2).instances },
    'services/demo/shop/instances/': { body: service('shop', 2).instances },
    'services/demo/blog/instances/': { body: service('blog', 2).instances },
  })
  const { services, leftOut } = await collected(source, { maxInstances: 4 })
  t.deepEqual(leftOut, {})
  t.deepEqual(
    services.map(({ instances }) => instances.map(({ instance }) => instance.instance_name)),
    [
      ['blog.0', 'blog.1'],
      ['shop.0', 'shop.1'],
    ],
  )
})

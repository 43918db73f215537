import type { InstanceMetrics, Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../src/collector.js'
import { families, limitsOf, type Sizes } from '../src/index.js'
import { toService } from '../src/sources/cloud/to-model.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'
import { collectorOf, linesOf } from './helpers/collectors.js'
import { serviceOf, snapshotOf } from './helpers/snapshots.js'
import { listing, sourceOf } from './helpers/sources.js'

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
  const filter = ({ name }: { readonly name: string }) => !name.endsWith('-old')
  const collector = createCollector({ client: source, namespaces: ['demo'], filter, clock: manualClock() })
  const [snapshot] = await collector.collect()
  t.deepEqual(
    snapshot?.services.map((reading) => reading.service.name),
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
      ...services.map(({ service, instances }) => [service.project, ...instances.map(({ outcome }) => outcome)]),
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
    services.map(({ instances }) => instances.map(({ instance }) => instance.name)),
    [
      ['blog.0', 'blog.1'],
      ['shop.0', 'shop.1'],
    ],
  )
})

const metrics = (time: number): InstanceMetrics => ({ points: [{ time, memory_usage: 1 }] })

test('beyond the allowance the same instances are read each time, whichever service is answered first', async (t) => {
  const services: ReadonlyArray<Service> = ['a', 'b'].map((service_name) => ({ service_name, uuid: service_name }))
  let slow = 'b'
  const source = sourceOf({
    listServices: listing(...services),
    listInstances:
      ({ service }) =>
      async () => {
        if (service === slow) await new Promise((resolve) => setImmediate(resolve))
        return E.right(['0', '1'].map((index) => ({ uuid: service + index, instance_name: `${service}.${index}` })))
      },
    getInstanceMetrics: () => async () => E.right(metrics(1200)),
  })
  const { collector } = collectorOf(source, { maxInstances: 2 })
  const names = async () => {
    await collector.collect()
    return linesOf(collector, 'alauda_instance_memory').map((line) => /instance_name="([^"]*)"/.exec(line)?.[1])
  }
  t.deepEqual(await names(), ['a.0', 'a.1'])
  slow = 'a'
  t.deepEqual(await names(), ['a.0', 'a.1'])
  t.deepEqual(linesOf(collector, 'alauda_collection_left_out'), [
    'alauda_collection_left_out{namespace="demo",bound="instances"} 2',
    'alauda_collection_left_out{namespace="demo",bound="name-length"} 0',
  ])
})

const MiB = 1_048_576
const sizes: Sizes = { XS: { cpu: 0.25, memory: 512 * MiB }, S: { cpu: 0.5 } }
const limits = (service: Partial<Service>) => limitsOf(toService({ service_name: 'web', ...service }), sizes)

test('a custom size comes first, field by field; a named one is looked up', (t) => {
  t.deepEqual(limits({ instance_size: 'XS' }), { cpu: 0.25, memory: 512 * MiB })
  t.deepEqual(limits({ instance_size: 'S' }), { cpu: 0.5 })
  t.deepEqual(limits({ instance_size: 'XS', custom_instance_size: { cpu: 2, mem: 1024 } }), {
    cpu: 2,
    memory: 1024 * MiB,
  })
  t.deepEqual(limits({ instance_size: 'XS', custom_instance_size: { mem: 256 } }), { cpu: 0.25, memory: 256 * MiB })
})

test('an unknown size has no limit: other sizes, other spellings, names that every object has', (t) => {
  for (const instance_size of ['M', 'xs', 'XS ', '', 'constructor', '__proto__', 'toString']) {
    t.deepEqual(limits({ instance_size }), {}, instance_size)
  }
  t.deepEqual(limits({}), {})
  t.deepEqual(limitsOf({ size: 'XS' }), {})
})

test('a limit of 0, below 0 or NaN limits nothing', (t) => {
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.deepEqual(limits({ custom_instance_size: { cpu: value, mem: value } }), {})
    t.deepEqual(limits({ instance_size: 'XS', custom_instance_size: { cpu: value, mem: value } }), {
      cpu: 0.25,
      memory: 512 * MiB,
    })
  }
})

test('sizes become the metrics of the limits, for services without a size of their own', (t) => {
  const named = (service_name: string, service: Partial<Service>) => serviceOf({ service_name, ...service })
  const snapshot = snapshotOf([
    named('custom', { instance_size: 'XS', custom_instance_size: { cpu: 3, mem: 64 } }),
    named('small', { instance_size: 'S' }),
    named('tiny', { instance_size: 'XS' }),
    named('unknown', { instance_size: 'XXS' }),
  ])
  const shown = (name: string) =>
    families([snapshot], { sizes })
      .find((family) => family.name === name)
      ?.samples.map(({ labels, value }) => [labels.service, value])
  t.deepEqual(shown('alauda_service_instance_cpu_limit_cores'), [
    ['custom', 3],
    ['small', 0.5],
    ['tiny', 0.25],
  ])
  t.deepEqual(shown('alauda_service_instance_memory_limit_bytes'), [
    ['custom', 64 * MiB],
    ['tiny', 512 * MiB],
  ])
})

for (const [wrong, message] of [
  [{ XS: {} }, 'sizes.XS: expected cpu (cores), memory (bytes) or both'],
  [{ S: { cpu: 1 }, XS: { cpu: 0 } }, 'sizes.XS.cpu: 0 given, expected a number above 0'],
  [{ XS: { cpu: 1, memory: -1 } }, 'sizes.XS.memory: -1 given, expected a number above 0'],
  [{ XS: { cpu: Number.NaN } }, 'sizes.XS.cpu: NaN given, expected a number above 0'],
] as const) {
  test(`a collector rejects the sizes ${JSON.stringify(wrong)}`, (t) => {
    t.throws(() => collectorOf(sourceOf({}), { sizes: wrong }), {
      instanceOf: TypeError,
      message,
    })
  })
}

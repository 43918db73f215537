import test from 'ava'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../src/collector.js'
import { families } from '../src/families/families.js'
import { onePage, startCloud } from './helpers/cloud.js'

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
  const collector = createCollector({ source, namespaces: ['demo'], isWanted, clock: manualClock() })
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
  const collector = createCollector({ source, namespaces: ['demo'], maxInstances: 3, clock: manualClock() })
  const snapshots = await collector.collect()
  t.deepEqual(
    snapshots.flatMap(({ services }) => services.map(({ instances }) => instances.length)),
    [2, 1],
  )
  t.is(paths().filter((path) => path.includes('metrics')).length, 3)
  t.deepEqual(families(snapshots).find(({ name }) => name === 'alauda_collection_left_out_instances')?.samples, [
    { labels: { namespace: 'demo' }, value: 2 },
  ])
})

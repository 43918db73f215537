import { createAlaudaPromiseClient, newestPoint } from '@alauda-exporter/alauda-client'
import test from 'ava'
import { articleWorld } from '../src/article-world.js'
import { largeWorld } from '../src/large-world.js'
import { startSimulator } from '../src/server.js'

const credentials = { username: 'demo', password: 'demo' }
const now = Date.UTC(2026, 5, 1) / 1000
const clock = { now: () => now * 1000 }

test('the project’s own client reads all of it', async (t) => {
  const cloud = await startSimulator({ world: articleWorld({ origin: now }), clock })
  t.teardown(() => cloud.close())
  const client = createAlaudaPromiseClient({ endpoint: cloud.url, credentials })
  t.like(await client.profile(), { username: 'demo', namespace: 'demo' })
  t.is((await client.listOrganizations()).length, 1)

  const services = await client.listServices('demo')
  const expected = cloud.world.stateAt(now).services
  t.deepEqual(
    services.map(({ service_name }) => service_name),
    expected.map(({ service_name }) => service_name),
  )
  t.like(await client.getService('demo', 'kibana'), {
    service_name: 'kibana',
    current_status: 'Running',
    created_at: expected[0]?.created_at,
  })

  const [first, ...others] = await client.listInstances('demo', 'kibana')
  t.is(others.length, 2)
  const uuid = first?.uuid ?? ''
  t.deepEqual(await client.getInstance('demo', 'kibana', uuid), first)
  const metrics = await client.getInstanceMetrics('demo', 'kibana', uuid, { start: now - 300, end: now, period: '1m' })
  t.is(metrics.points.length, 6)
  t.deepEqual({ ...newestPoint(metrics) }, { ...cloud.world.pointAt(uuid, now) })

  const window = { start: now - 600, end: now }
  const log = await client.getInstanceLogs('demo', 'kibana', uuid, window)
  t.true(log.length > 0 && log.every(({ time = 0, message = '' }) => time > now - 601 && message !== ''))
  t.true((await client.getServiceLogs('demo', 'kibana', window)).length >= log.length)
})

test('the project’s own client reads every page of a large cloud', async (t) => {
  const cloud = await startSimulator({ world: largeWorld({ services: 95, instances: 2 }), clock })
  t.teardown(() => cloud.close())
  const services = await createAlaudaPromiseClient({ endpoint: cloud.url, credentials }).listServices('demo')
  t.is(new Set(services.map(({ service_name }) => service_name)).size, 95)
  t.deepEqual(
    cloud.requests
      .filter(({ path }) => path.includes('page='))
      .map(({ path }) => path)
      .sort(),
    [1, 2, 3, 4, 5].map((page) => `/v1/services/demo/?page=${page}`),
  )
})

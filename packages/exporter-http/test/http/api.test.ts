import test from 'ava'
import { memory, onePage, service, startCloud } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'

test('tells what is known, as JSON; the last hour only when asked', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page=1': onePage({ ...service('kibana', 'u'), current_status: 'Running' }),
    'services/demo/kibana/instances/u/metrics': memory(1000),
  })
  const { get, page } = await startTestExporter(t, { environment })
  await page()
  const response = await get('/api/v1/services')
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'application/json; charset=utf-8')
  t.is(response.headers.get('cache-control'), 'no-store')
  t.is(response.headers.get('x-content-type-options'), 'nosniff')
  const status = await response.json()
  const [account] = status.accounts
  const [namespace] = account.namespaces
  const [kibana] = namespace.services
  t.is(typeof kibana.listedTime, 'number')
  // The point is from 1970, but the cloud gave it: its age counts from when it was read.
  t.deepEqual(kibana, {
    service: 'kibana',
    status: 'Running',
    listedTime: kibana.listedTime,
    memoryUsageBytes: 1000,
    instances: [{ instance: 'kibana.0', uuid: 'u', outcome: 'ok', sampleTime: 60, memoryUsageBytes: 1000 }],
  })
  t.deepEqual(
    { ...namespace, services: [] },
    {
      namespace: 'demo',
      up: true,
      lastCollectionTime: namespace.lastCollectionTime,
      lastSuccessTime: namespace.lastSuccessTime,
      collectionDurationSeconds: namespace.collectionDurationSeconds,
      collectionIntervalSeconds: 60,
      failedInstances: 0,
      leftOutInstances: 0,
      tooLong: 0,
      duplicates: 0,
      serviceCount: 1,
      services: [],
    },
  )
  t.is(account.apiRequests, 3)

  const withHistory = await (await get('/api/v1/services?history=1')).json()
  const { history } = withHistory.accounts[0].namespaces[0].services[0]
  t.deepEqual(history, {
    times: [namespace.lastCollectionTime],
    cpuUsageCores: [null],
    memoryUsageBytes: [1000],
  })
})

test('without an interval the first one asks the cloud, and no other', async (t) => {
  const cloud = await startCloud(t, { 'services/demo/?page=1': onePage(service('kibana')) })
  const { get } = await startTestExporter(t, {
    environment: cloud.environment,
    flags: { 'collect.interval': ['0s'] },
  })
  const first = await (await get('/api/v1/services')).json()
  t.is(first.accounts[0].namespaces[0].services[0].service, 'kibana')
  const calls = cloud.requests.length
  await get('/api/v1/services')
  await get('/')
  t.is(cloud.requests.length, calls)
})

test('a cloud that hangs does not hold up the answer', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/?page=1': () => new Promise(() => {}) })
  // Nothing but the answer's own patience would end it.
  const flags = { 'collect.interval': ['1h'], 'collect.timeout': ['1h'], 'alauda.timeout': ['1h'] }
  const { get } = await startTestExporter(t, { environment, flags })
  const status = await (await get('/api/v1/services')).json()
  t.deepEqual(status.accounts[0].namespaces, [
    {
      namespace: 'demo',
      failedInstances: 0,
      leftOutInstances: 0,
      tooLong: 0,
      duplicates: 0,
      serviceCount: 0,
      services: [],
    },
  ])
})

import { request } from 'node:http'
import { createAlaudaClient, newestPoint } from '@alauda-exporter/alauda-client'
import test from 'ava'
import { articleWorld, largeWorld, startSimulator } from '../src/index.js'
import { field, openCloud, startTime } from './open-cloud.js'

test('every path answers 200 with and without its last slash', async (t) => {
  const { cloud, get } = await openCloud(t)
  const uuid = cloud.world.serviceAt('kibana', startTime)?.instances[0]?.uuid
  const instance = `services/demo/kibana/instances/${uuid}`
  const window = `?start_time=${startTime - 60}&end_time=${startTime}&point_per_period=1m`
  for (const path of ['auth/profile', 'orgs', 'orgs/demo', 'services/demo', 'services/demo/kibana', instance]) {
    await get(path)
    await get(`${path}/`)
  }
  for (const path of ['services/demo/kibana/logs', `${instance}/logs`, `${instance}/metrics`]) {
    await get(path + window)
    await get(`${path}/${window}`)
  }
})

const refusals: [string, string, number][] = [
  ['GET', 'nothing/here', 404],
  ['GET', '/', 404],
  ['GET', '/v2/services/demo/', 404],
  ['GET', 'services/demo/none/', 404],
  ['GET', 'services/demo/%E0%A4%A/', 404],
  ['GET', 'services/demo/kibana/instances/none/', 404],
  ['GET', 'services/demo/none/instances/', 404],
  ['GET', 'services/other/', 403],
  ['PATCH', 'services/demo/kibana/', 405],
  ['DELETE', 'services/demo/', 405],
  ['GET', 'generate-api-token/', 405],
  ['GET', 'services/demo/kibana/start/', 405],
]

for (const [method, path, status] of refusals) {
  test(`${method} ${path} is refused with ${status} and a sentence in JSON`, async (t) => {
    const { call } = await openCloud(t)
    const response = await call(method, path)
    t.is(response.status, status)
    t.is(response.headers.get('content-type'), 'application/json')
    t.regex(String(field(await response.json(), 'detail')), /\.$/)
  })
}

test('the answer to a wrong method lists the allowed ones', async (t) => {
  const { call } = await openCloud(t)
  t.is((await call('POST', 'services/demo/kibana/')).headers.get('allow'), 'GET, PUT, DELETE')
})

test('requests are recorded in order, with the time and the status of each answer', async (t) => {
  const { cloud, get, call, pass } = await openCloud(t)
  await get('services/demo/?page=1')
  pass(5)
  await call('GET', 'services/demo/none/')
  const times = (seconds: number) => ({
    receivedAt: (startTime + seconds) * 1000,
    answeredAt: (startTime + seconds) * 1000,
  })
  t.deepEqual(cloud.requests, [
    { method: 'POST', path: '/v1/generate-api-token/', status: 200, ...times(0) },
    { method: 'GET', path: '/v1/services/demo/?page=1', status: 200, ...times(0) },
    { method: 'GET', path: '/v1/services/demo/none/', status: 404, ...times(5) },
  ])
})

test('the answer is dated by the simulator’s clock', async (t) => {
  const { call } = await openCloud(t)
  t.is((await call('GET', 'services/demo/')).headers.get('date'), new Date(startTime * 1000).toUTCString())
})

test('a latency delays every answer', async (t) => {
  const { get } = await openCloud(t, { latencyMs: 60 })
  const before = performance.now()
  await get('services/demo/')
  t.true(performance.now() - before >= 55)
})

test('closing cuts off clients that still wait', async (t) => {
  const cloud = await startSimulator({ latencyMs: 60_000 })
  const waiting = new Promise<string>((done) => {
    const asked = request(`${cloud.url}services/demo/`, () => done('answered'))
    asked.on('error', () => done('cut off'))
    asked.end(() => setImmediate(() => void closeWhenSeen()))
  })
  const closeWhenSeen = async (): Promise<void> => {
    if (cloud.requests.length === 0) setImmediate(() => void closeWhenSeen())
    else await cloud.close()
  }
  t.is(await waiting, 'cut off')
  await t.throwsAsync(fetch(cloud.url))
  await t.notThrowsAsync(cloud.close(), 'closing twice is closing once')
})

test('a port that is in use is an error', async (t) => {
  const { cloud } = await openCloud(t)
  await t.throwsAsync(startSimulator({ port: Number(new URL(cloud.url).port) }), { code: 'EADDRINUSE' })
})

test('the article’s world is there unless another is given, as of now', async (t) => {
  const cloud = await startSimulator({ clock: { now: () => startTime * 1000 + 400 } })
  t.teardown(() => cloud.close())
  t.is(cloud.world.origin, startTime)
  t.truthy(cloud.world.serviceAt('kibana', startTime))
  t.regex(cloud.url, /^http:\/\/127\.0\.0\.1:\d+\/v1\/$/)
})

test('a body that is too long is refused', async (t) => {
  const { call } = await openCloud(t)
  const response = await call('POST', 'services/demo/', 'x'.repeat(1_100_000))
  t.is(response.status, 413)
})

test('a client that leaves in the middle of its request does not affect others', async (t) => {
  const { cloud, get } = await openCloud(t)
  const gone = new Promise((done) => {
    const asked = request(`${cloud.url}services/demo/`, { method: 'POST', headers: { 'Content-Length': '100' } })
    asked.on('error', done)
    asked.write('half of it', () => asked.destroy(new Error('gone')))
  })
  await gone
  await get('services/demo/')
})

test('its clock can be moved forward, and continues from there', async (t) => {
  let now = 1_800_000_000
  const cloud = await startSimulator({ clock: { now: () => now * 1000 } })
  t.teardown(() => cloud.close())
  t.is(cloud.now(), 1_800_000_000)
  cloud.advance(90)
  now += 5
  t.is(cloud.now(), 1_800_000_095)
  const response = await fetch(cloud.url)
  t.is(Date.parse(response.headers.get('date') ?? '') / 1000, 1_800_000_095)
  t.is(cloud.requests[0]?.receivedAt, 1_800_000_095_000)
  t.throws(() => cloud.advance(-1), { instanceOf: RangeError })
  t.throws(() => cloud.advance(Number.NaN), { instanceOf: RangeError })
  t.is(cloud.now(), 1_800_000_095)
})

const credentials = { username: 'demo', password: 'demo' }
const now = Date.UTC(2026, 5, 1) / 1000
const clock = { now: () => now * 1000 }

test('the project’s own client reads all of it', async (t) => {
  const cloud = await startSimulator({ world: articleWorld({ origin: now }), clock })
  t.teardown(() => cloud.close())
  const client = createAlaudaClient({ endpoint: cloud.url, credentials })
  t.like(await client.profile(), { username: 'demo', namespace: 'demo' })
  t.is((await client.listOrganizations()).length, 1)

  const services = await client.listServices('demo')
  const expected = cloud.world.stateAt(now).services
  t.deepEqual(
    services.map(({ service_name }) => service_name),
    expected.map(({ service_name }) => service_name),
  )
  t.like(await client.getService({ namespace: 'demo', service: 'kibana' }), {
    service_name: 'kibana',
    current_status: 'Running',
    created_at: expected[0]?.created_at,
  })

  const [first, ...others] = await client.listInstances({ namespace: 'demo', service: 'kibana' })
  t.is(others.length, 2)
  const uuid = first?.uuid ?? ''
  t.deepEqual(await client.getInstance({ namespace: 'demo', service: 'kibana', instance: uuid }), first)
  const metrics = await client.getInstanceMetrics(
    { namespace: 'demo', service: 'kibana', instance: uuid },
    { start: now - 300, end: now, period: '1m' },
  )
  t.is(metrics.points.length, 6)
  t.deepEqual({ ...newestPoint(metrics) }, { ...cloud.world.pointAt(uuid, now) })

  const window = { start: now - 600, end: now }
  const log = await client.getInstanceLogs({ namespace: 'demo', service: 'kibana', instance: uuid }, window)
  t.true(log.length > 0 && log.every(({ time = 0, message = '' }) => time > now - 601 && message !== ''))
  t.true((await client.getServiceLogs({ namespace: 'demo', service: 'kibana' }, window)).length >= log.length)
})

for (const [what, maxPageSize, pages] of [
  ['ignores the length of pages', undefined, [1, 2, 3, 4, 5]],
  ['has pages of 50', 50, [1, 2]],
  ['has pages as large as requested', 1000, [1]],
] as const) {
  test(`the project’s own client reads every page of a large cloud that ${what}`, async (t) => {
    const world = largeWorld({ services: 95, instances: 2 })
    const cloud = await startSimulator({ world, clock, ...(maxPageSize === undefined ? {} : { maxPageSize }) })
    t.teardown(() => cloud.close())
    const services = await createAlaudaClient({ endpoint: cloud.url, credentials }).listServices('demo')
    t.is(new Set(services.map(({ service_name }) => service_name)).size, 95)
    t.deepEqual(
      cloud.requests
        .filter(({ path }) => path.includes('page='))
        .map(({ path }) => path)
        .sort(),
      pages.map((page) => `/v1/services/demo/?page_size=100&page=${page}`),
    )
  })
}

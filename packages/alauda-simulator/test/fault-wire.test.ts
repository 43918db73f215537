import { gunzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { createWorld, type Fault, startSimulator } from '../src/index.js'
import { field, items, openCloud, startTime } from './open-cloud.js'
import { rawCall } from './raw-call.js'

/** A cloud with a fault, kibana's path, and what is answered there without the fault. */
const faultyCloud = async (t: ExecutionContext, ...faults: Fault[]) => {
  const opened = await openCloud(t)
  const headers = { Authorization: `Token ${opened.token}` }
  const url = new URL('services/demo/kibana/', opened.cloud.url).href
  const whole = await rawCall(url, headers)
  opened.cloud.faults.set(faults)
  return { ...opened, url, whole, raw: (more = {}) => rawCall(url, { ...headers, ...more }) }
}

const statuses: [string, Fault, number, string | null][] = [
  ['a server error', { kind: 'server-error' }, 500, null],
  ['too many requests', { kind: 'too-many-requests' }, 429, null],
  ['too many requests, with seconds', { kind: 'too-many-requests', retryAfter: 12.2 }, 429, '13'],
  [
    'too many requests, with a date',
    { kind: 'too-many-requests', retryAfter: 30, retryAfterAs: 'date' },
    429,
    'Fri, 15 Jan 2027 08:00:30 GMT',
  ],
  ['an unavailable service', { kind: 'unavailable' }, 503, null],
  ['an unavailable service, with seconds', { kind: 'unavailable', retryAfter: 0 }, 503, '0'],
  [
    'an unavailable service, with a date',
    { kind: 'unavailable', retryAfter: 0.5, retryAfterAs: 'date' },
    503,
    'Fri, 15 Jan 2027 08:00:01 GMT',
  ],
  ['a refused permission', { kind: 'forbidden' }, 403, null],
]

for (const [name, fault, status, retryAfter] of statuses) {
  test(`${name} is ${status} with a sentence in JSON and Retry-After ${retryAfter}`, async (t) => {
    const { call } = await faultyCloud(t, fault)
    const response = await call('GET', 'services/demo/kibana/')
    t.is(response.status, status)
    t.is(response.headers.get('retry-after'), retryAfter)
    t.is(response.headers.get('content-type'), 'application/json')
    t.regex(String(field(await response.json(), 'detail')), /\.$/)
  })
}

for (const status of [200, 502, 503]) {
  test(`a proxy’s page comes as HTML with the status ${status}`, async (t) => {
    const { call } = await faultyCloud(t, { kind: 'html-page', status })
    const response = await call('GET', 'services/demo/kibana/')
    t.is(response.status, status)
    t.is(response.headers.get('content-type'), 'text/html')
    t.regex(await response.text(), /^<html>\r\n.*\r\n.*\r\n<\/html>\r\n$/)
  })
}

test('a proxy’s page has status 502 by default', async (t) => {
  const { raw } = await faultyCloud(t, { kind: 'html-page' })
  t.is((await raw()).status, 502)
})

test('a call that fails is not executed; a call whose answer is reset is', async (t) => {
  const { cloud, call } = await faultyCloud(t, { kind: 'server-error' })
  const create = async (service_name: string) =>
    (await call('POST', 'services/demo/', { service_name, image_name: 'x' })).json()
  t.deepEqual(await create('one'), { detail: 'Internal server error.' })
  cloud.faults.set([{ kind: 'reset' }])
  await t.throwsAsync(create('two'))
  t.is(cloud.world.serviceAt('one', startTime), undefined)
  t.truthy(cloud.world.serviceAt('two', startTime))
})

test('a reset comes after half of a body of known length', async (t) => {
  const { whole, raw } = await faultyCloud(t, { kind: 'reset' })
  const answer = await raw()
  t.is(answer.status, 200)
  t.is(answer.headers['content-length'], String(whole.body.length))
  t.is(answer.broken, 'ECONNRESET')
  t.deepEqual(answer.body, whole.body.subarray(0, Math.floor(whole.body.length / 2)))
})

test('a reset comes after half of a body in chunks', async (t) => {
  const { whole, raw } = await faultyCloud(t, { kind: 'reset', chunked: true })
  const answer = await raw()
  t.is(answer.headers['transfer-encoding'], 'chunked')
  t.is(answer.headers['content-length'], undefined)
  t.is(answer.broken, 'ECONNRESET')
  t.deepEqual(answer.body, whole.body.subarray(0, Math.floor(whole.body.length / 2)))
})

test('truncated JSON is a whole HTTP answer that ends half-way', async (t) => {
  const { whole, raw } = await faultyCloud(t, { kind: 'truncated-json' })
  const answer = await raw()
  t.like(answer, { status: 200, broken: undefined })
  t.is(answer.headers['content-type'], 'application/json')
  t.deepEqual(answer.body, whole.body.subarray(0, Math.floor(whole.body.length / 2)))
  t.throws(() => JSON.parse(answer.body.toString()))
})

test('an empty body has the status that the call deserves', async (t) => {
  const { raw, call } = await faultyCloud(t, { kind: 'empty-body' })
  const answer = await raw()
  t.is(answer.status, 200)
  t.is(answer.headers['content-length'], '0')
  t.is(answer.headers['content-type'], undefined)
  t.is((await call('GET', 'services/demo/none/')).status, 404)
})

test('only clients that accept gzip receive it', async (t) => {
  const { whole, raw } = await faultyCloud(t, { kind: 'gzip' })
  for (const accepted of ['gzip', 'deflate, gzip;q=0.5', 'gzip,deflate', '*']) {
    const { headers, body } = await raw({ 'Accept-Encoding': accepted })
    t.is(headers['content-encoding'], 'gzip', accepted)
    t.is(headers['content-length'], String(body.length))
    t.true(body.length < whole.body.length)
    t.deepEqual(gunzipSync(body), whole.body)
  }
  for (const accepted of ['deflate', 'gzip;q=0', 'gzip; q=0.0, br', 'x-gzip-not']) {
    const { headers, body } = await raw({ 'Accept-Encoding': accepted })
    t.is(headers['content-encoding'], undefined, accepted)
    t.deepEqual(body, whole.body)
  }
  t.deepEqual((await raw()).body, whole.body)
})

test('a body in chunks has no length, compressed or not', async (t) => {
  const { cloud, whole, raw } = await faultyCloud(t, { kind: 'chunked' })
  const plain = await raw({ 'Accept-Encoding': 'gzip' })
  t.is(plain.headers['transfer-encoding'], 'chunked')
  t.is(plain.headers['content-length'], undefined)
  t.deepEqual(plain.body, whole.body)
  cloud.faults.set([{ kind: 'gzip', chunked: true }])
  const compressed = await raw({ 'Accept-Encoding': 'gzip' })
  t.is(compressed.headers['transfer-encoding'], 'chunked')
  t.is(compressed.headers['content-encoding'], 'gzip')
  t.deepEqual(gunzipSync(compressed.body), whole.body)
})

test('a redirect leads to the same call at another host', async (t) => {
  const other = await startSimulator()
  t.teardown(() => other.close())
  const { token, cloud } = await faultyCloud(t, { kind: 'redirect', to: other.url })
  const url = `${cloud.url}services/demo/?page=1`
  const answer = await rawCall(url, { Authorization: `Token ${token}` })
  t.is(answer.status, 302)
  t.is(answer.headers.location, `${other.url}services/demo/?page=1`)
  cloud.faults.set([{ kind: 'redirect', to: 'https://other.example/api/v2', status: 307 }])
  const permanent = await rawCall(url)
  t.is(permanent.status, 307)
  t.is(permanent.headers.location, 'https://other.example/api/v2/services/demo/?page=1')
})

test('a delay comes before the answer', async (t) => {
  const { raw } = await faultyCloud(t, { kind: 'delay', ms: 30 }, { kind: 'delay', ms: 30 })
  const before = performance.now()
  t.is((await raw()).status, 200)
  t.true(performance.now() - before >= 55)
})

test('a heavy-tailed delay comes before the answer', async (t) => {
  const { raw } = await faultyCloud(t, { kind: 'heavy-tailed-delay', medianMs: 40, maxMs: 41 })
  const before = performance.now()
  t.is((await raw()).status, 200)
  t.true(performance.now() - before >= 40 / 2 ** (1 / 1.5) - 5)
})

/** The metrics of kibana's first instance over the last three minutes, under a fault. */
const metricsUnder = async (t: ExecutionContext, ...faults: Fault[]) => {
  const opened = await openCloud(t)
  const uuid = opened.cloud.world.serviceAt('kibana', startTime)?.instances[0]?.uuid
  const instance = `services/demo/kibana/instances/${uuid}`
  const path = `${instance}/metrics?start_time=${startTime - 180}&end_time=${startTime}&point_per_period=1m`
  const usual = await opened.get(path)
  opened.cloud.faults.set(faults)
  return { ...opened, path, instance, usual }
}

test('metrics without points keep their columns', async (t) => {
  const { get, path, usual } = await metricsUnder(t, { kind: 'no-points' })
  t.deepEqual(await get(path), { name: field(usual, 'name'), columns: items(usual, 'columns'), points: [] })
})

test('null values leave the time', async (t) => {
  const { get, path } = await metricsUnder(t, { kind: 'null-values' })
  const nulls = Array.from({ length: 9 }, () => null)
  t.deepEqual(
    items(await get(path), 'points'),
    [0, 60, 120, 180].map((seconds) => [startTime - seconds, ...nulls]),
  )
})

test('null values can be those of some columns', async (t) => {
  const { get, path, usual } = await metricsUnder(t, { kind: 'null-values', columns: ['memory_usage', 'time'] })
  const columns = items(usual, 'columns')
  t.deepEqual(
    items(await get(path), 'points'),
    items(usual, 'points').map((point) =>
      items(point).map((value, index) => (['memory_usage', 'time'].includes(String(columns[index])) ? null : value)),
    ),
  )
})

test('late points are missing until their time has come', async (t) => {
  const { get, path, pass, usual } = await metricsUnder(t, { kind: 'late-points', seconds: 90 })
  t.deepEqual(items(await get(path), 'points'), items(usual, 'points').slice(2))
  pass(30)
  t.deepEqual(items(await get(path), 'points'), items(usual, 'points').slice(1))
  pass(60)
  t.deepEqual(await get(path), usual)
})

test('an instance is not found, though the list has it', async (t) => {
  const { call, get, path, instance } = await metricsUnder(t, { kind: 'instance-gone', instance: 'kibana.0' })
  for (const gone of [path, instance, `${instance}/logs?start_time=${startTime - 60}&end_time=${startTime}`]) {
    const response = await call('GET', gone)
    t.is(response.status, 404)
    t.regex(String(field(await response.json(), 'detail')), /^The service kibana has no instance .*\.$/)
  }
  t.is(items(await get('services/demo/kibana/instances/')).length, 3)
})

test('a clock that is ahead gives old values new times, and dates its answers', async (t) => {
  const { cloud, call, path } = await metricsUnder(t, { kind: 'wrong-clock', seconds: 120 })
  const response = await call('GET', path)
  t.is(response.headers.get('date'), new Date((startTime + 120) * 1000).toUTCString())
  const uuid = cloud.world.serviceAt('kibana', startTime)?.instances[0]?.uuid ?? ''
  t.deepEqual(
    items(await response.json(), 'points').map((point) => items(point).slice(0, 3)),
    [0, 60, 120, 180].map((seconds) => [
      startTime - seconds,
      0,
      cloud.world.pointAt(uuid, startTime - seconds - 120)?.cpu_cumulative_usage,
    ]),
  )
})

test('a clock that is ahead has points of the future, if the window includes them', async (t) => {
  const { get, path } = await metricsUnder(t, { kind: 'wrong-clock', seconds: 120 })
  const points = items(await get(path.replace(/end_time=\d+/, `end_time=${startTime + 600}`)), 'points')
  t.is(items(points[0])[0], startTime + 120)
})

test('a clock that is behind gives new values old times', async (t) => {
  const { cloud, get, path } = await metricsUnder(t, { kind: 'wrong-clock', seconds: -120 })
  const uuid = cloud.world.serviceAt('kibana', startTime)?.instances[0]?.uuid ?? ''
  t.deepEqual(
    items(await get(path), 'points').map((point) => items(point).slice(0, 3)),
    [0, 60].map((seconds) => [
      startTime - seconds - 120,
      0,
      cloud.world.pointAt(uuid, startTime - seconds)?.cpu_cumulative_usage,
    ]),
  )
})

test('a cloud whose clock is wrong can be changed, and shows its present state', async (t) => {
  const { cloud, call, get, pass } = await metricsUnder(t, { kind: 'wrong-clock', seconds: 3_600 })
  t.is((await call('PUT', 'services/demo/kibana/', { target_num_instances: 4 })).status, 200)
  pass(5)
  t.is(items(await get('services/demo/kibana/instances/')).length, 4)
  t.is(cloud.world.serviceAt('kibana', startTime + 5)?.instances.length, 4)
})

test('an answer in place of the API’s is what it says, and the call is not done', async (t) => {
  const text = '{"detail":"Request was throttled."}'
  const { cloud, call, raw } = await faultyCloud(t, { kind: 'answer', text })
  await call('POST', 'services/demo/', { service_name: 'one', image_name: 'x' })
  t.is(cloud.world.serviceAt('one', startTime), undefined)
  t.like(await raw(), { status: 200, body: Buffer.from(text) })
  cloud.faults.set([{ kind: 'answer', status: 423, text: '<p>locked</p>', contentType: 'text/html' }])
  const { status, headers, body } = await raw()
  t.deepEqual([status, headers['content-type'], String(body)], [423, 'text/html', '<p>locked</p>'])
  cloud.faults.set([{ kind: 'answer' }])
  t.like(await raw(), { status: 200, body: Buffer.alloc(0) })
})

test('a padded answer is the same JSON, of the size that is asked for', async (t) => {
  const { whole, raw } = await faultyCloud(t, { kind: 'padded', bytes: 1_000_000 })
  const { body } = await raw()
  t.is(body.length, 1_000_000)
  t.deepEqual(JSON.parse(String(body)), JSON.parse(String(whole.body)))
})

test('a padded answer is compressed for a client that accepts it', async (t) => {
  const { cloud, raw } = await faultyCloud(t, { kind: 'padded', bytes: 10_000_000, gzip: true })
  const { headers, body } = await raw({ 'Accept-Encoding': 'gzip' })
  t.is(headers['content-encoding'], 'gzip')
  t.true(body.length < 20_000)
  t.is(gunzipSync(body).length, 10_000_000)
  cloud.faults.set([{ kind: 'padded', bytes: 0, gzip: true }])
  t.is((await raw()).headers['content-encoding'], undefined)
})

test('a padded answer without a size continues until the client closes the connection', async (t) => {
  const { url, cloud, token } = await faultyCloud(t, { kind: 'padded' })
  const response = await fetch(url, { headers: { Authorization: `Token ${token}` } })
  let read = 0
  for await (const chunk of response.body ?? []) {
    read += chunk.length
    if (read > 5_000_000) break
  }
  t.true(read > 5_000_000)
  cloud.faults.clear()
  t.is((await fetch(url, { headers: { Authorization: `Token ${token}` } })).status, 200)
})

test('values can be replaced by anything, in all points or in the newest', async (t) => {
  const replaced = { kind: 'replaced-values', columns: ['rx_errors', 'time'], value: 'N/A' } as const
  const { cloud, get, path, usual } = await metricsUnder(t, replaced)
  const isReplaced = items(usual, 'columns').map((name) => name === 'rx_errors' || name === 'time')
  const points = items(usual, 'points').map((point) => items(point))
  const withText = points.map((point) => point.map((value, index) => (isReplaced[index] ? 'N/A' : value)))
  t.true(points.length > 1)
  t.deepEqual(items(await get(path), 'points'), withText)
  cloud.faults.set([{ ...replaced, newest: true }])
  t.deepEqual(items(await get(path), 'points'), [withText[0], ...points.slice(1)])
})

test('a list can be wrong about its length, and repeat its first page', async (t) => {
  const services = Array.from({ length: 25 }, (_, index) => ({ service_name: `s${index}`, image_name: 'x' }))
  const { cloud, get } = await openCloud(t, { world: createWorld({ origin: startTime, services }) })
  const usual = await get('services/demo/?page=2')
  cloud.faults.set([{ kind: 'wrong-count', count: 1e9 }])
  t.deepEqual(await get('services/demo/?page=2'), { ...Object(usual), count: 1e9 })
  cloud.faults.set([{ kind: 'repeated-page' }])
  t.deepEqual(await get('services/demo/?page=2'), await get('services/demo/'))
})

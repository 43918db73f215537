import { AlaudaException, type AlaudaPromiseClient, createAlaudaPromiseClient } from '@alauda-exporter/alauda-client'
import test, { type ExecutionContext } from 'ava'
import { type Fault, largeWorld, type SimulatorOptions, startSimulator } from '../src/index.js'
import { ORIGIN } from './open-cloud.js'

const credentials = { username: 'demo', password: 'demo' }

/** The project's own client, logged in before anything goes wrong. */
async function clientUnder(t: ExecutionContext, faults: readonly Fault[], options: SimulatorOptions = {}) {
  const cloud = await startSimulator({ clock: { now: () => ORIGIN * 1000 }, ...options })
  t.teardown(() => cloud.close())
  const client = createAlaudaPromiseClient({ endpoint: cloud.url, credentials, maxRetries: 0 })
  await client.login()
  cloud.faults.set(faults)
  const paths = () => cloud.requests.map(({ path }) => path)
  return { cloud, client, logins: () => paths().filter((path) => path.includes('token')).length }
}

async function errorOf(t: ExecutionContext, call: Promise<unknown>) {
  const exception = await t.throwsAsync(call, { instanceOf: AlaudaException })
  return exception?.error
}

const failures: [string, Fault, object][] = [
  ['a reset', { kind: 'reset' }, { _tag: 'NetworkError', code: 'ECONNRESET' }],
  ['a reset in chunks', { kind: 'reset', chunked: true }, { _tag: 'NetworkError', code: 'ECONNRESET' }],
  ['truncated JSON', { kind: 'truncated-json' }, { _tag: 'InvalidJson', contentType: 'application/json' }],
  ['a page with 200', { kind: 'html-page', status: 200 }, { _tag: 'InvalidJson', contentType: 'text/html' }],
  ['a page with 502', { kind: 'html-page' }, { _tag: 'HttpError', status: 502, firstLine: '' }],
  ['a page with 503', { kind: 'html-page', status: 503 }, { _tag: 'HttpError', status: 503 }],
  ['a server error', { kind: 'server-error' }, { _tag: 'HttpError', status: 500 }],
  ['too many requests', { kind: 'too-many-requests' }, { _tag: 'HttpError', status: 429 }],
  ['a vanished instance', { kind: 'instance-gone' }, { _tag: 'HttpError', status: 404 }],
  ['a refused permission', { kind: 'forbidden', endpoint: 'getInstance' }, { _tag: 'AuthError', status: 403 }],
]

for (const [name, fault, error] of failures) {
  test(`to the client ${name} is ${JSON.stringify(error)}`, async (t) => {
    const { cloud, client } = await clientUnder(t, [fault])
    const uuid = cloud.world.serviceAt('kibana', ORIGIN)?.instances[0]?.uuid ?? ''
    t.like(await errorOf(t, client.getInstance('demo', 'kibana', uuid)), error)
  })
}

test('to the client a hang is a TimeoutError', async (t) => {
  const { cloud, client } = await clientUnder(t, [{ kind: 'hang', endpoint: 'profile' }])
  const { token } = await client.login()
  const hasty = createAlaudaPromiseClient({ endpoint: cloud.url, credentials: { token }, timeoutMs: 30, maxRetries: 0 })
  t.like(await errorOf(t, hasty.profile()), { _tag: 'TimeoutError' })
})

test('to the client a refused login is an AuthError', async (t) => {
  const { client } = await clientUnder(t, [{ kind: 'login-refused' }])
  t.like(await errorOf(t, client.login()), { _tag: 'AuthError', status: 400 })
})

test('to the client a page that fails is the failure of the list', async (t) => {
  const { client } = await clientUnder(t, [{ kind: 'server-error', page: 2 }], {
    world: largeWorld({ services: 45, instances: 1, origin: ORIGIN }),
  })
  t.like(await errorOf(t, client.listServices('demo')), { _tag: 'HttpError', status: 500 })
  t.truthy(await client.getService('demo', 'service-0001'))
})

test('after its token is revoked the client logs in once, and its calls succeed', async (t) => {
  const { client, logins } = await clientUnder(t, [{ kind: 'token-revoked' }])
  const profiles = await Promise.all([client.profile(), client.profile(), client.profile()])
  t.is(profiles.length, 3)
  t.is(logins(), 2)
})

const harmless: [string, Fault][] = [
  ['a delay', { kind: 'delay', ms: 5 }],
  ['gzip', { kind: 'gzip' }],
  ['gzip in chunks', { kind: 'gzip', chunked: true }],
  ['a body in chunks', { kind: 'chunked' }],
]

for (const [name, fault] of harmless) {
  test(`the client reads the same through ${name}`, async (t) => {
    const { cloud, client } = await clientUnder(t, [])
    const usual = await client.listServices('demo')
    cloud.faults.set([fault])
    t.deepEqual(await client.listServices('demo'), usual)
  })
}

test('the client does not follow a redirect to another origin', async (t) => {
  const other = await startSimulator()
  t.teardown(() => other.close())
  const { client } = await clientUnder(t, [{ kind: 'redirect', to: other.url, endpoint: 'profile' }])
  t.like(await errorOf(t, client.profile()), { _tag: 'HttpError', status: 302 })
  t.deepEqual(other.requests, [])
})

const window = { start: ORIGIN - 300, end: ORIGIN, period: '1m' } as const

const metricsUnder = async (t: ExecutionContext, fault: Fault) => {
  const { cloud, client } = await clientUnder(t, [fault])
  const uuid = cloud.world.serviceAt('kibana', ORIGIN)?.instances[0]?.uuid ?? ''
  return (await client.getInstanceMetrics('demo', 'kibana', uuid, window)).points
}

test('to the client an empty body and a list without points are no points', async (t) => {
  t.deepEqual(await metricsUnder(t, { kind: 'empty-body', endpoint: 'getInstanceMetrics' }), [])
  t.deepEqual(await metricsUnder(t, { kind: 'no-points' }), [])
})

test('to the client null values are points with a time alone, late points are old ones', async (t) => {
  const times = [0, 60, 120, 180, 240, 300].map((seconds) => ({ time: ORIGIN - seconds }))
  t.deepEqual(await metricsUnder(t, { kind: 'null-values' }), times)
  const late = await metricsUnder(t, { kind: 'late-points', seconds: 120 })
  t.deepEqual(
    late.map(({ time }) => ({ time })),
    times.slice(2),
  )
})

test('the client lists both services of one name', async (t) => {
  const { client } = await clientUnder(t, [{ kind: 'duplicate-service', service: 'kibana', startedAfter: 60 }])
  const named = (await client.listServices('demo')).filter(({ service_name }) => service_name === 'kibana')
  t.is(new Set(named.map(({ uuid }) => uuid)).size, 2)
})

test('services that come and go while pages are read leave the client with each service once', async (t) => {
  const { client } = await clientUnder(t, [{ kind: 'churn', deletes: ['service-0001'], creates: ['late'] }], {
    world: largeWorld({ services: 45, instances: 1, origin: ORIGIN }),
  })
  const uuids = (services: Awaited<ReturnType<AlaudaPromiseClient['listServices']>>) => services.map(({ uuid }) => uuid)
  const first = uuids(await client.listServices('demo'))
  t.is(new Set(first).size, first.length)
  const second = await client.listServices('demo')
  t.is(second.length, 45)
  t.true(second.some(({ service_name }) => service_name === 'late'))
})

import { type AlaudaClient, AlaudaException, createAlaudaClient } from '@alauda-exporter/alauda-client'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import { decodeFaults } from '../src/fault.js'
import { type Fault, largeWorld, type SimulatorOptions, startSimulator } from '../src/index.js'
import { startTime } from './open-cloud.js'

const credentials = { username: 'demo', password: 'demo' }

/** The project's own client, logged in before anything goes wrong. */
const clientUnder = async (t: ExecutionContext, faults: ReadonlyArray<Fault>, options: SimulatorOptions = {}) => {
  const cloud = await startSimulator({ clock: { now: () => startTime * 1000 }, ...options })
  t.teardown(() => cloud.close())
  const client = createAlaudaClient({ endpoint: cloud.url, credentials, maxRetries: 0 })
  await client.login()
  cloud.faults.set(faults)
  const paths = () => cloud.requests.map(({ path }) => path)
  return { cloud, client, logins: () => paths().filter((path) => path.includes('token')).length }
}

const errorOf = async (t: ExecutionContext, call: Promise<unknown>) => {
  const exception = await t.throwsAsync(call)
  return AlaudaException.is(exception) ? exception : undefined
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
    const uuid = cloud.world.serviceAt('kibana', startTime)?.instances[0]?.uuid ?? ''
    t.like(await errorOf(t, client.getInstance({ namespace: 'demo', service: 'kibana', instance: uuid })), error)
  })
}

test('to the client a hang is a TimeoutError', async (t) => {
  const { cloud, client } = await clientUnder(t, [{ kind: 'hang', endpoint: 'profile' }])
  const { token } = await client.login()
  const hasty = createAlaudaClient({ endpoint: cloud.url, credentials: { token }, timeoutMs: 30, maxRetries: 0 })
  t.like(await errorOf(t, hasty.profile()), { _tag: 'TimeoutError' })
})

test('to the client a refused login is an AuthError', async (t) => {
  const { client } = await clientUnder(t, [{ kind: 'login-refused' }])
  t.like(await errorOf(t, client.login()), { _tag: 'AuthError', status: 400 })
})

test('to the client a page that fails is the failure of the list', async (t) => {
  const { client } = await clientUnder(t, [{ kind: 'server-error', page: 2 }], {
    world: largeWorld({ services: 45, instances: 1, origin: startTime }),
  })
  t.like(await errorOf(t, client.listServices('demo')), { _tag: 'HttpError', status: 500 })
  t.truthy(await client.getService({ namespace: 'demo', service: 'service-0001' }))
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

const window = { start: startTime - 300, end: startTime, period: '1m' } as const

const metricsUnder = async (t: ExecutionContext, fault: Fault) => {
  const { cloud, client } = await clientUnder(t, [fault])
  const uuid = cloud.world.serviceAt('kibana', startTime)?.instances[0]?.uuid ?? ''
  return (await client.getInstanceMetrics({ namespace: 'demo', service: 'kibana', instance: uuid }, window)).points
}

test('to the client an empty body and a list without points are no points', async (t) => {
  t.deepEqual(await metricsUnder(t, { kind: 'empty-body', endpoint: 'getInstanceMetrics' }), [])
  t.deepEqual(await metricsUnder(t, { kind: 'no-points' }), [])
})

test('to the client null values are points with a time alone, late points are old ones', async (t) => {
  const times = [0, 60, 120, 180, 240, 300].map((seconds) => ({ time: startTime - seconds }))
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
    world: largeWorld({ services: 45, instances: 1, origin: startTime }),
  })
  const uuids = (services: Awaited<ReturnType<AlaudaClient['listServices']>>) => services.map(({ uuid }) => uuid)
  const first = uuids(await client.listServices('demo'))
  t.is(new Set(first).size, first.length)
  const second = await client.listServices('demo')
  t.is(second.length, 45)
  t.true(second.some(({ service_name }) => service_name === 'late'))
})

const oneOfEach: ReadonlyArray<Fault> = [
  { kind: 'delay', ms: 5 },
  { kind: 'heavy-tailed-delay', medianMs: 5, maxMs: 50, tail: 2 },
  { kind: 'hang' },
  { kind: 'reset', chunked: true },
  { kind: 'truncated-json' },
  { kind: 'html-page', status: 200 },
  { kind: 'answer', status: 423, text: '{"detail":"locked"}', contentType: 'text/plain' },
  { kind: 'padded', bytes: 1_000_000, gzip: true },
  { kind: 'server-error', endpoint: 'listServices', page: 2 },
  { kind: 'too-many-requests', retryAfter: 0.5 },
  { kind: 'unavailable', retryAfter: 30, retryAfterAs: 'date' },
  { kind: 'token-revoked', from: 1_800_000_000, until: 1_800_000_060 },
  { kind: 'forbidden', share: 0.5, seed: 3, times: 2 },
  { kind: 'login-refused', endpoint: 'login' },
  { kind: 'empty-body' },
  { kind: 'no-points', service: 'kibana', instance: 'kibana.0' },
  { kind: 'null-values', columns: ['memory_usage'] },
  { kind: 'replaced-values', columns: ['rx_errors'], value: 'N/A', newest: true },
  { kind: 'wrong-count', count: -1 },
  { kind: 'repeated-page' },
  { kind: 'late-points', seconds: 120 },
  { kind: 'instance-gone' },
  { kind: 'churn', deletes: ['a'], creates: ['b'] },
  { kind: 'duplicate-service', startedAfter: -60 },
  { kind: 'duplicate-instance', startedAfter: 60 },
  { kind: 'wrong-clock', seconds: -180 },
  { kind: 'gzip', chunked: false },
  { kind: 'chunked' },
  { kind: 'redirect', to: 'http://other.example/v1/', status: 307 },
  { kind: 'quota', callsPerMinute: 60 },
]

test('a fault of each kind is taken as it is', (t) => {
  t.deepEqual(decodeFaults(JSON.parse(JSON.stringify(oneOfEach))), { faults: oneOfEach, wrong: [] })
})

const wrongWith = (value: unknown): ReadonlyArray<string> => decodeFaults(value).wrong

const wrong: [string, unknown, string][] = [
  ['no object', 'hang', ' must be an object.'],
  [
    'an unknown endpoint',
    { kind: 'hang', endpoint: 'metrics' },
    '.endpoint must be one of login, profile, listOrganizations, getOrganization, listServices, createService, getService, updateService, deleteService, startService, stopService, getServiceLogs, listInstances, getInstance, getInstanceMetrics, getInstanceLogs.',
  ],
  ['a share in percent', { kind: 'hang', share: 50 }, '.share must be a number from 0 to 1.'],
  ['a null', { kind: 'hang', share: null }, '.share must be a number from 0 to 1.'],
  ['a number as text', { kind: 'delay', ms: '20' }, '.ms must be a number from 0 to 3600000.'],
  ['a missing field', { kind: 'late-points' }, '.seconds must be a number from 0 to 31622400.'],
  ['a field of another kind', { kind: 'hang', ms: 5 }, '.ms: a fault of the kind hang has no such field.'],
  ['a field of every object', { kind: 'hang', toString: 1 }, '.toString: a fault of the kind hang has no such field.'],
  ['half a time', { kind: 'hang', times: 0.5 }, '.times must be a whole number from 1.'],
  ['an empty name', { kind: 'hang', service: '' }, '.service must be a name.'],
  ['names that are none', { kind: 'churn', deletes: ['a', 1] }, '.deletes must be a list of names.'],
  ['a status that is none', { kind: 'html-page', status: 20 }, '.status must be a whole number from 200 to 599.'],
  ['a word for true', { kind: 'gzip', chunked: 'yes' }, '.chunked must be true or false.'],
  ['a URL that is none', { kind: 'redirect', to: 'other' }, '.to must be a URL such as http://127.0.0.1:8080/v1/.'],
  ['an empty span', { kind: 'hang', from: 5, until: 5 }, '.until must be after from.'],
  [
    'a bound below the median',
    { kind: 'heavy-tailed-delay', medianMs: 9, maxMs: 8 },
    '.maxMs must not be below medianMs.',
  ],
  [
    'an endpoint that its kind never affects',
    { kind: 'no-points', endpoint: 'login' },
    '.endpoint: a fault of the kind no-points never affects login.',
  ],
  [
    'a quota on logins',
    { kind: 'quota', callsPerMinute: 1, endpoint: 'login' },
    '.endpoint: a fault of the kind quota never affects login.',
  ],
  ['a page of something else', { kind: 'hang', endpoint: 'login', page: 2 }, '.page: only listServices has pages.'],
  ['a page of a kind without pages', { kind: 'no-points', page: 2 }, '.page: only listServices has pages.'],
  ['churn on the first page', { kind: 'churn', page: 1 }, '.page must be above 1: churn comes after the first page.'],
]

for (const [name, fault, what] of wrong) {
  test(`${name} is refused`, (t) => {
    t.deepEqual(wrongWith([{ kind: 'hang' }, fault]), [`faults[1]${what}`])
  })
}

test('the problem of an unknown kind lists the known kinds', (t) => {
  const known = oneOfEach.map(({ kind }) => kind).join(', ')
  t.deepEqual(wrongWith([{ kind: 'earthquake' }, {}]), [
    `faults[0].kind must be one of ${known}.`,
    `faults[1].kind must be one of ${known}.`,
  ])
})

test('anything but a list is refused', (t) => {
  for (const value of [undefined, null, {}, 'hang', { kind: 'hang' }]) {
    t.deepEqual(wrongWith(value), ['It must be a list of faults.'])
  }
})

test('every problem is reported at once', (t) => {
  t.deepEqual(
    wrongWith([{ kind: 'delay', share: 2, page: 0 }, { kind: 'hang' }, { kind: 'quota', callsPerMinute: 0 }]),
    [
      'faults[0].page must be a whole number from 1.',
      'faults[0].share must be a number from 0 to 1.',
      'faults[0].ms must be a number from 0 to 3600000.',
      'faults[2].callsPerMinute must be a whole number from 1.',
    ],
  )
})

test('any value is either faults or sentences that say what is wrong', (t) => {
  const field = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(...oneOfEach.flatMap((fault): unknown[] => Object.values(fault))),
  )
  const names = [...new Set(oneOfEach.flatMap((fault) => Object.keys(fault)))]
  const object = fc.dictionary(fc.constantFrom(...names), field)
  const anything = fc.oneof(fc.jsonValue(), fc.array(fc.oneof(object, fc.constantFrom(...oneOfEach), fc.jsonValue())))
  fc.assert(
    fc.property(anything, (value) => {
      const { faults, wrong } = decodeFaults(value)
      if (wrong.length === 0) t.deepEqual<unknown, unknown>(faults, value)
      else t.true(wrong.every((what) => what.endsWith('.')))
    }),
  )
})

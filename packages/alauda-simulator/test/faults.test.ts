import { request } from 'node:http'
import test from 'ava'
import { type Fault, startSimulator } from '../src/index.js'
import { field, items, ORIGIN, openCloud } from './open-cloud.js'
import { untilSeen, waitingCall } from './raw-call.js'

const LOGIN = 'generate-api-token/'
const CREDENTIALS = { username: 'demo', password: 'demo' }

test('faults can be there from the start', async (t) => {
  const cloud = await startSimulator({ faults: [{ kind: 'forbidden', endpoint: 'profile' }] })
  t.teardown(() => cloud.close())
  t.deepEqual(cloud.faults.current, [{ kind: 'forbidden', endpoint: 'profile' }])
  t.is((await fetch(`${cloud.url}auth/profile`)).status, 403)
  t.is((await fetch(`${cloud.url}services/demo/`)).status, 401)
})

test('faults can be set and cleared while it runs', async (t) => {
  const { cloud, call } = await openCloud(t)
  const status = async () => (await call('GET', 'services/demo/')).status
  t.deepEqual(cloud.faults.current, [])
  cloud.faults.set([{ kind: 'server-error', times: 1 }])
  t.deepEqual([await status(), await status()], [500, 200])
  cloud.faults.set([{ kind: 'server-error', times: 1 }])
  t.deepEqual([await status(), await status()], [500, 200], 'set anew, it counts anew')
  cloud.faults.set([{ kind: 'forbidden' }])
  t.is(await status(), 403)
  cloud.faults.clear()
  t.deepEqual(cloud.faults.current, [])
  t.is(await status(), 200)
})

test('wrong faults are a TypeError that names all that is wrong, and change nothing', async (t) => {
  const { cloud } = await openCloud(t)
  const hang: Fault = { kind: 'hang', endpoint: 'login' }
  cloud.faults.set([hang])
  const error = t.throws(() => cloud.faults.set([{ kind: 'delay', ms: -1, share: 2 }]), { instanceOf: TypeError })
  t.is(
    error?.message,
    'faults[0].share must be a number from 0 to 1.\nfaults[0].ms must be a number from 0 to 3600000.',
  )
  t.deepEqual(cloud.faults.current, [hang])
  await t.throwsAsync(startSimulator({ faults: [{ kind: 'hang', page: 0 }] }), { instanceOf: TypeError })
})

test('what was given is not what is kept: later changes to it do nothing', async (t) => {
  const { cloud } = await openCloud(t)
  const faults: Fault[] = [{ kind: 'hang' }]
  cloud.faults.set(faults)
  faults.push({ kind: 'forbidden' })
  t.deepEqual(cloud.faults.current, [{ kind: 'hang' }])
})

test('/__faults sets, shows and clears them over the wire, without a login and unseen', async (t) => {
  const { cloud, call } = await openCloud(t)
  const seen = cloud.requests.length
  const faults: Fault[] = [
    { kind: 'forbidden', service: 'kibana' },
    { kind: 'hang', endpoint: 'profile' },
  ]
  const control = (method: string, body?: string) =>
    fetch(new URL('/__faults', cloud.url), { method, ...(body === undefined ? {} : { body }) })
  const put = await control('PUT', JSON.stringify(faults))
  t.is(put.status, 200)
  t.deepEqual<unknown, unknown>(await put.json(), faults)
  t.deepEqual(cloud.faults.current, faults)
  t.deepEqual<unknown, unknown>(await (await control('GET')).json(), faults)
  t.is(cloud.requests.length, seen)
  t.is((await call('GET', 'services/demo/kibana/')).status, 403)
  t.is((await call('GET', 'services/demo/web/')).status, 200)
  t.is((await control('DELETE')).status, 204)
  t.deepEqual<unknown, unknown>(await (await control('GET')).json(), [])
  t.is((await call('GET', 'services/demo/kibana/')).status, 200)
})

const badBodies: [string, string, string[]][] = [
  ['no JSON', '[{', ['The body is no JSON.']],
  ['no list', '{}', ['It must be a list of faults.']],
  [
    'faults with several faults',
    '[{"kind":"delay","ms":"5","share":7},{"kind":"hang"},3]',
    [
      'faults[0].share must be a number from 0 to 1.',
      'faults[0].ms must be a number from 0 to 3600000.',
      'faults[2] must be an object.',
    ],
  ],
]

for (const [name, body, wrong] of badBodies) {
  test(`PUT /__faults with ${name} is refused with all that is wrong, and changes nothing`, async (t) => {
    const { cloud } = await openCloud(t)
    cloud.faults.set([{ kind: 'gzip' }])
    const response = await fetch(new URL('/__faults/', cloud.url), { method: 'PUT', body })
    t.is(response.status, 400)
    t.deepEqual<unknown, unknown>(await response.json(), { detail: 'The faults were left as they are.', wrong })
    t.deepEqual(cloud.faults.current, [{ kind: 'gzip' }])
  })
}

test('/__faults works whatever goes wrong, and knows no other methods', async (t) => {
  const { cloud } = await openCloud(t, { latencyMs: 5 })
  cloud.faults.set([{ kind: 'hang' }])
  const url = new URL('/__faults', cloud.url)
  t.is((await fetch(url)).status, 200)
  const post = await fetch(url, { method: 'POST', body: '[]' })
  t.is(post.status, 405)
  t.is(post.headers.get('allow'), 'GET, PUT, DELETE')
  cloud.faults.clear()
  t.is((await fetch(new URL('/__faultsx', cloud.url))).status, 404)
})

test('a span is kept by the simulator’s clock', async (t) => {
  const { cloud, call, pass } = await openCloud(t)
  cloud.faults.set([{ kind: 'server-error', from: ORIGIN + 10, until: ORIGIN + 20 }])
  const statuses: number[] = []
  for (let seconds = 0; seconds < 25; seconds += 5) {
    statuses.push((await call('GET', 'services/demo/')).status)
    pass(5)
  }
  t.deepEqual(statuses, [200, 200, 500, 500, 200])
})

test('a service and an instance are selected by name or uuid, however the call names them', async (t) => {
  const { cloud, call } = await openCloud(t)
  const kibana = cloud.world.serviceAt('kibana', ORIGIN)
  const [first, second] = kibana?.instances.map(({ uuid }) => uuid) ?? []
  const status = async (path: string) => (await call('GET', `services/demo/${path}`)).status
  for (const service of ['kibana', kibana?.uuid ?? '']) {
    cloud.faults.set([{ kind: 'forbidden', service }])
    t.is(await status('kibana/'), 403)
    t.is(await status(`${kibana?.uuid}/`), 403)
    t.is(await status('web/'), 200)
  }
  for (const instance of ['kibana.0', first ?? '']) {
    cloud.faults.set([{ kind: 'forbidden', instance }])
    t.is(await status(`kibana/instances/${first}/`), 403)
    t.is(await status(`kibana/instances/${second}/`), 200)
    t.is(await status('kibana/instances/'), 200)
  }
})

test('a page of the list fails, the others do not', async (t) => {
  const { cloud, call } = await openCloud(t)
  cloud.faults.set([{ kind: 'server-error', page: 1 }])
  t.is((await call('GET', 'services/demo/')).status, 500)
  t.is((await call('GET', 'services/demo/?page=1')).status, 500)
  t.is((await call('GET', 'services/demo/?page=2')).status, 404)
  t.is((await call('GET', 'services/demo/kibana/')).status, 200)
})

test('a share of the calls over the wire is the same each time', async (t) => {
  const { cloud, call } = await openCloud(t)
  const statuses = async () => {
    cloud.faults.set([{ kind: 'server-error', share: 0.3 }])
    const seen: number[] = []
    for (let n = 0; n < 8; n += 1) seen.push((await call('GET', 'auth/profile')).status)
    return seen
  }
  t.deepEqual(await statuses(), [200, 200, 200, 500, 500, 200, 500, 200])
  t.deepEqual(await statuses(), [200, 200, 200, 500, 500, 200, 500, 200])
})

test('a hung call is never answered; closing ends it at once', async (t) => {
  const { cloud, call } = await openCloud(t)
  cloud.faults.set([
    { kind: 'hang', endpoint: 'profile' },
    { kind: 'delay', ms: 3_000_000, endpoint: 'getOrganization' },
  ])
  const waiting = ['auth/profile', 'auth/profile/', 'orgs/demo'].map((path) => waitingCall(t, cloud.url + path))
  await untilSeen(cloud, 4)
  cloud.faults.clear()
  t.is((await call('GET', 'services/demo/')).status, 200, 'others are served meanwhile')
  t.deepEqual(
    cloud.requests.slice(1, 4).map(({ status, answeredAt }) => [status, answeredAt]),
    Array.from({ length: 3 }, () => [undefined, undefined]),
  )
  await cloud.close()
  t.deepEqual(await Promise.all(waiting), ['cut off', 'cut off', 'cut off'])
})

// Alone, so that the timers are its own.
test.serial('a client that goes away ends the delay of its answer', async (t) => {
  const { cloud } = await openCloud(t)
  cloud.faults.set([{ kind: 'delay', ms: 3_000_000 }])
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const untilTimers = async (count: number) => {
    while (timers() !== count) await new Promise((done) => setImmediate(done))
  }
  const before = timers()
  const asked = request(`${cloud.url}auth/profile`, { agent: false }).on('error', () => {})
  asked.end()
  await untilTimers(before + 1)
  asked.destroy()
  await untilTimers(before)
  t.is(cloud.requests.at(-1)?.status, undefined)
})

test('a revoked token is refused until the next login, which gives another', async (t) => {
  const { cloud, token } = await openCloud(t)
  const logIn = async () => {
    const response = await fetch(cloud.url + LOGIN, { method: 'POST', body: new URLSearchParams(CREDENTIALS) })
    return String(field(await response.json(), 'token'))
  }
  const status = async (used: string) =>
    (await fetch(`${cloud.url}auth/profile`, { headers: { Authorization: `Token ${used}` } })).status
  t.is(await logIn(), token, 'as long as it is good it is the same')
  cloud.faults.set([{ kind: 'token-revoked' }])
  t.is(await status(token), 401)
  const second = await logIn()
  t.regex(second, /^[0-9a-f]{40}$/)
  t.not(second, token)
  t.deepEqual([await status(second), await status(token), await status('unknown')], [200, 401, 401])
  t.is(await logIn(), second)
  cloud.faults.set([{ kind: 'token-revoked' }])
  t.is(await status(second), 401)
  const third = await logIn()
  t.is(await status(third), 200)
  cloud.faults.clear()
  t.deepEqual([await status(token), await status(second), await status(third)], [200, 200, 200])
})

test('tokens can be revoked at a time to come', async (t) => {
  const { cloud, call, pass } = await openCloud(t)
  cloud.faults.set([{ kind: 'token-revoked', from: ORIGIN + 60 }])
  t.is((await call('GET', 'auth/profile')).status, 200)
  pass(60)
  t.is((await call('GET', 'auth/profile')).status, 401)
  const response = await fetch(cloud.url + LOGIN, { method: 'POST', body: new URLSearchParams(CREDENTIALS) })
  const headers = { Authorization: `Token ${field(await response.json(), 'token')}` }
  t.is((await fetch(`${cloud.url}auth/profile`, { headers })).status, 200)
})

test('a login is refused though the password is right', async (t) => {
  const { cloud, call } = await openCloud(t)
  cloud.faults.set([{ kind: 'login-refused' }])
  const response = await fetch(cloud.url + LOGIN, { method: 'POST', body: new URLSearchParams(CREDENTIALS) })
  t.is(response.status, 400)
  t.deepEqual(items(await response.json(), 'non_field_errors'), ['Unable to login with provided credentials.'])
  t.is((await call('GET', 'auth/profile')).status, 200)
})

test('calls beyond a quota are refused until the minute is over', async (t) => {
  const { cloud, call, pass } = await openCloud(t)
  cloud.faults.set([{ kind: 'quota', callsPerMinute: 2 }])
  const ask = async () => {
    const { status, headers } = await call('GET', 'auth/profile')
    return [status, headers.get('retry-after')]
  }
  t.deepEqual(
    [await ask(), await ask(), await ask()],
    [
      [200, null],
      [200, null],
      [429, '60'],
    ],
  )
  pass(59)
  t.deepEqual(await ask(), [429, '1'])
  pass(1)
  t.deepEqual(
    [await ask(), await ask(), await ask()],
    [
      [200, null],
      [200, null],
      [429, '60'],
    ],
  )
  t.deepEqual(
    cloud.requests.slice(1).map(({ receivedAt, status }) => [receivedAt / 1000 - ORIGIN, status]),
    [
      [0, 200],
      [0, 200],
      [0, 429],
      [59, 429],
      [60, 200],
      [60, 200],
      [60, 429],
    ],
  )
})

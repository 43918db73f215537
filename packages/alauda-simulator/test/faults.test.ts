import { request } from 'node:http'
import test from 'ava'
import fc from 'fast-check'
import { arm, type Chosen, choose, type FaultCall, isRevoked } from '../src/fault-choice.js'
import { type Fault, type FaultSelector, startSimulator } from '../src/index.js'
import { field, items, openCloud, startTime } from './open-cloud.js'
import { untilSeen, waitingCall } from './raw-call.js'

const loginPath = 'generate-api-token/'
const credentials = { username: 'demo', password: 'demo' }

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
  t.deepEqual([await status(), await status()], [500, 200], 'setting it again resets its counter')
  cloud.faults.set([{ kind: 'forbidden' }])
  t.is(await status(), 403)
  cloud.faults.clear()
  t.deepEqual(cloud.faults.current, [])
  t.is(await status(), 200)
})

test('invalid faults are a TypeError with every problem, and change nothing', async (t) => {
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

test('the simulator keeps a copy of the faults: later changes of the list have no effect', async (t) => {
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
  ['no JSON', '[{', ['The body is not JSON.']],
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
  test(`PUT /__faults with ${name} is refused with every problem, and changes nothing`, async (t) => {
    const { cloud } = await openCloud(t)
    cloud.faults.set([{ kind: 'gzip' }])
    const response = await fetch(new URL('/__faults/', cloud.url), { method: 'PUT', body })
    t.is(response.status, 400)
    t.deepEqual<unknown, unknown>(await response.json(), { detail: 'The faults were left as they are.', wrong })
    t.deepEqual(cloud.faults.current, [{ kind: 'gzip' }])
  })
}

test('/__faults works under every fault, and refuses other methods', async (t) => {
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
  cloud.faults.set([{ kind: 'server-error', from: startTime + 10, until: startTime + 20 }])
  const statuses: number[] = []
  for (let seconds = 0; seconds < 25; seconds += 5) {
    statuses.push((await call('GET', 'services/demo/')).status)
    pass(5)
  }
  t.deepEqual(statuses, [200, 200, 500, 500, 200])
})

test('a service and an instance are selected by name or uuid, however the call names them', async (t) => {
  const { cloud, call } = await openCloud(t)
  const kibana = cloud.world.serviceAt('kibana', startTime)
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

test('a hung call is marked until its client closes the connection', async (t) => {
  const { cloud } = await openCloud(t)
  cloud.faults.set([{ kind: 'hang', endpoint: 'profile' }])
  const client = new AbortController()
  const call = fetch(`${cloud.url}auth/profile`, { signal: client.signal })
  const untilMarked = async (isHanging: boolean) => {
    while (cloud.requests.at(-1)?.isHanging !== isHanging) await new Promise((done) => setImmediate(done))
  }
  await untilMarked(true)
  client.abort()
  t.is(await call.catch(() => 'aborted'), 'aborted')
  await untilMarked(false)
  t.is(cloud.requests.at(-1)?.answeredAt, undefined)
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
    const response = await fetch(cloud.url + loginPath, { method: 'POST', body: new URLSearchParams(credentials) })
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

test('tokens can be revoked at a later time', async (t) => {
  const { cloud, call, pass } = await openCloud(t)
  cloud.faults.set([{ kind: 'token-revoked', from: startTime + 60 }])
  t.is((await call('GET', 'auth/profile')).status, 200)
  pass(60)
  t.is((await call('GET', 'auth/profile')).status, 401)
  const response = await fetch(cloud.url + loginPath, { method: 'POST', body: new URLSearchParams(credentials) })
  const headers = { Authorization: `Token ${field(await response.json(), 'token')}` }
  t.is((await fetch(`${cloud.url}auth/profile`, { headers })).status, 200)
})

test('a login is refused though the password is right', async (t) => {
  const { cloud, call } = await openCloud(t)
  cloud.faults.set([{ kind: 'login-refused' }])
  const response = await fetch(cloud.url + loginPath, { method: 'POST', body: new URLSearchParams(credentials) })
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
    cloud.requests.slice(1).map(({ receivedAt, status }) => [receivedAt / 1000 - startTime, status]),
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

const someTime = 1_800_000_000
const kibanaMetrics: FaultCall = {
  endpoint: 'getInstanceMetrics',
  service: ['kibana', 'uuid-of-kibana'],
  instance: ['uuid-of-kibana.0', 'kibana.0'],
  now: someTime,
  token: { value: 'first', number: 0, issuedAt: someTime - 60 },
}
const secondPage: FaultCall = { endpoint: 'listServices', service: [], instance: [], page: 2, now: someTime }
const loginCall: FaultCall = { endpoint: 'login', service: [], instance: [], now: someTime }

/** The faults of each call, one call after the other. */
const chosenFor = (faults: ReadonlyArray<Fault>, calls: ReadonlyArray<FaultCall>): Chosen[] => {
  const armed = faults.map((fault) => arm(fault, 1))
  return calls.map((call) => choose(armed, call))
}

const kinds = (faults: ReadonlyArray<Fault>, calls: ReadonlyArray<FaultCall>) =>
  chosenFor(faults, calls).map(({ answer }) => answer?.kind)

const selectors: [string, FaultSelector, FaultCall, boolean][] = [
  ['no selector', {}, kibanaMetrics, true],
  ['its endpoint', { endpoint: 'getInstanceMetrics' }, kibanaMetrics, true],
  ['another endpoint', { endpoint: 'getInstance' }, kibanaMetrics, false],
  ['its service’s name', { service: 'kibana' }, kibanaMetrics, true],
  ['its service’s uuid', { service: 'uuid-of-kibana' }, kibanaMetrics, true],
  ['another service', { service: 'web' }, kibanaMetrics, false],
  ['a service, when the call names none', { service: 'kibana' }, secondPage, false],
  ['its instance’s name', { instance: 'kibana.0' }, kibanaMetrics, true],
  ['its instance’s uuid', { instance: 'uuid-of-kibana.0' }, kibanaMetrics, true],
  ['another instance', { instance: 'kibana.1' }, kibanaMetrics, false],
  ['its page', { page: 2 }, secondPage, true],
  ['another page', { page: 1 }, secondPage, false],
  ['a page, when the call has none', { page: 2 }, kibanaMetrics, false],
  ['a span that begins now', { from: someTime, until: someTime + 1 }, kibanaMetrics, true],
  ['a span that ends now', { from: someTime - 1, until: someTime }, kibanaMetrics, false],
  ['a span that is to come', { from: someTime + 1 }, kibanaMetrics, false],
  ['the right service on another endpoint', { service: 'kibana', endpoint: 'login' }, kibanaMetrics, false],
  ['a share of all', { share: 1 }, kibanaMetrics, true],
  ['a share of none', { share: 0 }, kibanaMetrics, false],
]

for (const [name, selector, call, isAffected] of selectors) {
  test(`a fault with ${name} ${isAffected ? 'affects' : 'does not affect'} the call`, (t) => {
    t.deepEqual(kinds([{ kind: 'server-error', ...selector }], [call]), [isAffected ? 'server-error' : undefined])
  })
}

test('a kind affects only its own calls', (t) => {
  const calls = [loginCall, secondPage, kibanaMetrics]
  t.deepEqual(kinds([{ kind: 'login-refused' }], calls), ['login-refused', undefined, undefined])
  t.deepEqual(kinds([{ kind: 'no-points' }], calls), [undefined, undefined, 'no-points'])
  t.deepEqual(kinds([{ kind: 'instance-gone' }], calls), [undefined, undefined, 'instance-gone'])
  t.deepEqual(kinds([{ kind: 'token-revoked' }], calls), [undefined, undefined, 'token-revoked'])
})

test('a share takes the same calls each time, others with another seed, each fault for itself', (t) => {
  const calls = Array.from({ length: 12 }, () => kibanaMetrics)
  const struck = (fault: Fault) => kinds([fault], calls).map((kind) => (kind === undefined ? '.' : 'x'))
  const fault: Fault = { kind: 'server-error', share: 0.3 }
  t.is(struck(fault).join(''), '...xx.x.....')
  t.is(struck({ share: 0.3, kind: 'server-error' }).join(''), '...xx.x.....', 'the order of its fields means nothing')
  t.is(struck({ ...fault, seed: 1 }).join(''), '.....x..xx.x')
  t.is(struck({ ...fault, kind: 'forbidden' }).join(''), '.....x..x...')
})

test('a share counts the matching calls, regardless of calls between them', (t) => {
  const fault: Fault = { kind: 'server-error', share: 0.5, endpoint: 'getInstanceMetrics' }
  const alone = kinds([fault], [kibanaMetrics, kibanaMetrics, kibanaMetrics, kibanaMetrics])
  const between = kinds(
    [fault],
    [kibanaMetrics, loginCall, kibanaMetrics, secondPage, secondPage, kibanaMetrics, kibanaMetrics],
  )
  t.deepEqual([between[0], between[2], between[5], between[6]], alone)
})

test('a share is kept over many calls', (t) => {
  const calls = Array.from({ length: 2_000 }, () => kibanaMetrics)
  const struck = kinds([{ kind: 'server-error', share: 0.2 }], calls).filter((kind) => kind !== undefined)
  t.true(Math.abs(struck.length - 400) < 60, String(struck.length))
})

test('a fault affects at most `times` calls', (t) => {
  t.deepEqual(kinds([{ kind: 'server-error', times: 2 }], [kibanaMetrics, kibanaMetrics, kibanaMetrics]), [
    'server-error',
    'server-error',
    undefined,
  ])
})

test('of several faults the first counts; the others are not used up', (t) => {
  const faults: Fault[] = [
    { kind: 'server-error', times: 1 },
    { kind: 'forbidden', times: 1 },
  ]
  t.deepEqual(kinds(faults, [kibanaMetrics, kibanaMetrics, kibanaMetrics]), ['server-error', 'forbidden', undefined])
})

test('delays add up, beside contents that all hold and the one fault that counts', (t) => {
  const faults: Fault[] = [
    { kind: 'delay', ms: 20 },
    { kind: 'hang' },
    { kind: 'duplicate-service', startedAfter: 5 },
    { kind: 'delay', ms: 300, endpoint: 'login' },
    { kind: 'delay', ms: 4 },
    { kind: 'server-error' },
    { kind: 'duplicate-instance', startedAfter: -5, service: 'web' },
  ]
  t.deepEqual(chosenFor(faults, [kibanaMetrics]), [
    { delayMs: 24, contents: [faults[2], faults[6]], answer: faults[1] },
  ])
})

test('a heavy-tailed delay has its median, its bound, and few that are much longer', (t) => {
  const calls = Array.from({ length: 2_001 }, () => kibanaMetrics)
  const fault: Fault = { kind: 'heavy-tailed-delay', medianMs: 100, maxMs: 5_000 }
  const delays = chosenFor([fault], calls).map(({ delayMs }) => delayMs)
  t.deepEqual(
    chosenFor([fault], calls).map(({ delayMs }) => delayMs),
    delays,
  )
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.round(part * 2_000)] ?? 0
  t.true(at(0.5) > 90 && at(0.5) < 110, String(at(0.5)))
  t.true(at(0) >= 100 / 2 ** (1 / 1.5))
  t.true(at(0.99) > 900 && at(0.99) < 2_500, String(at(0.99)))
  t.is(at(1), 5_000)
})

test('churn affects pages after the first', (t) => {
  const churn: Fault = { kind: 'churn', deletes: ['a'] }
  const pages = [1, 2, 3].map((page) => ({ ...secondPage, page }))
  t.deepEqual(
    chosenFor([churn], [...pages, kibanaMetrics]).map(({ contents }) => contents.length),
    [0, 1, 1, 0],
  )
})

test('a quota lets through so many calls of each token in any minute, and says how long to wait', (t) => {
  const other = { value: 'second', number: 1, issuedAt: someTime }
  const at = (seconds: number, more: Partial<FaultCall> = {}) => ({
    ...kibanaMetrics,
    now: someTime + seconds,
    ...more,
  })
  const answers = chosenFor(
    [{ kind: 'quota', callsPerMinute: 2 }],
    [
      at(0),
      at(10.5),
      at(20),
      at(20, { token: other }),
      at(59.9),
      at(60),
      at(60),
      at(70.5),
      { ...loginCall, now: someTime + 70 },
    ],
  ).map(({ answer }) => answer)
  const wait = (retryAfter: number) => ({ kind: 'too-many-requests', retryAfter })
  t.deepEqual(answers, [undefined, undefined, wait(40), undefined, wait(1), undefined, wait(11), undefined, undefined])
})

test('a quota that is kept leaves the call to the next fault', (t) => {
  const faults: Fault[] = [{ kind: 'quota', callsPerMinute: 1 }, { kind: 'forbidden' }]
  t.deepEqual(kinds(faults, [kibanaMetrics, kibanaMetrics]), ['forbidden', 'too-many-requests'])
})

test('a token is revoked when it was issued before the fault was set, or before its beginning', (t) => {
  const token = (number: number, issuedAt: number) => ({ value: String(number), number, issuedAt })
  const set = [arm({ kind: 'token-revoked' }, 1)]
  t.true(isRevoked(set, token(0, someTime), someTime))
  t.false(isRevoked(set, token(1, someTime), someTime))
  const later = [arm({ kind: 'token-revoked', from: someTime, until: someTime + 60 }, 1)]
  t.false(isRevoked(later, token(0, someTime - 1), someTime - 1), 'not yet')
  t.true(isRevoked(later, token(3, someTime - 1), someTime))
  t.false(isRevoked(later, token(0, someTime), someTime))
  t.false(isRevoked(later, token(0, someTime - 1), someTime + 60), 'no longer')
  t.false(isRevoked([arm({ kind: 'server-error' }, 1)], token(0, someTime), someTime))
})

const someFault: fc.Arbitrary<Fault> = fc.record(
  {
    kind: fc.constantFrom('server-error' as const, 'forbidden' as const, 'empty-body' as const),
    endpoint: fc.constantFrom('getInstanceMetrics' as const, 'login' as const),
    service: fc.constantFrom('kibana', 'web'),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    times: fc.integer({ min: 1, max: 4 }),
    from: fc.integer({ min: someTime - 5, max: someTime + 5 }),
  },
  { requiredKeys: ['kind'] },
)
const someCalls = fc.array(fc.constantFrom(kibanaMetrics, secondPage, loginCall), { maxLength: 20 })

test('any faults: the chosen one matches the call, no fault exceeds its times, and a repetition chooses the same', (t) => {
  fc.assert(
    fc.property(fc.array(someFault, { maxLength: 5 }), someCalls, (faults, calls) => {
      const answers = chosenFor(faults, calls).map(({ answer }) => answer)
      t.deepEqual(
        chosenFor(faults, calls).map(({ answer }) => answer),
        answers,
      )
      for (const [index, answer] of answers.entries()) {
        if (answer === undefined) continue
        t.true(faults.includes(answer))
        t.true(answer.endpoint === undefined || answer.endpoint === calls[index]?.endpoint)
        t.true(answer.service === undefined || calls[index]?.service.includes(answer.service))
        t.true(answer.from === undefined || answer.from <= someTime)
      }
      for (const fault of faults) {
        t.true(answers.filter((answer) => answer === fault).length <= (fault.times ?? calls.length))
      }
    }),
  )
})

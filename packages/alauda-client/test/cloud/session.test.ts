import test from 'ava'
import { createAlaudaClient } from '../../src/cloud/client.js'
import { AlaudaException } from '../../src/http/errors.js'
import { demo, type Handler, startApiServer } from '../helpers/api-server.js'
import { manualClock } from '../helpers/manual-clock.js'

const tokenOf = (n: number) => `${n}`.repeat(40)

/** Logs in with a new token each time, and answers calls with the newest token only. */
const renewingApi = () => {
  let logins = 0
  let valid = ''
  const handler: Handler = ({ path, headers }) => {
    if (path === 'generate-api-token/') {
      logins += 1
      valid = tokenOf(logins)
      return { body: { token: valid } }
    }
    return headers.authorization === `Token ${valid}` ? { body: { username: 'demo' } } : { status: 401, body: 'no' }
  }
  return { handler, logins: () => logins, revoke: () => (valid = '') }
}

test('logs in on first need, with a form, and then sends the token', async (t) => {
  const { handler } = renewingApi()
  const { endpoint, requests } = await startApiServer(t, handler)
  const client = createAlaudaClient({ endpoint, credentials: { username: 'demo', password: 'p&ss=wörd' } })
  t.is(requests.length, 0)
  t.deepEqual(await client.profile(), { username: 'demo' })
  t.like(requests[0], { method: 'POST', path: 'generate-api-token/' })
  t.is(requests[0]?.headers['content-type'], 'application/x-www-form-urlencoded')
  t.deepEqual(
    [...new URLSearchParams(requests[0]?.body)],
    [
      ['username', 'demo'],
      ['password', 'p&ss=wörd'],
    ],
  )
  t.is(requests[1]?.headers.authorization, `Token ${tokenOf(1)}`)
})

test('a sub-account logs in with JSON that names its organization', async (t) => {
  const { handler } = renewingApi()
  const { endpoint, requests } = await startApiServer(t, handler)
  const credentials = { organization: 'acme', username: 'ann', password: 'demo-password' }
  await createAlaudaClient({ endpoint, credentials }).login()
  t.is(requests[0]?.headers['content-type'], 'application/json')
  t.deepEqual(JSON.parse(requests[0]?.body ?? ''), credentials)
})

test('one login serves any number of waiting calls', async (t) => {
  const { handler, logins } = renewingApi()
  const { endpoint } = await startApiServer(t, handler)
  const client = createAlaudaClient({ endpoint, credentials: demo })
  await Promise.all(Array.from({ length: 50 }, () => client.profile()))
  t.is(logins(), 1)
})

test('a token that was revoked is renewed once, however many calls find out', async (t) => {
  const { handler, logins, revoke } = renewingApi()
  const { endpoint } = await startApiServer(t, handler)
  const client = createAlaudaClient({ endpoint, credentials: demo })
  await client.profile()
  revoke()
  const profiles = await Promise.all(Array.from({ length: 50 }, () => client.profile()))
  t.deepEqual(profiles[49], { username: 'demo' })
  t.is(logins(), 2)
})

test('a call that a fresh token does not help is an AuthError after one renewal', async (t) => {
  for (const status of [401, 403]) {
    let logins = 0
    const { endpoint } = await startApiServer(t, ({ path }) => {
      if (path !== 'generate-api-token/') return { status, body: 'no' }
      logins += 1
      return { body: { token: tokenOf(logins) } }
    })
    const client = createAlaudaClient({ endpoint, credentials: demo })
    await t.throwsAsync(client.profile(), {
      message: `GET ${endpoint}auth/profile: the API refuses a fresh token too; may this account see this? (HTTP status ${status})`,
    })
    t.is(logins, 2)
  }
})

test('a list of forbidden places costs one login a minute, not one each', async (t) => {
  const clock = manualClock()
  let logins = 0
  const { endpoint } = await startApiServer(t, ({ path }) => {
    if (path !== 'generate-api-token/') return { status: 403, body: 'forbidden' }
    logins += 1
    return { body: { token: tokenOf(logins) } }
  })
  const client = createAlaudaClient({ endpoint, credentials: demo, clock })
  for (let call = 0; call < 5; call++) await t.throwsAsync(client.profile(), { message: /HTTP status 403/ })
  t.is(logins, 2)
  clock.advance(60_000)
  await t.throwsAsync(client.profile(), { message: /HTTP status 403/ })
  t.is(logins, 3)
  clock.setBack(3_600_000)
  await t.throwsAsync(client.profile(), { message: /HTTP status 403/ })
  t.is(logins, 3)
  clock.advance(60_000)
  await t.throwsAsync(client.profile(), { message: /HTTP status 403/ })
  t.is(logins, 4)
})

test('a refused login is an AuthError without the password', async (t) => {
  for (const status of [400, 401, 403]) {
    const { endpoint } = await startApiServer(t, ({ body }) => ({ status, body: `refused: ${body}` }))
    const error = await t.throwsAsync(createAlaudaClient({ endpoint, credentials: demo }).profile(), {
      message: `POST ${endpoint}generate-api-token/: the API refuses this user name and password; check both (HTTP status ${status})`,
    })
    t.notRegex(JSON.stringify(error), /demo-password/)
  }
})

test('who gives up waiting for a login does not end it for the others', async (t) => {
  const { handler, logins } = renewingApi()
  const controller = new AbortController()
  const { endpoint } = await startApiServer(t, (request, response) => {
    controller.abort()
    return handler(request, response)
  })
  const client = createAlaudaClient({ endpoint, credentials: demo })
  const [impatient, patient] = await Promise.allSettled([
    client.profile({ signal: controller.signal }),
    client.profile(),
  ])
  t.is(impatient.status, 'rejected')
  t.deepEqual(patient, { status: 'fulfilled', value: { username: 'demo' } })
  t.is(logins(), 1)
})

test('a given token is used as it is; when it is refused, there is no other', async (t) => {
  const { endpoint, requests } = await startApiServer(t, () => ({ status: 401, body: 'expired' }))
  const client = createAlaudaClient({ endpoint, credentials: { token: 'abc123' } })
  await t.throwsAsync(client.profile(), {
    message: `GET ${endpoint}auth/profile: the API refuses the token; obtain a new one (HTTP status 401)`,
  })
  t.deepEqual(
    requests.map(({ headers }) => headers.authorization),
    ['Token abc123'],
  )
  await t.throwsAsync(client.login(), { message: /there is a token but no user name to log in with/ })
})

test('the client cancels a login when its last caller gives up', async (t) => {
  const controller = new AbortController()
  let closed = () => {}
  const connectionClosed = new Promise<void>((resolve) => {
    closed = resolve
  })
  const { endpoint } = await startApiServer(t, (_, response) => {
    response.once('close', closed)
    controller.abort()
    return undefined
  })
  const { signal } = controller
  await t.throwsAsync(createAlaudaClient({ endpoint, credentials: demo }).profile({ signal }), {
    message: /given up by the caller/,
  })
  await t.notThrowsAsync(connectionClosed)
})

test('the client does not log in for a caller that had given up before', async (t) => {
  const { endpoint, requests } = await startApiServer(t, () => ({ body: { token: tokenOf(1) } }))
  const client = createAlaudaClient({ endpoint, credentials: demo })
  await t.throwsAsync(client.login({ signal: AbortSignal.abort() }), { message: /given up by the caller/ })
  t.deepEqual(await client.login(), { token: tokenOf(1) })
  t.is(requests.length, 1)
})

test('a refused password is tried again after seconds, then minutes, not with each call', async (t) => {
  const clock = manualClock()
  const { endpoint, requests } = await startApiServer(t, () => ({ status: 401, body: 'no' }))
  const client = createAlaudaClient({ endpoint, credentials: demo, clock, random: () => 1 })
  const attempts = async () => {
    for (let call = 0; call < 3; call++) await t.throwsAsync(client.profile(), { message: /refuses this user name/ })
    return requests.length
  }
  t.is(await attempts(), 1)
  for (const [wait, logins] of [
    [1_999, 1],
    [1, 2],
    [3_999, 2],
    [1, 3],
    [600_000, 4],
    [15_999, 4],
    [1, 5],
  ] as const) {
    clock.advance(wait)
    t.is(await attempts(), logins)
  }
})

test('a password waits longer after each try, whatever the reasons', async (t) => {
  for (const other of ['no answer', 'trouble', 'no token']) {
    const clock = manualClock()
    let logins = 0
    const { endpoint } = await startApiServer(t, (_, response) => {
      logins += 1
      if (logins % 2 === 1) return { status: 401 }
      if (other === 'trouble') return { status: 503 }
      if (other === 'no token') return { body: {} }
      response.destroy()
      return undefined
    })
    const client = createAlaudaClient({ endpoint, credentials: demo, clock, random: () => 1, maxRetries: 0 })
    const triedAt: number[] = []
    for (let second = 0; second <= 60; second++) {
      const before = logins
      await t.throwsAsync(client.profile())
      if (logins > before) triedAt.push(second)
      clock.advance(1000)
    }
    t.deepEqual(triedAt, [0, 2, 6, 14, 30], other)
  }
})

test('a refused password that was accepted meanwhile is tried at once again', async (t) => {
  const clock = manualClock()
  const answers = [{ status: 401 }, { body: { token: tokenOf(1) } }, { status: 401 }, { body: { token: tokenOf(2) } }]
  const { endpoint, requests } = await startApiServer(t, () => answers[requests.length - 1] ?? { status: 500 })
  const client = createAlaudaClient({ endpoint, credentials: demo, clock, random: () => 1 })
  for (const wait of [2_000, 0, 2_000]) {
    await Promise.allSettled([client.login()])
    clock.advance(wait)
  }
  t.deepEqual(await client.login(), { token: tokenOf(2) })
})

test('a clock that is set back makes no refused password wait longer', async (t) => {
  const clock = manualClock()
  let isRefused = true
  const { endpoint } = await startApiServer(t, () => (isRefused ? { status: 401 } : { body: { token: tokenOf(1) } }))
  const client = createAlaudaClient({ endpoint, credentials: demo, clock, random: () => 1 })
  await t.throwsAsync(client.login(), { message: /refuses this user name/ })
  isRefused = false
  clock.setBack(3_600_000)
  await t.throwsAsync(client.login(), { message: /refuses this user name/ })
  clock.advance(2_000)
  t.deepEqual(await client.login(), { token: tokenOf(1) })
})

test('a password that was changed where it is read from is tried at once', async (t) => {
  let password = 'old'
  const { handler } = renewingApi()
  const { endpoint, requests } = await startApiServer(t, (request, response) =>
    request.body.includes('password=old') ? { status: 401 } : handler(request, response),
  )
  const credentials = { username: 'demo', password: () => password }
  const client = createAlaudaClient({ endpoint, credentials, clock: manualClock() })
  await t.throwsAsync(client.profile(), { message: /refuses this user name/ })
  await t.throwsAsync(client.profile(), { message: /refuses this user name/ })
  t.is(requests.length, 1)
  password = 'new'
  t.deepEqual(await client.profile(), { username: 'demo' })
})

test('calls that wait for their turn use the token that is valid then', async (t) => {
  const { handler, logins, revoke } = renewingApi()
  const { endpoint, requests } = await startApiServer(t, handler)
  const client = createAlaudaClient({ endpoint, credentials: demo, maxConcurrency: 1 })
  await client.profile()
  revoke()
  await Promise.all(Array.from({ length: 20 }, () => client.profile()))
  t.is(logins(), 2)
  t.is(requests.length, 1 + 1 + 1 + 1 + 20)
})

test('an API that refuses every token, fresh ones too, is not asked for one by each call', async (t) => {
  let logins = 0
  const { endpoint } = await startApiServer(t, ({ path }) => {
    if (path !== 'generate-api-token/') return { status: 401 }
    logins += 1
    return { body: { token: tokenOf(1) } }
  })
  const client = createAlaudaClient({ endpoint, credentials: demo, clock: manualClock(), maxConcurrency: 2 })
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => client.profile()))
  t.true(results.every(({ status }) => status === 'rejected'))
  t.true(logins <= 4, `${logins} logins`)
})

test('refused calls do not put off the renewal of a token that is really gone', async (t) => {
  const clock = manualClock()
  let valid = ''
  let logins = 0
  const { endpoint } = await startApiServer(t, ({ path, headers }) => {
    if (path === 'generate-api-token/') {
      logins += 1
      valid = tokenOf(logins)
      return { body: { token: valid } }
    }
    const isForbidden = path.startsWith('orgs/')
    return isForbidden || headers.authorization !== `Token ${valid}` ? { status: 403 } : { body: { username: 'demo' } }
  })
  const client = createAlaudaClient({ endpoint, credentials: demo, clock })
  for (let call = 0; call < 5; call++) {
    await t.throwsAsync(client.listOrganizations(), { message: /HTTP status 403/ })
    clock.advance(20_000)
  }
  valid = 'gone'
  clock.advance(30_000)
  t.deepEqual(await client.profile(), { username: 'demo' })
})

test('an error is plain data about the call: nothing of the request that could hold a secret', async (t) => {
  const { endpoint } = await startApiServer(t, () => ({ status: 401 }))
  const exception = await t.throwsAsync(createAlaudaClient({ endpoint, credentials: { token: 'abc123' } }).profile(), {
    instanceOf: AlaudaException,
  })
  t.deepEqual(Object.keys(exception ?? {}).sort(), ['_tag', 'endpoint', 'method', 'name', 'status', 'url'])
})

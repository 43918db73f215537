import test from 'ava'
import { createAlaudaClient } from '../../src/cloud/client.js'
import type { Credentials, CredentialsSource } from '../../src/cloud/credentials.js'
import { AlaudaException } from '../../src/http/errors.js'
import { demo, startApiServer } from '../helpers/api-server.js'
import { manualClock } from '../helpers/manual-clock.js'
import { until } from '../helpers/until.js'

const login = 'POST https://api.alauda.cn/v1/generate-api-token/'

/** The error of a call with credentials that give no secret; nothing may be sent. */
const failureWith = async (
  t: Parameters<typeof startApiServer>[0],
  credentials: CredentialsSource,
): Promise<AlaudaException | undefined> => {
  const fetch = () => Promise.reject(new Error('this was sent'))
  const client = createAlaudaClient({ credentials, fetch, maxRetries: 0 })
  const exception = await t.throwsAsync(client.profile(), { instanceOf: AlaudaException })
  t.is(exception?._tag, 'AuthError')
  t.is(client.statistics().loginFailures, 1)
  return exception
}

const failing = Object.assign(new Error('no such file: hunter2'), { code: 'ENOENT' })
const throwing = () => {
  throw failing
}
const rejecting = () => Promise.reject(failing)

test('what a function throws or rejects with is the cause, and not quoted', async (t) => {
  for (const [credentials, what] of [
    [{ username: 'demo', password: throwing }, 'password'],
    [{ username: 'demo', password: rejecting }, 'password'],
    [{ token: throwing }, 'token'],
    [{ token: rejecting }, 'token'],
    [throwing, 'credentials'],
    [rejecting, 'credentials'],
  ] as const) {
    const exception = await failureWith(t, credentials)
    t.is(exception?.message, `${login}: the ${what} cannot be read (ENOENT)`)
    t.is(exception?.cause, failing)
  }
})

const unusable: ReadonlyArray<readonly [unknown, string]> = [
  [undefined, 'its function gave undefined, expected a string'],
  [null, 'its function gave null, expected a string'],
  [123456, 'its function gave a number, expected a string'],
  [Buffer.from('hunter2'), 'its function gave an object, expected a string'],
  ['', 'it is empty'],
  ['\r\n', 'it is empty'],
  ['h\0u\0', 'it holds NUL characters, expected UTF-8 text (is it UTF-16?)'],
]

for (const [given, fault] of unusable) {
  test(`a function that gives ${JSON.stringify(given)} gives no secret`, async (t) => {
    for (const read of [() => given, async () => given]) {
      const password: Credentials = Object.assign({ username: 'demo', password: '' }, { password: read })
      t.is((await failureWith(t, password))?.message, `${login}: the password cannot be used: ${fault}`)
      const token: Credentials = Object.assign({ token: '' }, { token: read })
      t.is((await failureWith(t, token))?.message, `${login}: the token cannot be used: ${fault}`)
    }
  })
}

test('credentials that a function gives are checked as others are', async (t) => {
  const misspelt = { username: 'demo', password: undefined, passwort: 'hunter2' }
  const exception = await failureWith(t, () => Object.assign({ ...demo }, misspelt))
  t.is(
    exception?.message,
    `${login}: credentials.passwort: unknown option, did you mean password?; credentials.password: missing, it is required`,
  )
})

test('a function that never settles costs no more than a request may take', async (t) => {
  const clock = manualClock()
  const client = createAlaudaClient({
    credentials: { username: 'demo', password: () => new Promise<string>(() => {}) },
    clock,
    timeoutMs: 7_000,
    maxRetries: 0,
  })
  const call = t.throwsAsync(client.profile(), { instanceOf: AlaudaException })
  await until(() => clock.pending() > 1)
  clock.advance(7_000)
  t.is((await call)?.message, `${login}: the password cannot be read (TimeoutError)`)
})

test('a call that is given up does not wait for a function that never settles', async (t) => {
  const controller = new AbortController()
  let isCalled = false
  const credentials = () => {
    isCalled = true
    return new Promise<Credentials>(() => {})
  }
  const call = t.throwsAsync(createAlaudaClient({ credentials }).profile({ signal: controller.signal }))
  await until(() => isCalled)
  controller.abort()
  t.is((await call)?.message, `${login}: given up by the caller`)
})

test('functions are called when a client needs them, not before', async (t) => {
  const bodies: string[] = []
  const { endpoint, requests } = await startApiServer(t, ({ path, body, headers }) => {
    if (path !== 'generate-api-token/') {
      return headers.authorization === 'Token two' ? { body: { username: 'demo' } } : { status: 401 }
    }
    bodies.push(body)
    return { body: { token: bodies.length === 1 ? 'one' : 'two' } }
  })
  let reads = 0
  const password = async () => {
    reads += 1
    return `secret ${reads}\n`
  }
  const client = createAlaudaClient({ endpoint, credentials: async () => ({ username: 'demo', password }) })
  t.is(reads, 0)
  t.deepEqual(await client.profile(), { username: 'demo' })
  t.deepEqual(bodies, ['username=demo&password=secret+1', 'username=demo&password=secret+2'])
  t.is(requests.length, 4)
})

test('a token’s function is called once, and once more when the API refuses that token', async (t) => {
  let valid = 'first'
  const { endpoint, requests } = await startApiServer(t, ({ headers }) =>
    headers.authorization === `Token ${valid}` ? { body: { username: 'demo' } } : { status: 401 },
  )
  let reads = 0
  const client = createAlaudaClient({
    endpoint,
    credentials: {
      token: async () => {
        reads += 1
        return valid
      },
    },
  })
  await Promise.all([client.profile(), client.profile()])
  t.is(reads, 1)
  valid = 'second'
  await client.profile()
  t.is(reads, 2)
  t.deepEqual(
    requests.map(({ headers }) => headers.authorization),
    ['Token first', 'Token first', 'Token first', 'Token second'],
  )
  t.is(client.statistics().logins, 0)
})

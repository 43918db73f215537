import { inspect } from 'node:util'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { createAlaudaClient } from '../../src/cloud/client.js'
import type { ListServicesOptions } from '../../src/cloud/client-config.js'
import { AlaudaException } from '../../src/http/errors.js'
import { demo, type Handler, startApiServer, withLogin } from '../helpers/api-server.js'
import { until } from '../helpers/until.js'

const clientOf = async (t: Parameters<typeof startApiServer>[0], handler: Handler) => {
  const server = await startApiServer(t, withLogin(handler))
  const config = { endpoint: server.endpoint, credentials: demo }
  return {
    client: createAlaudaClient(config),
    paths: () => server.requests.slice(1).map(({ path }) => path),
  }
}

test('each call asks for its own path, with names escaped', async (t) => {
  const name = 'a/b "c" \\ 监控'
  const escaped = 'a%2Fb%20%22c%22%20%5C%20%E7%9B%91%E6%8E%A7'
  const { client, paths } = await clientOf(t, ({ path }) => {
    if (/instances\/$|logs|orgs/.test(path)) return { body: [] }
    if (path.includes('/metrics')) return { body: { columns: ['time'], points: [] } }
    if (path.includes('/instances/u')) return { body: { uuid: 'u', instance_name: 'a.0' } }
    return { body: { service_name: name } }
  })
  await client.getService({ namespace: 'ns', service: name })
  await client.listInstances({ namespace: 'ns', service: name })
  await client.getInstance({ namespace: 'ns', service: name, instance: 'u' })
  await client.getInstanceMetrics(
    { namespace: 'ns', service: name, instance: 'u' },
    { start: 100.4, end: 400.4, period: '1m' },
  )
  await client.getServiceLogs({ namespace: 'ns', service: name }, { start: 100, end: 400 })
  await client.getInstanceLogs({ namespace: 'ns', service: name, instance: 'u' }, { start: 100, end: 400 })
  await client.listOrganizations()
  await client.profile()
  t.deepEqual(paths(), [
    `services/ns/${escaped}/`,
    `services/ns/${escaped}/instances/`,
    `services/ns/${escaped}/instances/u/`,
    `services/ns/${escaped}/instances/u/metrics?start_time=100&end_time=401&point_per_period=1m`,
    `services/ns/${escaped}/logs?start_time=100&end_time=400`,
    `services/ns/${escaped}/instances/u/logs?start_time=100&end_time=400`,
    'orgs/',
    'auth/profile',
  ])
})

test('empty bodies are no instances, no points, no log, no organizations', async (t) => {
  const { client } = await clientOf(t, () => ({ body: '' }))
  const window = { start: 0, end: 60 }
  t.deepEqual(await client.listInstances({ namespace: 'ns', service: 's' }), [])
  t.deepEqual(
    await client.getInstanceMetrics({ namespace: 'ns', service: 's', instance: 'u' }, { ...window, period: '1m' }),
    { points: [] },
  )
  t.deepEqual(await client.getServiceLogs({ namespace: 'ns', service: 's' }, window), [])
  t.deepEqual(await client.listOrganizations(), [])
})

test('an error in the shape of a success is no answer, whatever was asked for', async (t) => {
  const window = { start: 0, end: 60 }
  const errors = [
    { detail: 'Request was throttled.' },
    { message: 'try later', code: 503 },
    { error: { message: 'no such tenant' } },
    { errors: ['busy'] },
    { non_field_errors: ['busy'] },
    [{ detail: 'Request was throttled.' }],
    'Request was throttled.',
    7,
    true,
  ]
  for (const error of errors) {
    const { client } = await clientOf(t, () => ({ body: JSON.stringify(error) }))
    for (const call of [
      () => client.listServices('ns'),
      () => client.getService({ namespace: 'ns', service: 's' }),
      () => client.listInstances({ namespace: 'ns', service: 's' }),
      () => client.getInstance({ namespace: 'ns', service: 's', instance: 'u' }),
      () => client.getInstanceMetrics({ namespace: 'ns', service: 's', instance: 'u' }, { ...window, period: '1m' }),
      () => client.profile(),
      () => client.listOrganizations(),
    ]) {
      t.is((await t.throwsAsync(call(), { instanceOf: AlaudaException }))?._tag, 'DecodeError')
    }
  }
})

test('an error in the shape of a success is no log; what a program writes as JSON is one', async (t) => {
  const logOf = async (body: string) =>
    (await clientOf(t, () => ({ body }))).client.getServiceLogs(
      { namespace: 'ns', service: 's' },
      { start: 0, end: 60 },
    )
  for (const error of [
    '{"detail":"Request was throttled."}',
    ' {"code": 429, "message": "busy"}',
    '[{"detail": "x"}, 7]',
  ]) {
    await t.throwsAsync(logOf(error), { message: /should be Array<LogEntry>/ })
  }
  for (const line of ['{"level":"info","message":"ready"}', '{"message":"a"}\n{"message":"b"}', '{ not JSON']) {
    t.deepEqual(
      await logOf(line),
      line.split('\n').map((message) => ({ message })),
    )
  }
})

test('an object that cannot be read does not take its siblings with it', async (t) => {
  const { client } = await clientOf(t, ({ path }) => {
    if (path.startsWith('orgs')) return { body: [{ name: null }, { name: 'acme' }] }
    if (path.includes('logs')) return { body: [{ message: 'ready' }, 7] }
    return {
      body: [
        { uuid: null, instance_name: 'a.0' },
        { uuid: 'u', instance_name: 'a.1' },
        { uuid: '..', instance_name: 'a.2' },
        { uuid: 'v' },
        null,
      ],
    }
  })
  const unreadable: string[] = []
  const onUnreadable = (places: ReadonlyArray<string>) => unreadable.push(...places)
  t.deepEqual(await client.listInstances({ namespace: 'ns', service: 's' }, { onUnreadable }), [
    { uuid: 'u', instance_name: 'a.1' },
  ])
  t.deepEqual(unreadable, ['0', '2', '3', '4'])
  t.deepEqual(await client.listOrganizations(), [{ name: 'acme' }])
  t.deepEqual(await client.getServiceLogs({ namespace: 'ns', service: 's' }, { start: 0, end: 60 }), [
    { message: 'ready' },
  ])
})

test('a log of an older installation is text', async (t) => {
  const { client } = await clientOf(t, () => ({ body: 'started\nready' }))
  t.deepEqual(await client.getServiceLogs({ namespace: 'ns', service: 's' }, { start: 0, end: 60 }), [
    { message: 'started' },
    { message: 'ready' },
  ])
})

test('the two doors have the same calls and say the same', async (t) => {
  const { client } = await clientOf(t, () => ({ status: 404, body: 'no such service' }))
  const { taskEithers, ...calls } = client
  t.deepEqual(Object.keys(calls).sort(), Object.keys(taskEithers).sort())
  const exception = await t.throwsAsync(client.getService({ namespace: 'ns', service: 's' }), {
    instanceOf: AlaudaException,
  })
  const result = await taskEithers.getService({ namespace: 'ns', service: 's' })()
  t.like(result, { _tag: 'Left', left: { _tag: 'HttpError', endpoint: 'getService', status: 404 } })
  if (E.isLeft(result)) t.like(exception, result.left)
})

test('an exception is recognized across the copies of the package, and then has all fields of its error', async (t) => {
  const other: typeof import('../../src/http/errors.js') = await import(
    `${import.meta.resolve('../../src/http/errors.js')}?copy`
  )
  const { client } = await clientOf(t, () => ({ status: 429, headers: { 'retry-after': '7' } }))
  const exception: unknown = await t.throwsAsync(client.profile(), { instanceOf: AlaudaException })
  t.false(exception instanceof other.AlaudaException)
  if (!other.AlaudaException.is(exception) || exception._tag !== 'HttpError') return t.fail()
  t.is(exception.retryAfterMs, 7000)
  for (const value of [undefined, null, 'AlaudaException', new Error('x'), { _tag: 'HttpError', status: 404 }]) {
    t.false(AlaudaException.is(value))
  }
})

test('an exception carries the words of the transport’s error as its cause, and nothing else of it', async (t) => {
  const cause = Object.assign(
    new TypeError('no \u202efetch with Token s3cret-token', { cause: new Error('socket hang up') }),
    {
      code: 'ECONNRESET',
      config: { headers: { authorization: 'Token s3cret-token' } },
    },
  )
  const client = createAlaudaClient({
    credentials: { token: 's3cret-token' },
    fetch: () => Promise.reject(cause),
  })
  const exception = await t.throwsAsync(client.profile(), {
    message: 'GET https://api.alauda.cn/v1/auth/profile: no answer (ECONNRESET); check the endpoint and the network',
  })
  t.like(exception?.cause, {
    name: 'TypeError',
    message: 'no \\u202efetch with Token ***',
    code: 'ECONNRESET',
    cause: { message: 'socket hang up' },
  })
  t.notRegex(inspect(exception, { depth: 9, showHidden: true }), /s3cret/)
})

test('nothing is sent before a task is run', async (t) => {
  const { client, paths } = await clientOf(t, () => ({ body: { username: 'demo' } }))
  const task = client.taskEithers.profile()
  t.deepEqual(paths(), [])
  t.deepEqual(await task(), E.right({ username: 'demo' }))
})

test('no more calls are under way at a time than allowed', async (t) => {
  let underWay = 0
  let most = 0
  let letGo = () => {}
  const threeAtATime = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const server = await startApiServer(
    t,
    withLogin(async () => {
      underWay += 1
      most = Math.max(most, underWay)
      if (underWay === 3) setImmediate(letGo)
      await threeAtATime
      underWay -= 1
      return { body: { username: 'demo' } }
    }),
  )
  // A busy machine may take long: no deadline.
  const unhurried = { timeoutMs: 600_000, callTimeoutMs: 0 }
  const client = createAlaudaClient({ endpoint: server.endpoint, credentials: demo, maxConcurrency: 3, ...unhurried })
  await Promise.all(Array.from({ length: 30 }, () => client.profile()))
  t.is(most, 3)
})

test('an endpoint may lack its last slash, but not hold a password', async (t) => {
  const urls: string[] = []
  const fetch = async (url: string) => {
    urls.push(url)
    return new Response('{"username":"demo"}')
  }
  for (const endpoint of ['https://api.example.com/v1', 'https://api.example.com/v1/']) {
    await createAlaudaClient({ endpoint, credentials: { token: 'abc' }, fetch }).profile()
  }
  t.deepEqual(urls, ['https://api.example.com/v1/auth/profile', 'https://api.example.com/v1/auth/profile'])
  for (const [endpoint, fault] of [
    ['api.example.com', '"api.example.com" given, it must be a URL like https://api.alauda.cn/v1/'],
    ['ftp://api.example.com/', '"ftp://api.example.com/" given, it must be a URL like https://api.alauda.cn/v1/'],
    ['https://u:hunter2@api.example.com/', 'it must not hold a user name or password'],
    ['https://api.example.com/v1/?a=1', 'it must end with its path: no ? and no #'],
  ] as const) {
    t.throws(() => createAlaudaClient({ endpoint, credentials: demo }), { message: `endpoint: ${fault}` })
  }
})

test('a name that a URL would fold away is refused: the call would be another one', async (t) => {
  const { client, paths } = await clientOf(t, () => ({ body: {} }))
  for (const name of ['', '.', '..']) {
    await t.throwsAsync(client.getService({ namespace: 'demo', service: name }), { instanceOf: TypeError })
    t.throws(() => client.taskEithers.getInstance({ namespace: 'demo', service: 'web', instance: name }), {
      instanceOf: TypeError,
    })
  }
  t.deepEqual(paths(), [])
})

test('the client with Promises has the other door too: one login for both', async (t) => {
  const { client, paths } = await clientOf(t, () => ({ body: { username: 'demo' } }))
  const profile = await client.profile()
  t.deepEqual(await client.taskEithers.profile()(), E.right(profile))
  t.deepEqual(paths(), ['auth/profile', 'auth/profile'])
  t.is(client.statistics().logins, 1)
})

const reason = new Error('the callback is wrong')
const misbehaviours: ReadonlyArray<readonly [string, () => unknown]> = [
  [
    'throws',
    () => {
      throw reason
    },
  ],
  ['rejects', async () => Promise.reject(reason)],
]

for (const callback of ['onPage', 'onUnreadable'] as const) {
  for (const [what, misbehave] of misbehaviours) {
    test.serial(`an ${callback} that ${what} is a warning of the process, and the call continues`, async (t) => {
      const warnings: Error[] = []
      const onWarning = (warning: Error) => warnings.push(warning)
      process.on('warning', onWarning)
      t.teardown(() => process.off('warning', onWarning))
      const results = [{ service_name: 'web' }, { service_name: null }]
      const { endpoint } = await startApiServer(
        t,
        withLogin(() => ({ body: { count: 2, next: null, results } })),
      )
      const options: ListServicesOptions = { [callback]: misbehave }
      const services = await createAlaudaClient({ endpoint, credentials: demo }).listServices('demo', options)
      t.deepEqual(services, [{ service_name: 'web' }])
      await until(() => warnings.includes(reason))
    })
  }
}

test.serial(
  'an onUnreadable for instances that throws is a warning of the process, and the call continues',
  async (t) => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    t.teardown(() => process.off('warning', onWarning))
    const { endpoint } = await startApiServer(
      t,
      withLogin(() => ({ body: [{ uuid: 'u', instance_name: 'web.0' }, { uuid: null }] })),
    )
    const onUnreadable = () => {
      throw reason
    }
    const client = createAlaudaClient({ endpoint, credentials: demo })
    t.deepEqual(await client.listInstances({ namespace: 'demo', service: 'web' }, { onUnreadable }), [
      { uuid: 'u', instance_name: 'web.0' },
    ])
    await until(() => warnings.includes(reason))
  },
)

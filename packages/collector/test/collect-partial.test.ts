import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import test, { type ExecutionContext } from 'ava'
import {
  demo,
  type Handler,
  type Reply,
  startApiServer,
  withLogin,
} from '../../alauda-client/test/helpers/api-server.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../src/collector.js'
import type { CollectorConfig } from '../src/collector-config.js'
import { memory, onePage } from './helpers/cloud.js'

type Answers = Record<string, Reply | Handler>

/** A collector of a cloud whose answers can change between collections, a minute apart, and the page after each. */
const start = async (t: ExecutionContext, answers: Answers, config: Partial<CollectorConfig> = {}) => {
  const server = await startApiServer(
    t,
    withLogin((request, response) => {
      const answer = answers[request.path] ?? answers[request.path.split('?')[0] ?? ''] ?? { status: 404 }
      return typeof answer === 'function' ? answer(request, response) : answer
    }),
  )
  const clock = manualClock(1_000_000)
  const logged: string[] = []
  const at = (level: string) => (fields: object, message: string) => {
    if (level !== 'debug') logged.push(`${level}: ${message} ${JSON.stringify(fields)}`)
  }
  const collector = createCollector({
    client: createAlaudaClient({ endpoint: server.endpoint, credentials: demo, maxRetries: 0 }),
    namespaces: ['demo'],
    clock,
    random: () => 0,
    logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    ...config,
  })
  const collect = async (passedMs = 60_000): Promise<(...beginnings: ReadonlyArray<string>) => string[]> => {
    clock.advance(passedMs)
    logged.length = 0
    await collector.collect()
    const lines = collector.expose().split('\n')
    return (...beginnings) =>
      lines.filter(
        (line) => beginnings.some((begin) => line.startsWith(`alauda_${begin}`)) && !/^alauda_\w+\{.*\} 0$/.test(line),
      )
  }
  return { collect, logged, server, collector }
}

const instance = (n: number) => ({ uuid: `u${n}`, instance_name: `web.${n}` })
const web = (...instances: ReadonlyArray<unknown>) => ({ service_name: 'web', instances })
const ofWeb = (n: number) => `{namespace="demo",service="web",instance_name="web.${n}"}`
const metricsOf = (n: number) => `services/demo/web/instances/u${n}/metrics`
const usage = (n: number, value: number) => `alauda_instance_memory_usage_bytes${ofWeb(n)} ${value}`
const up = 'alauda_up{namespace="demo"} 1'
const outcome = (name: string, count: number) =>
  `alauda_collection_instances{namespace="demo",outcome="${name}"} ${count}`
const unreadable = (count: number) => `alauda_collection_unreadable_values{namespace="demo"} ${count}`
const failures = (reason: string, count: number) =>
  `alauda_collection_failures_total{namespace="demo",reason="${reason}"} ${count}`

const nonsense: ReadonlyArray<readonly [string, Reply]> = [
  ['an error in the shape of a success', { body: { detail: 'Request was throttled.' } }],
  ['another error', { body: { code: 429, message: 'busy', points: [] } }],
  ['a list', { body: [] }],
  ['a text', { body: JSON.stringify('throttled') }],
  ['another object', { body: { uuid: 'u0' } }],
  ['points without columns', { body: { points: [[1060, 9]] } }],
  ['points that are an object', { body: { columns: ['time', 'memory_usage'], points: { 0: [1060, 9] } } }],
  ['times in milliseconds', memory([1_060_000, 9])],
  ['times to come', memory([4660, 9])],
  ['a page of HTML', { body: '<html><body>Sign in</body></html>' }],
  [
    '404 as a page of HTML',
    { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html><h1>Not Found</h1></html>' },
  ],
  [
    '404 as HTML that says it is JSON',
    { status: 404, headers: { 'content-type': 'application/json' }, body: '\n<!DOCTYPE html><h1>Not Found</h1>' },
  ],
  [
    '404 as XML',
    { status: 404, headers: { 'content-type': 'application/xml' }, body: '<Error><Code>NoSuchBucket</Code></Error>' },
  ],
]

for (const [what, answer] of nonsense) {
  test(`metrics that are ${what} are a failure: the last values stay until their time is over`, async (t) => {
    const answers: Answers = { 'services/demo/': onePage(web(instance(0))), [metricsOf(0)]: memory([1050, 7]) }
    const { collect, logged } = await start(t, answers)
    t.deepEqual((await collect())('instance_memory_usage', 'collection_instances'), [usage(0, 7), outcome('ok', 1)])
    answers[metricsOf(0)] = answer
    t.deepEqual((await collect())('up', 'instance_memory_usage', 'collection_instances'), [
      usage(0, 7),
      up,
      outcome('failed', 1),
    ])
    t.is(logged.filter((line) => line.startsWith('warn: metrics of some instances could not be read')).length, 1)
    await collect()
    t.deepEqual(logged, [], 'logged once')
    t.deepEqual((await collect(300_000))('instance_memory_usage', 'collection_instances'), [outcome('failed', 1)])
  })
}

for (const [what, answer] of [
  ['an empty body', { body: '' }],
  ['an empty object', { body: {} }],
  ['null', { body: 'null' }],
  ['columns without points', { body: { columns: ['time'] } }],
  ['points without columns, none', { body: { points: [] } }],
  ['only nulls', memory([1050, null])],
] as const) {
  test(`metrics that are ${what} are no values`, async (t) => {
    const { collect } = await start(t, { 'services/demo/': onePage(web(instance(0))), [metricsOf(0)]: answer })
    t.deepEqual((await collect())('up', 'instance_memory_usage', 'collection_'), [
      up,
      'alauda_collection_timestamp_seconds{namespace="demo"} 1060',
      outcome('empty', 1),
    ])
  })
}

test('a 404 of the login is not one of the instance', async (t) => {
  const answers: Answers = { 'services/demo/': onePage(web(instance(0))), [metricsOf(0)]: memory([1050, 7]) }
  const server = await startApiServer(t, (request, response) => {
    if (request.path === 'generate-api-token/') return isLoginThere ? { body: { token: 'a' } } : { status: 404 }
    const answer = answers[request.path.split('?')[0] ?? '']
    return typeof answer === 'function' ? answer(request, response) : answer
  })
  let isLoginThere = true
  const client = createAlaudaClient({ endpoint: server.endpoint, credentials: demo, maxRetries: 0 })
  const collector = createCollector({ client, namespaces: ['demo'], clock: manualClock(1_060_000) })
  const outcomes = async () =>
    (await collector.collect()).flatMap(({ services }) => services.flatMap(({ instances }) => instances))
  t.like(await outcomes(), [{ outcome: 'ok' }])
  isLoginThere = false
  answers[metricsOf(0)] = { status: 401 }
  t.like(await outcomes(), [{ outcome: 'failed', point: { memoryUsageBytes: 7 } }])
})

test('a 404 of the instance’s own metrics is its end, in JSON or in words', async (t) => {
  for (const body of [{ detail: 'Not found.' }, 'no such instance', '']) {
    const { collect } = await start(t, {
      'services/demo/': onePage(web(instance(0))),
      [metricsOf(0)]: { status: 404, body },
    })
    t.deepEqual((await collect())('collection_instances'), [outcome('gone', 1)])
  }
})

test('that every instance is gone is logged once: the endpoint may not have the call', async (t) => {
  const { collect, logged } = await start(t, { 'services/demo/': onePage(web(instance(0), instance(1))) })
  const told =
    'warn: no instance of the list is found when its metrics are asked for; does the endpoint have this call?'
  await collect()
  t.is(logged.filter((line) => line.startsWith(told)).length, 1)
  await collect()
  t.deepEqual(logged, [])
})

test('one cell that cannot be read costs its own sample, and is counted and logged', async (t) => {
  const columns = ['time', 'memory_usage', 'rx_bytes', 'rx_errors']
  const points = [
    [1050, 7, 5, 'N/A'],
    [990, 'N/A', -1, 0],
    [930, 6, 4, 0],
  ]
  const { collect, logged } = await start(t, {
    'services/demo/': onePage(web(instance(0))),
    [metricsOf(0)]: { body: { columns, points } },
  })
  t.deepEqual(
    (await collect())('instance_memory_usage', 'instance_network', 'collection_instances', 'collection_unr'),
    [usage(0, 7), `alauda_instance_network_receive_bytes_total${ofWeb(0)} 5`, outcome('ok', 1), unreadable(3)],
  )
  t.true(
    logged.includes(
      'warn: values are not as the API has them, and were left out {"namespace":"demo","values":3,"fields":"memory_usage rx_bytes rx_errors"}',
    ),
  )
  await collect()
  t.deepEqual(logged, [])
})

test('a value below 0 has no sample, whatever it is of', async (t) => {
  const service = { ...web(instance(0)), healthy_num_instances: -1, target_num_instances: 2 }
  const columns = ['time', 'cpu_cumulative_usage', 'cpu_utilization', 'memory_usage', 'memory_utilization', 'tx_bytes']
  const { collect } = await start(t, {
    'services/demo/': onePage({ ...service, custom_instance_size: { cpu: -1, mem: -512 } }),
    [metricsOf(0)]: { body: { columns, points: [[1050, -1, -1, -1, -1, 3]] } },
  })
  t.deepEqual((await collect())('instance_', 'service_', 'collection_unr'), [
    `alauda_instance_network_transmit_bytes_total${ofWeb(0)} 3`,
    `alauda_instance_last_sample_timestamp_seconds${ofWeb(0)} 1050`,
    `alauda_instance_info{namespace="demo",service="web",instance_name="web.0",uuid="u0"} 1`,
    'alauda_service_target_instances{namespace="demo",service="web"} 2',
    'alauda_service_info{namespace="demo",service="web"} 1',
    unreadable(7),
  ])
})

test('points whose time has not come are counted and logged, and those before them are shown', async (t) => {
  const { collect, logged } = await start(t, {
    'services/demo/': onePage(web(instance(0), instance(1))),
    [metricsOf(0)]: memory([1050, 7], [4660, 8], [8000, 9]),
    [metricsOf(1)]: memory([4660, 8]),
  })
  const page = await collect()
  t.deepEqual(page('instance_memory_usage', 'collection_instances', 'collection_future', 'collection_unr'), [
    usage(0, 7),
    outcome('ok', 1),
    outcome('failed', 1),
    'alauda_collection_future_points{namespace="demo"} 3',
  ])
  const told = logged.filter((line) => line.includes('points of metrics are of a time that has not come'))
  t.is(told.length, 1)
  t.regex(told[0] ?? '', /"points":3/)
  await collect()
  t.deepEqual(logged, [])
})

test('an instance without a uuid and a service without a name are left out and counted, their siblings shown', async (t) => {
  const { collect } = await start(t, {
    'services/demo/': onePage(
      { service_name: null },
      web({ uuid: null, instance_name: 'web.1' }, instance(0)),
      { service_name: 'blog' },
      { service_name: '..' },
    ),
    'services/demo/blog/instances/': {
      body: [{ uuid: null }, { uuid: 'b', instance_name: 'blog.0', started_at: 'x' }],
    },
    [metricsOf(0)]: memory([1050, 7]),
    'services/demo/blog/instances/b/metrics': memory([1050, 8]),
  })
  t.deepEqual((await collect())('up', 'instance_memory_usage', 'collection_instances', 'collection_unr'), [
    `alauda_instance_memory_usage_bytes{namespace="demo",service="blog",instance_name="blog.0"} 8`,
    usage(0, 7),
    up,
    outcome('ok', 2),
    unreadable(5),
  ])
})

test('instances in another shape than a list are requested separately', async (t) => {
  for (const instances of ['none', { 0: instance(0) }, [7], [{ name: 'web.0' }], 5]) {
    const { collect } = await start(t, {
      'services/demo/': onePage({ service_name: 'web', instances }),
      'services/demo/web/instances/': { body: [instance(0)] },
      [metricsOf(0)]: memory([1050, 7]),
    })
    t.deepEqual((await collect())('instance_memory_usage', 'collection_unr'), [usage(0, 7), unreadable(1)])
  }
})

test('a list of instances that is an error keeps those that are known', async (t) => {
  const answers: Answers = {
    'services/demo/': onePage({ service_name: 'web' }),
    'services/demo/web/instances/': { body: [instance(0)] },
    [metricsOf(0)]: memory([1050, 7]),
  }
  const { collect } = await start(t, answers)
  await collect()
  for (const body of [{ detail: 'Request was throttled.' }, [{ detail: 'x' }], {}, ['web.0']]) {
    answers['services/demo/web/instances/'] = { body }
    t.deepEqual((await collect())('instance_memory_usage', 'collection_instances'), [usage(0, 7), outcome('failed', 1)])
  }
})

test('two services with one uuid are two, and each has its own instances', async (t) => {
  const { collect } = await start(t, {
    'services/demo/': onePage(
      { ...web(instance(0)), uuid: 'same' },
      { service_name: 'blog', uuid: 'same', instances: [{ uuid: 'b', instance_name: 'blog.0' }] },
    ),
    [metricsOf(0)]: memory([1050, 7]),
    'services/demo/blog/instances/b/metrics': memory([1050, 8]),
  })
  t.deepEqual((await collect())('up', 'instance_memory_usage'), [
    `alauda_instance_memory_usage_bytes{namespace="demo",service="blog",instance_name="blog.0"} 8`,
    usage(0, 7),
    up,
  ])
})

test('the same rows on every page are not the list: it is down, with the reason, and after few calls', async (t) => {
  const { collect, logged, server } = await start(t, {
    'services/demo/': { body: { count: 1e9, next: '/more', results: [web()] } },
  })
  t.deepEqual((await collect())('up', 'collection_failures'), [failures('decode', 1)])
  t.regex(logged[0] ?? '', /^warn: the service list could not be read .*1000000000 services .* as counted; 1 came/)
  t.is(server.requests.filter(({ path }) => path.startsWith('services/demo/?page_size=100&page=')).length, 6)
  t.deepEqual((await collect())('collection_failures'), [failures('decode', 2)])
})

test('a service that is deleted while the list is read is not there', async (t) => {
  let reads = 0
  const list: Handler = ({ path }) => {
    reads += 1
    const isFirst = path.endsWith('page=1')
    if (reads <= 2)
      return {
        body: { count: reads === 1 ? 3 : 2, results: isFirst ? [web(), { service_name: 'old', instances: [] }] : [] },
      }
    return { body: { count: 2, results: isFirst ? [web(), { service_name: 'blog', instances: [] }] : [] } }
  }
  const { collect } = await start(t, { 'services/demo/': list })
  t.deepEqual((await collect())('up', 'service_info'), [
    'alauda_service_info{namespace="demo",service="blog"} 1',
    'alauda_service_info{namespace="demo",service="web"} 1',
    up,
  ])
})

test('failures are counted by reason for as long as the collector lives', async (t) => {
  const answers: Answers = {}
  const { collect } = await start(t, answers)
  for (const reply of [
    { status: 429 },
    { status: 500 },
    { status: 404 },
    { body: 'oops' },
    { body: { detail: 'x' } },
  ]) {
    answers['services/demo/'] = reply
    await collect()
  }
  answers['services/demo/'] = onePage()
  t.deepEqual((await collect())('up', 'collection_failures'), [
    up,
    failures('throttled', 1),
    failures('server', 2),
    failures('decode', 2),
  ])
})

test('a name or another label that is too long leaves out its object alone, counted', async (t) => {
  const long = 'x'.repeat(1025)
  const { collect, logged } = await start(
    t,
    {
      'services/demo/': onePage(
        web(instance(0), { uuid: 'u1', instance_name: long }),
        { service_name: long },
        { service_name: 'blog', image_name: long },
        { service_name: 'shop', labels: [{ key: 'tier', value: long }], instances: [] },
        { service_name: 'wide', labels: [{ key: 'not shown', value: long }], instances: [] },
      ),
      [metricsOf(0)]: memory([1050, 7]),
    },
    { serviceLabels: ['tier'] },
  )
  t.deepEqual((await collect())('up', 'instance_memory_usage', 'service_info', 'collection_left_out'), [
    usage(0, 7),
    'alauda_service_info{namespace="demo",service="web"} 1',
    'alauda_service_info{namespace="demo",service="wide"} 1',
    up,
    'alauda_collection_left_out{namespace="demo",bound="name-length"} 4',
  ])
  t.true(
    logged.includes(
      'warn: names or other label values are too long; what they belong to was left out {"namespace":"demo","leftOut":4}',
    ),
  )
})

for (const [what, rows] of [
  ['one null', [null]],
  ['texts', ['web', 'web']],
  ['thousands of services without a name', Array.from({ length: 5_000 }, () => ({ service_name: 5 }))],
] as const) {
  test(`a list of ${what} is a failure: the last one stays until its time is over`, async (t) => {
    const answers: Answers = { 'services/demo/': onePage(web(instance(0))), [metricsOf(0)]: memory([1050, 7]) }
    const { collect, logged } = await start(t, answers)
    await collect()
    answers['services/demo/'] = { body: { count: 1, next: null, results: rows } }
    const shown = ['up', 'instance_memory_usage', 'collection_failures', 'collection_unr']
    t.deepEqual((await collect())(...shown), [usage(0, 7), failures('decode', 1), unreadable(rows.length)])
    t.is(logged.filter((line) => line.startsWith('warn: the service list could not be read')).length, 1)
    t.regex(logged.join('\n'), new RegExp(`none of the ${rows.length} that came can`))
    t.deepEqual((await collect(300_000))(...shown), [failures('decode', 2), unreadable(rows.length)])
    answers['services/demo/'] = onePage(web(instance(0)))
    answers[metricsOf(0)] = memory([1400, 8])
    t.deepEqual((await collect())(...shown), [usage(0, 8), up, failures('decode', 2)])
  })

  test(`instances that are ${what} are a failure: the last ones stay until their time is over`, async (t) => {
    const answers: Answers = {
      'services/demo/': onePage({ service_name: 'web' }),
      'services/demo/web/instances/': { body: [instance(0)] },
      [metricsOf(0)]: memory([1050, 7]),
    }
    const { collect, logged } = await start(t, answers)
    await collect()
    answers['services/demo/web/instances/'] = { body: rows }
    const shown = ['up', 'instance_memory_usage', 'collection_instances', 'collection_unr']
    t.deepEqual((await collect())(...shown), [usage(0, 7), up, outcome('failed', 1), unreadable(rows.length)])
    t.regex(logged.join('\n'), new RegExp(`none of the ${rows.length} that came can be read`))
    t.deepEqual((await collect(300_000))(...shown), [up, outcome('failed', 1), unreadable(rows.length)])
  })
}

test('rows of one list that cannot be read and look the same are counted one by one', async (t) => {
  const { collect } = await start(t, {
    'services/demo/': onePage(web({}, {}, instance(0)), { service_name: 5 }, { service_name: 5 }, null, null),
    [metricsOf(0)]: memory([1050, 7]),
  })
  t.deepEqual((await collect())('up', 'instance_memory_usage', 'collection_unr'), [usage(0, 7), up, unreadable(6)])
})

test('a count above what came is a failure with its reason, however absurd', async (t) => {
  for (const count of [2, 1e15, 1e308]) {
    const { collect, logged } = await start(t, {
      'services/demo/': { body: { count, next: null, results: [web()] } },
    })
    t.deepEqual((await collect())('up', 'collection_failures', 'collection_unr'), [failures('decode', 1)])
    t.true(logged.some((line) => line.includes(`should be ${count} services on all pages, as counted; 1 came`)))
  }
})

test('a count that is none is counted as unreadable, and the list is read to its end', async (t) => {
  for (const count of [-1, 'abc', 2.5, true, {}]) {
    const page = (next: string | null, service_name: string) => ({
      body: { count, next, results: [{ service_name, instances: [] }] },
    })
    const answers: Answers = {
      'services/demo/?page_size=100&page=1': page('/more', 'a'),
      'services/demo/?page_size=100&page=2': page('/more', 'b'),
      'services/demo/?page_size=100&page=3': page(null, 'c'),
    }
    const { collect } = await start(t, answers)
    const shown = ['up', 'service_info', 'collection_failures', 'collection_unr']
    const info = (name: string) => `alauda_service_info{namespace="demo",service="${name}"} 1`
    t.deepEqual((await collect())(...shown), [info('a'), info('b'), info('c'), up, unreadable(1)])
    // From here on the pages are the first one again and again.
    answers['services/demo/'] = page('/more', 'a')
    for (const number of [1, 2, 3]) delete answers[`services/demo/?page_size=100&page=${number}`]
    t.deepEqual((await collect())(...shown), [info('a'), info('b'), info('c'), failures('decode', 1), unreadable(1)])
  }
})

import type { ExecutionContext } from 'ava'
import test from 'ava'
import { parseOpenMetrics } from '../../../collector/test/helpers/parse-open-metrics.js'
import { parseText } from '../../../collector/test/helpers/parse-text.js'
import { accountIn, labelsOf } from '../helpers/accounts.js'
import {
  type Answers,
  callsAt,
  event,
  hangs,
  loginsAt,
  memory,
  onePage,
  service,
  startCloud,
} from '../helpers/cloud.js'
import { type Given, startTestExporter } from '../helpers/exporter.js'
import { collectionOf, metricOf, samplesOf, subjectsOf } from '../helpers/page.js'

/** A service `web` of demo, which can be asked for by itself. */
const web = (bytes = 1): Answers => ({
  'services/demo/web/': { body: service('web', 'u') },
  'services/demo/web/instances/u/metrics': memory(bytes),
})

/** An exporter of one cloud that calls it for nothing but what it is asked. */
const start = async (t: ExecutionContext, answers: Answers, flags: Given['flags'] = {}) => {
  const cloud = await startCloud(t, answers)
  const exporter = await startTestExporter(t, {
    environment: cloud.environment,
    flags: { 'collect.interval': ['0'], 'alauda.max-retries': ['0'], ...flags },
  })
  return { ...exporter, cloud }
}

const answered = async (response: Response) => [response.status, await response.text()]

const probeOfWeb = '/probe?namespace=demo&service=web'
const web0 = 'namespace="demo",service="web",instance_name="web.0"'

const collected = (up: number, outcomes: Readonly<Record<string, number>> = {}, labels = 'namespace="demo"') => [
  `alauda_up{${labels}} ${up}`,
  ...['ok', 'empty', 'gone', 'failed'].map(
    (outcome) =>
      `alauda_collection_instances{namespace="demo",outcome="${outcome}"${labels.replace('namespace="demo"', '')}} ${outcomes[outcome] ?? 0}`,
  ),
  `alauda_collection_unreadable_values{${labels}} 0`,
  `alauda_collection_future_points{${labels}} 0`,
  ...['instances', 'name-length'].map(
    (bound) =>
      `alauda_collection_left_out{namespace="demo",bound="${bound}"${labels.replace('namespace="demo"', '')}} 0`,
  ),
  `alauda_collection_duplicates{${labels}} 0`,
]

test('gives one service as it is now, and how this probe went, with one call for it and one an instance', async (t) => {
  const { page, cloud } = await start(t, web(738))
  const text = await page(probeOfWeb)
  parseText(text)
  t.deepEqual(samplesOf(text), [
    `alauda_instance_memory_usage_bytes{${web0}} 738`,
    `alauda_instance_last_sample_timestamp_seconds{${web0}} 60`,
    `alauda_instance_info{${web0},uuid="u"} 1`,
    'alauda_service_info{namespace="demo",service="web"} 1',
    ...collected(1, { ok: 1 }),
  ])
  t.deepEqual(
    cloud.requests.map(({ path }) => path.split('?')[0]),
    ['generate-api-token/', 'services/demo/web/', 'services/demo/web/instances/u/metrics'],
  )
})

test('counts nothing over time: neither a probe that succeeds nor one that fails has the counter of failures', async (t) => {
  for (const reply of [{ body: service('web', 'u') }, { status: 500 }]) {
    const { get } = await start(t, { ...web(), 'services/demo/web/': reply })
    for (const accept of ['text/plain', 'application/openmetrics-text']) {
      const text = await (await get(probeOfWeb, { headers: { accept } })).text()
      t.regex(text, /^alauda_up\{/m)
      t.notRegex(text, /alauda_collection_failures/)
    }
  }
})

test('has no metrics of the exporter itself', async (t) => {
  const { page } = await start(t, web())
  t.deepEqual(metricOf(await page(probeOfWeb), 'alauda_api', 'alauda_login', 'alauda_exporter'), [])
  t.is(metricOf(await page(), 'alauda_exporter_build_info').length, 1)
})

test('has the format that Prometheus prefers', async (t) => {
  const { get } = await start(t, web(738))
  const headers = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' }
  const response = await get(probeOfWeb, { headers })
  t.is(response.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  const text = await response.text()
  parseOpenMetrics(text)
  t.true(text.includes(`\nalauda_instance_memory_usage_bytes{${web0}} 738\n`))
})

test('a service without its instances takes one more call', async (t) => {
  const { page, cloud } = await start(t, {
    ...web(738),
    'services/demo/web/': { body: { service_name: 'web' } },
    'services/demo/web/instances/': { body: [{ uuid: 'u', instance_name: 'web.0' }] },
  })
  t.true((await page(probeOfWeb)).includes(`alauda_instance_memory_usage_bytes{${web0}} 738\n`))
  t.is(cloud.requests.length, 4)
})

test('any name is asked for as it is', async (t) => {
  const name = 'a b/../ü&="\n?#%2F'
  const { get, cloud } = await start(t, {
    [`services/demo/${encodeURIComponent(name)}/`]: { body: { service_name: name, instances: [] } },
  })
  const response = await get(`/probe?${new URLSearchParams({ namespace: 'demo', service: name })}`)
  t.is(response.status, 200)
  const info = parseText(await response.text()).find((family) => family.name === 'alauda_service_info')
  t.deepEqual(info?.samples, [{ labels: { namespace: 'demo', service: name }, value: 1 }])
  t.is(cloud.requests.length, 2)
})

test('of several accounts with the namespace one has to be given', async (t) => {
  const [north, south] = [await startCloud(t, web(1)), await startCloud(t, web(2))]
  const accounts = [accountIn('north', north, { namespace: ['demo', 'other'] }), accountIn('south', south)]
  const file = { accounts, collect: { interval: '0' } }
  const { get, page } = await startTestExporter(t, { file })
  t.deepEqual(await answered(await get(probeOfWeb)), [
    400,
    'Several accounts have this namespace: give one of them as account: north, south.\n',
  ])
  const text = await page(`${probeOfWeb}&account=south`)
  t.deepEqual(metricOf(text, 'alauda_instance_memory_usage_bytes'), [
    `alauda_instance_memory_usage_bytes{${web0},${labelsOf('south')}} 2`,
  ])
  t.deepEqual(collectionOf(text), collected(1, { ok: 1 }, `namespace="demo",${labelsOf('south')}`))
  t.deepEqual(north.requests, [])
  t.is((await get('/probe?namespace=other&service=web')).status, 404)
  t.is(callsAt(north, 'services/other/web/'), 1)
})

for (const [what, answers] of [
  ['has an outage', { 'services/demo/web/': { status: 502, body: 'down' } }],
  ['refuses every login', { 'generate-api-token/': { status: 400 } }],
  ['hangs', { 'services/demo/web/': hangs }],
] as const) {
  test(`a cloud that ${what} is down`, async (t) => {
    const { get } = await start(t, { ...web(), ...answers })
    const response = await get(probeOfWeb, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '1' } })
    t.is(response.status, 200)
    t.deepEqual(samplesOf(await response.text()), collected(0))
  })
}

test('calls that take longer than Prometheus waits are cancelled and count as failed, and the rest is shown', async (t) => {
  const brokenOff = event()
  const { page } = await start(t, {
    ...web(),
    'services/demo/web/': { body: service('web', 'u', 'slow') },
    'services/demo/web/instances/slow/metrics': (_, response) => {
      response.on('close', brokenOff.happen)
      return new Promise(() => {})
    },
  })
  // On a busy machine a probe may end before the other instance has been read, too.
  const memoryOf = (text: string) => metricOf(text, 'alauda_instance_memory_usage_bytes')
  let text = await page(probeOfWeb, 3)
  while (memoryOf(text).length === 0) text = await page(probeOfWeb, 3)
  t.deepEqual(memoryOf(text), [`alauda_instance_memory_usage_bytes{${web0}} 1`])
  t.deepEqual(collectionOf(text), collected(1, { ok: 1, failed: 1 }))
  await brokenOff.wait
})

test('nothing is remembered: what fails now is not shown as it was before', async (t) => {
  let isDown = false
  const { page } = await start(t, {
    ...web(),
    'services/demo/web/instances/u/metrics': () => (isDown ? { status: 500 } : memory(1)),
  })
  t.is(metricOf(await page(probeOfWeb), 'alauda_instance_memory_usage_bytes').length, 1)
  isDown = true
  const text = await page(probeOfWeb)
  t.deepEqual(metricOf(text, 'alauda_instance_memory_usage_bytes'), [])
  t.deepEqual(collectionOf(text), collected(1, { failed: 1 }))
})

test('all probes of an account share its login and its limits', async (t) => {
  const names = ['a', 'b', 'c', 'd']
  let atOnce = 0
  const { get, cloud } = await start(
    t,
    Object.fromEntries(
      names.map((name) => [
        `services/demo/${name}/`,
        async () => {
          atOnce += 1
          t.is(atOnce, 1)
          await new Promise(setImmediate)
          atOnce -= 1
          return { body: service(name) }
        },
      ]),
    ),
    { 'alauda.max-concurrency': ['1'] },
  )
  const probes = await Promise.all(names.map((service) => get(`/probe?namespace=demo&service=${service}`)))
  t.deepEqual(
    probes.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  t.is(loginsAt(cloud).length, 1)
})

test('what discovery lists can be probed, and together the probes give each service once', async (t) => {
  const twin = (project_name: string, uuid: string) => ({ ...service('web', `i-${uuid}`), project_name, uuid })
  const [a, b] = [twin('a', 'ua'), twin('b', 'ub')]
  const other = { service_name: 'a&b', instances: [] }
  const { get } = await start(t, {
    'services/demo/?page_size=100&page=1': onePage(a, b, other),
    'services/demo/ua/': { body: a },
    'services/demo/ua/instances/i-ua/metrics': memory(1),
    'services/demo/ub/': { body: b },
    'services/demo/ub/instances/i-ub/metrics': memory(2),
    'services/demo/a%26b/': { body: other },
  })
  const groups: ReadonlyArray<{ readonly labels: Readonly<Record<string, string>> }> = JSON.parse(
    await (await get('/sd')).text(),
  )
  const pages = groups.map(async ({ labels }) => {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(labels)) {
      if (name.startsWith('__param_')) query.set(name.replace('__param_', ''), value)
    }
    return (await get(`${labels.__metrics_path__}?${query}`)).text()
  })
  const text = (await Promise.all(pages)).join('')
  const project = (name: string) => `namespace="demo",project="${name}",service="web"`
  t.deepEqual(
    subjectsOf(text).filter((line) => /memory|service_info/.test(line)),
    [
      'alauda_service_info{namespace="demo",service="a&b"} 1',
      `alauda_instance_memory_usage_bytes{${project('a')},instance_name="web.0"} 1`,
      `alauda_service_info{${project('a')},uuid="ua"} 1`,
      `alauda_instance_memory_usage_bytes{${project('b')},instance_name="web.0"} 2`,
      `alauda_service_info{${project('b')},uuid="ub"} 1`,
    ],
  )
})

const webProbeRefused: Answers = { 'services/demo/web/': { body: { ...service('web'), instances: [] } } }

const startProbeRefused = async (t: ExecutionContext, answers: Answers, flags: Given['flags'] = {}) => {
  const cloud = await startCloud(t, answers)
  const given = { environment: cloud.environment, flags: { 'collect.interval': ['0'], ...flags } }
  return { ...(await startTestExporter(t, given)), cloud }
}

const probeRefused = '/probe?namespace=demo&service=web'

const noService = [404, 'There is no such service, or the settings leave it out.\n']

test('a service that the cloud does not have is not found', async (t) => {
  const { get } = await startProbeRefused(t, webProbeRefused)
  t.deepEqual(await answered(await get('/probe?namespace=demo&service=kibana')), noService)
})

test('nor is one for which the cloud gives another', async (t) => {
  const { get } = await startProbeRefused(t, { 'services/demo/WEB/': { body: service('web', 'u') } })
  t.deepEqual(await answered(await get('/probe?namespace=demo&service=WEB')), noService)
})

test('a service that the settings leave out is not found, without a call', async (t) => {
  const { get, cloud } = await startProbeRefused(t, webProbeRefused, { 'collect.exclude-services': ['web'] })
  t.deepEqual(await answered(await get(probeRefused)), noService)
  t.deepEqual(cloud.requests, [])
})

test('what is not asked as it should be is refused without a call', async (t) => {
  const { get, cloud } = await startProbeRefused(t, webProbeRefused)
  const incomplete = [400, 'Give one namespace and one service: /probe?namespace=NAME&service=NAME.\n']
  const repeated = [400, 'Give account and uuid once, or not at all.\n']
  const unnamed = [400, 'A service cannot be named by nothing, by . or by ..\n']
  for (const [query, expected] of [
    ['', incomplete],
    ['?namespace=demo', incomplete],
    ['?service=web', incomplete],
    ['?namespace=demo&service=web&service=api', incomplete],
    ['?namespace=demo&namespace=demo&service=web', incomplete],
    ['?namespace=demo&service=web&account=a&account=b', repeated],
    ['?namespace=demo&service=web&uuid=a&uuid=b', repeated],
    ['?namespace=demo&service=', unnamed],
    ['?namespace=demo&service=.', unnamed],
    ['?namespace=demo&service=%2E%2E', unnamed],
    ['?namespace=demo&service=web&uuid=..', unnamed],
    ['?namespace=nowhere&service=web', [404, 'The settings have no namespace of this name.\n']],
    ['?namespace=&service=web', [404, 'The settings have no namespace of this name.\n']],
    ['?namespace=demo&service=web&account=<b>', [404, 'The settings have no account of this name.\n']],
  ] as const) {
    t.deepEqual(await answered(await get(`/probe${query}`)), expected, query)
  }
  t.deepEqual(cloud.requests, [])
})

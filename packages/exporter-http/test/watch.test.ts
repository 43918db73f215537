import { toText } from '@alauda-exporter/collector'
import test from 'ava'
import { parseText } from '../../collector/test/helpers/parse-text.js'
import { startWatch } from '../src/watch.js'
import { accountIn, labelsOf } from './helpers/accounts.js'
import { event, hangs, loginsAt, memory, onePage, service, startCloud, webIn } from './helpers/cloud.js'
import { startTestExporter } from './helpers/exporter.js'
import { metricOf, numberOf, subjectsOf } from './helpers/page.js'
import { rightOf, withFile } from './helpers/sources.js'
import { readSettings } from './helpers/texts.js'

const [north, south] = [labelsOf('north'), labelsOf('south')]

test('one page has each family once, and in it the series of all accounts under their names and labels', async (t) => {
  const clouds = [
    await startCloud(t, webIn(1, 'demo'), 'a'.repeat(40)),
    await startCloud(t, webIn(2, 'demo', 'other'), 'b'.repeat(40)),
  ] as const
  const accounts = [
    accountIn('north', clouds[0]),
    accountIn('south', clouds[1], { namespace: ['demo', 'other'], labels: { team: 'team-south' } }),
  ]
  const { page } = await startTestExporter(t, { file: { accounts } })
  const text = await page()
  parseText(text)
  t.deepEqual(metricOf(text, 'alauda_instance_memory_usage_bytes'), [
    `alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0",${north}} 1`,
    `alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0",${south}} 2`,
    `alauda_instance_memory_usage_bytes{namespace="other",service="web",instance_name="web.0",${south}} 2`,
  ])
  t.deepEqual(metricOf(text, 'alauda_up'), [
    `alauda_up{namespace="demo",${north}} 1`,
    `alauda_up{namespace="demo",${south}} 1`,
    `alauda_up{namespace="other",${south}} 1`,
  ])
  t.deepEqual(metricOf(text, 'alauda_api_requests_total', 'alauda_login'), [
    `alauda_api_requests_total{endpoint="getInstanceMetrics",code="200",${north}} 1`,
    `alauda_api_requests_total{endpoint="listServices",code="200",${north}} 1`,
    `alauda_api_requests_total{endpoint="login",code="200",${north}} 1`,
    `alauda_api_requests_total{endpoint="getInstanceMetrics",code="200",${south}} 2`,
    `alauda_api_requests_total{endpoint="listServices",code="200",${south}} 2`,
    `alauda_api_requests_total{endpoint="login",code="200",${south}} 1`,
    `alauda_logins_total{${north}} 1`,
    `alauda_logins_total{${south}} 1`,
    `alauda_login_failures_total{${north}} 0`,
    `alauda_login_failures_total{${south}} 0`,
  ])
  const unnamed = text.split('\n').filter((line) => line !== '' && !/^#|^process_|^nodejs_|account="/.test(line))
  t.deepEqual(
    unnamed.map((line) => line.replace(/[{ ].*$/, '')),
    [
      'alauda_exporter_build_info',
      'alauda_exporter_config_last_reload_successful',
      'alauda_exporter_config_last_reload_success_timestamp_seconds',
      'alauda_exporter_http_requests_in_flight',
    ],
  )
})

test('before a collection is shown, pages are prepared of it and of what is known of the other accounts', async (t) => {
  const clouds = [await startCloud(t, webIn(1, 'demo')), await startCloud(t, webIn(2, 'demo'))] as const
  const accounts = [accountIn('north', clouds[0]), accountIn('south', clouds[1])]
  const settings = rightOf(readSettings(withFile(JSON.stringify({ accounts, collect: { interval: '1h' } }))))
  let prepared = ''
  const watch = startWatch(settings, {
    prepare: async (scrape) => {
      prepared = toText(await scrape())
    },
  })
  t.teardown(watch.stop)
  await watch.scrape(100_000)
  for (const { collector } of watch.accounts()) {
    prepared = ''
    await collector.collect()
    const shown = toText(await watch.scrape(0))
    for (const name of ['alauda_instance_memory_usage_bytes', 'alauda_collection_timestamp_seconds']) {
      t.is(metricOf(shown, name).length, 2)
      t.deepEqual(metricOf(prepared, name), metricOf(shown, name))
    }
  }
})

test('each account has its own endpoint and credentials', async (t) => {
  const clouds = [
    await startCloud(t, webIn(1, 'demo'), 'a'.repeat(40)),
    await startCloud(t, webIn(2, 'demo'), 'b'.repeat(40)),
    await startCloud(t, webIn(3, 'demo'), 'c'.repeat(40)),
  ] as const
  const { username: _, password: __, ...withoutPassword } = accountIn('west', clouds[2])
  const accounts = [
    accountIn('north', clouds[0]),
    accountIn('south', clouds[1], { organization: 'acme' }),
    { ...withoutPassword, token: 'c'.repeat(40) },
  ]
  const { page } = await startTestExporter(t, { file: { accounts } })
  await page()
  t.deepEqual(clouds.map(loginsAt), [
    ['username=north-user&password=north-password'],
    ['{"organization":"acme","username":"south-user","password":"south-password"}'],
    [],
  ])
  for (const [index, token] of ['a', 'b', 'c'].entries()) {
    const shown = clouds[index]?.requests.flatMap(({ headers }) => headers.authorization ?? [])
    t.deepEqual(new Set(shown), new Set([`Token ${token.repeat(40)}`]))
  }
})

const uuids = ['u', 'v', 'w']

test('each account has its own limits', async (t) => {
  const atOnce = { north: 0, south: 0 }
  const most = { north: 0, south: 0 }
  const threeAreThere = event()
  const counting = (name: 'north' | 'south', answered: Promise<unknown>) => async () => {
    atOnce[name] += 1
    most[name] = Math.max(most[name], atOnce[name])
    if (most.south === 3) threeAreThere.happen()
    await answered
    atOnce[name] -= 1
    return memory(1)
  }
  const cloudOf = (name: 'north' | 'south', answered: Promise<unknown>) =>
    startCloud(t, {
      'services/demo/?page_size=100&page=1': onePage(service('web', ...uuids)),
      ...Object.fromEntries(
        uuids.map((uuid) => [`services/demo/web/instances/${uuid}/metrics`, counting(name, answered)]),
      ),
    })
  const accounts = [
    accountIn('north', await cloudOf('north', new Promise(setImmediate)), { max_concurrency: 1 }),
    accountIn('south', await cloudOf('south', threeAreThere.wait), { max_concurrency: 3 }),
  ]
  const { page } = await startTestExporter(t, { file: { accounts } })
  t.is(metricOf(await page(), 'alauda_instance_memory_usage_bytes').length, 6)
  t.deepEqual(most, { north: 1, south: 3 })
})

test('each account has its own retries and patience', async (t) => {
  const down = { 'services/demo/': { status: 503 } }
  const [impatient, patient] = [await startCloud(t, down), await startCloud(t, down)]
  const accounts = [
    accountIn('north', impatient, { max_retries: 0 }),
    accountIn('south', patient, { max_retries: 1 }),
    accountIn('west', await startCloud(t, { 'generate-api-token/': hangs }), { max_retries: 0, timeout: '50ms' }),
  ]
  const { page } = await startTestExporter(t, { file: { accounts } })
  const told = metricOf(await page(), 'alauda_api_requests_total', 'alauda_api_retries_total{endpoint="listServices"')
  t.deepEqual(
    told.filter((line) => !line.includes('code="200"')),
    [
      `alauda_api_requests_total{endpoint="listServices",code="503",${north}} 1`,
      `alauda_api_requests_total{endpoint="listServices",code="503",${south}} 2`,
      `alauda_api_requests_total{endpoint="login",code="timeout",${labelsOf('west')}} 1`,
      `alauda_api_retries_total{endpoint="listServices",${north}} 0`,
      `alauda_api_retries_total{endpoint="listServices",${south}} 1`,
    ],
  )
})

test('the only account, when it is not of a list, has no name on its series', async (t) => {
  const cloud = await startCloud(t, webIn(1, 'demo'))
  const alauda = { endpoint: cloud.endpoint, username: 'demo', password: 'p' }
  const { page } = await startTestExporter(t, { file: { alauda } })
  t.deepEqual(
    subjectsOf(await page())[0],
    'alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0"} 1',
  )
})

const southMemory = `alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0",${south}}`
const flags = { 'alauda.max-retries': ['0'] }
/** Nothing but a scrape's own patience ends its wait for a cloud that hangs. */
const patient = { ...flags, 'alauda.timeout': ['1h'] }

for (const [what, answers] of [
  ['lists nothing', { 'services/demo/': hangs }],
  ['does not answer logins', { 'generate-api-token/': hangs }],
] as const) {
  test(`a cloud that hangs and ${what} does not spoil the other’s values, nor hold up a scrape beyond its time`, async (t) => {
    const accounts = [
      accountIn('north', await startCloud(t, answers)),
      accountIn('south', await startCloud(t, webIn(2, 'demo'))),
    ]
    const { page, get } = await startTestExporter(t, {
      file: { accounts, collect: { interval: '1h', timeout: '1h' } },
      flags: patient,
    })
    // However little time the scrape has, the other account is there as soon as it has been read.
    let text = await page('/metrics', 0.2)
    while (!text.includes(southMemory)) text = await page('/metrics', 0.2)
    t.deepEqual(metricOf(text, 'alauda_up', southMemory), [
      `${southMemory} 2`,
      `alauda_up{namespace="demo",${north}} 0`,
      `alauda_up{namespace="demo",${south}} 1`,
    ])
    const ready = await get('/-/ready')
    t.is(await ready.text(), 'Not ready: the services of north/demo have not been read in the last 7200 s.\n')
  })
}

test('once the time of its collection is over, a cloud that hangs is down, and no scrape waits for it', async (t) => {
  const accounts = [
    accountIn('north', await startCloud(t, { 'services/demo/': hangs })),
    accountIn('south', await startCloud(t, webIn(2, 'demo'))),
  ]
  const { pageWith } = await startTestExporter(t, {
    file: { accounts, collect: { interval: '3s', timeout: '3s' } },
    flags: patient,
  })
  const text = await pageWith(/^alauda_instance_memory_usage_bytes\{.*team-south"\} 2$/m)
  t.deepEqual(metricOf(text, 'alauda_up', southMemory), [
    `${southMemory} 2`,
    `alauda_up{namespace="demo",${north}} 0`,
    `alauda_up{namespace="demo",${south}} 1`,
  ])
})

test('while one cloud hangs after a good start, scrapes are answered at once, with ever newer values of the other', async (t) => {
  let norths = 0
  let souths = 0
  const hanging = event()
  const accounts = [
    accountIn(
      'north',
      await startCloud(t, {
        ...webIn(1, 'demo'),
        'services/demo/?page_size=100&page=1': (...asked) => {
          norths += 1
          if (norths === 1) return onePage(service('web', 'u'))
          hanging.happen()
          return hangs(...asked)
        },
      }),
    ),
    accountIn(
      'south',
      await startCloud(t, {
        ...webIn(2, 'demo'),
        'services/demo/web/instances/u/metrics': () => {
          souths += 1
          return memory(souths)
        },
      }),
    ),
  ]
  const { page } = await startTestExporter(t, {
    file: { accounts, collect: { interval: '50ms', timeout: '1h' } },
    flags: patient,
  })
  await page()
  await hanging.wait
  const before = numberOf(await page(), southMemory)
  let text = await page()
  while (numberOf(text, southMemory) < before + 3) {
    text = await page()
  }
  // What is known of the other one is still shown.
  t.deepEqual(metricOf(text, 'alauda_up'), [
    `alauda_up{namespace="demo",${north}} 1`,
    `alauda_up{namespace="demo",${south}} 1`,
  ])
  t.is(
    numberOf(text, `alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0",${north}}`),
    1,
  )
})

test('the page and the log report a cloud that is down, and one that refuses the password', async (t) => {
  const down = await startCloud(t, { 'services/demo/': { status: 502, body: { detail: 'Bad Gateway' } } })
  const refusing = await startCloud(t, { 'generate-api-token/': { status: 401 } })
  const accounts = [
    accountIn('north', down),
    accountIn('south', await startCloud(t, webIn(2, 'demo'))),
    accountIn('west', refusing),
  ]
  const { page, lines } = await startTestExporter(t, { file: { accounts }, flags })
  const text = await page()
  t.deepEqual(metricOf(text, 'alauda_up', southMemory, 'alauda_login_failures_total'), [
    `${southMemory} 2`,
    `alauda_up{namespace="demo",${north}} 0`,
    `alauda_up{namespace="demo",${south}} 1`,
    `alauda_up{namespace="demo",${labelsOf('west')}} 0`,
    `alauda_login_failures_total{${north}} 0`,
    `alauda_login_failures_total{${south}} 0`,
    `alauda_login_failures_total{${labelsOf('west')}} 1`,
  ])
  const trouble = 'HTTP status 502, \\"Bad Gateway\\"; the API or a proxy before it is in trouble'
  const refusal = 'the API refuses this user name and password; check both (HTTP status 401)'
  t.deepEqual(lines.map((line) => line.replace(/durationSeconds=.*$/, 'durationSeconds=N')).sort(), [
    'level=info msg="the service list was read" account=south team=team-south namespace=demo services=1 instances=1 durationSeconds=N',
    `level=warn msg="the service list could not be read" account=north team=team-north namespace=demo error="GET ${down.endpoint}services/demo/?page_size=100&page=1: ${trouble}"`,
    `level=warn msg="the service list could not be read" account=west team=team-west namespace=demo error="POST ${refusing.endpoint}generate-api-token/: ${refusal}"`,
  ])
})

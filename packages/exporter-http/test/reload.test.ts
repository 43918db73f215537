import type { ExecutionContext } from 'ava'
import test from 'ava'
import { accountIn, labelsOf } from './helpers/accounts.js'
import { callsAt, event, hangs, loginsAt, onePage, service, startCloud, webIn } from './helpers/cloud.js'
import { startTestExporter } from './helpers/exporter.js'
import { metricOf, numberOf, samplesOf } from './helpers/page.js'

const [north, south] = [labelsOf('north'), labelsOf('south')]
// No call is too late because the machine is busy.
const lifecycle = { 'web.enable-lifecycle': ['true'], 'alauda.max-retries': ['0'], 'alauda.timeout': ['100s'] }
const reread = [200, 'Settings reloaded.\n'] as const
const memoryOf = (page: string) => metricOf(page, 'alauda_instance_memory_usage_bytes')
const memoryLine = (bytes: number, labels: string) =>
  `alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0",${labels}} ${bytes}`

/** Two clouds, and an exporter that watches the account `north` in the first of them, with these settings beside. */
const setUp = async (t: ExecutionContext, others: object = {}) => {
  const clouds = {
    north: await startCloud(t, webIn(1, 'demo'), 'a'.repeat(40)),
    south: await startCloud(t, webIn(2, 'demo'), 'b'.repeat(40)),
  }
  const accounts = { north: accountIn('north', clouds.north), south: accountIn('south', clouds.south) }
  // So that nothing is collected in between.
  const hourly = { collect: { interval: '1h' } }
  const file = { ...hourly, accounts: [accounts.north], ...others }
  const exporter = await startTestExporter(t, { file, flags: lifecycle })
  return { clouds, accounts, ...exporter, write: (next: object) => exporter.write({ ...hourly, ...next }) }
}

test('an added account is on the next page; the previous one continues as it is', async (t) => {
  const { clouds, accounts, page, write, postReload, lines } = await setUp(t)
  t.deepEqual(memoryOf(await page()), [memoryLine(1, north)])
  write({ accounts: [accounts.south, accounts.north] })
  t.deepEqual(await postReload(), reread)
  const text = await page()
  t.deepEqual(memoryOf(text), [memoryLine(2, south), memoryLine(1, north)])
  t.is(numberOf(text, `alauda_api_requests_total{endpoint="listServices",code="200",${north}}`), 1)
  t.deepEqual(loginsAt(clouds.north), ['username=north-user&password=north-password'])
  t.is(callsAt(clouds.north, 'services/demo/'), 1)
  t.true(lines.includes('level=info msg="settings reloaded" accounts=2'))
})

test('the series of an account that did not change are on every page, whatever becomes of the others', async (t) => {
  const { accounts, page, write, postReload } = await setUp(t)
  await page()
  const hanging = accountIn('south', await startCloud(t, { 'services/demo/': hangs }))
  const requests = `alauda_api_requests_total{endpoint="listServices",code="200",${north}}`
  const steps = [[hanging], [{ ...hanging, password: 'other' }], [accounts.south], []]
  for (const others of steps) {
    write({ accounts: [accounts.north, ...others] })
    const [before, answer, after] = await Promise.all([page('/metrics', 0.2), postReload(), page('/metrics', 0.2)])
    t.deepEqual(answer, reread)
    for (const text of [before, after, await page('/metrics', 0.2)]) {
      t.true(memoryOf(text).includes(memoryLine(1, north)))
      t.is(numberOf(text, `alauda_up{namespace="demo",${north}}`), 1)
      t.is(numberOf(text, requests), 1)
    }
  }
})

test('the series of an account that is removed are gone at once', async (t) => {
  const { accounts, page, write, postReload } = await setUp(t)
  write({ accounts: [accounts.north, accounts.south] })
  await postReload()
  t.deepEqual(memoryOf(await page()), [memoryLine(1, north), memoryLine(2, south)])
  write({ accounts: [accounts.south] })
  t.deepEqual(await postReload(), reread)
  const text = await page()
  t.deepEqual(memoryOf(text), [memoryLine(2, south)])
  t.false(text.includes('north'))
})

test('an account with another password logs in again; the other does not', async (t) => {
  const { clouds, accounts, page, pageWith, write, postReload } = await setUp(t)
  write({ accounts: [accounts.north, accounts.south] })
  await postReload()
  await page()
  write({ accounts: [accounts.north, { ...accounts.south, password: 'other' }] })
  t.deepEqual(await postReload(), reread)
  t.deepEqual(memoryOf(await page()), [memoryLine(1, north), memoryLine(2, south)])
  await pageWith(new RegExp(`^alauda_logins_total\\{${south}\\} 1$`, 'm'))
  t.deepEqual(loginsAt(clouds.north), ['username=north-user&password=north-password'])
  t.deepEqual(loginsAt(clouds.south), [
    'username=south-user&password=south-password',
    'username=south-user&password=other',
  ])
})

test('new labels are on the next page, and the old ones are not', async (t) => {
  const { accounts, page, write, postReload } = await setUp(t)
  await page()
  write({ accounts: [{ ...accounts.north, labels: { team: 'new' } }] })
  t.deepEqual(await postReload(), reread)
  t.deepEqual(memoryOf(await page()), [memoryLine(1, 'account="north",team="new"')])
})

for (const [what, others] of [
  ['collect', { collect: { interval: '2m' } }],
  ['metrics', { metrics: { article_names: true } }],
] as const) {
  test(`when settings of ${what} change, every account is collected again with its token, and the next page has everything`, async (t) => {
    const { clouds, accounts, page, write, postReload } = await setUp(t)
    write({ accounts: [accounts.north, accounts.south] })
    await postReload()
    await page()
    write({ accounts: [accounts.north, accounts.south], ...others })
    t.deepEqual(await postReload(), reread)
    const text = await page()
    t.deepEqual(memoryOf(text), [memoryLine(1, north), memoryLine(2, south)])
    t.is(metricOf(text, 'memory_usage').length, what === 'metrics' ? 2 : 0)
    for (const cloud of Object.values(clouds)) t.is(loginsAt(cloud).length, 1)
  })
}

test('a collection at each scrape can be chosen, and given up again', async (t) => {
  const { clouds, accounts, page, write, postReload } = await setUp(t)
  const callsWith = async (interval: string) => {
    write({ accounts: [accounts.north], collect: { interval } })
    t.deepEqual(await postReload(), reread)
    const before = callsAt(clouds.north, 'services/demo/')
    for (const text of [await page(), await page()]) t.deepEqual(memoryOf(text), [memoryLine(1, north)])
    return callsAt(clouds.north, 'services/demo/') - before
  }
  await page()
  t.is(await callsWith('0s'), 2)
  await callsWith('1h')
  t.is(await callsWith('1h'), 0)
})

test('settings that are the same change nothing', async (t) => {
  const { clouds, accounts, page, write, postReload } = await setUp(t, { collect: { include_services: 'w.*' } })
  await page()
  write({ collect: { include_services: 'w.*' }, accounts: [accounts.north] })
  t.deepEqual([await postReload(), await postReload()], [reread, reread])
  t.deepEqual(memoryOf(await page()), [memoryLine(1, north)])
  t.is(loginsAt(clouds.north).length, 1)
})

test('a new log level holds at once', async (t) => {
  const { accounts, page, write, postReload, lines } = await setUp(t, { log: { level: 'error' } })
  await page()
  t.deepEqual(lines, [])
  write({ accounts: [accounts.north, accounts.south], log: { level: 'debug' } })
  await postReload()
  await page()
  t.deepEqual(
    lines.map((line) => line.replace(/durationSeconds=.*$/, 'durationSeconds=N')),
    [
      'level=info msg="settings reloaded" accounts=2',
      'level=debug msg=collected account=south team=team-south namespace=demo services=1 instances=1 durationSeconds=N',
      'level=info msg="the service list was read" account=south team=team-south namespace=demo services=1 instances=1 durationSeconds=N',
    ],
  )
})

test('a scrape that waits for an account while it is changed shows the account as it is then', async (t) => {
  const asked = event()
  let times = 0
  const cloud = await startCloud(t, {
    ...webIn(1, 'demo'),
    'services/demo/?page_size=100&page=1': (request, response) => {
      times += 1
      asked.happen()
      return times === 1 ? hangs(request, response) : onePage(service('web', 'u'))
    },
  })
  const account = accountIn('north', cloud, { labels: {} })
  const { page, write, postReload } = await startTestExporter(t, { file: { accounts: [account] }, flags: lifecycle })
  const scrape = page()
  await asked.wait
  write({ accounts: [{ ...account, labels: { team: 'new' } }] })
  t.deepEqual(await postReload(), reread)
  t.deepEqual(metricOf(await scrape, 'alauda_up'), ['alauda_up{namespace="demo",account="north",team="new"} 1'])
})

test('what is known of an account outlives a change of settings, though the cloud is down just then, and costs no login', async (t) => {
  let isDown = false
  const answers = webIn(1, 'demo')
  const cloud = await startCloud(t, {
    ...answers,
    'services/demo/?page_size=100&page=1': () => (isDown ? { status: 500 } : onePage(service('web', 'u'))),
  })
  const account = accountIn('north', cloud)
  const { page, write, postReload } = await startTestExporter(t, {
    file: { collect: { interval: '1h' }, accounts: [account] },
    flags: lifecycle,
  })
  t.deepEqual(memoryOf(await page()), [memoryLine(1, north)])
  isDown = true
  write({ collect: { interval: '2h', max_age: '5h' }, accounts: [account] })
  t.deepEqual(await postReload(), reread)
  t.deepEqual(memoryOf(await page()), [memoryLine(1, north)])
  t.is(loginsAt(cloud).length, 1)
})

const lifecycleReloadRefused = { 'web.enable-lifecycle': ['true'] }
const successful = 'alauda_exporter_config_last_reload_successful'
const successTime = 'alauda_exporter_config_last_reload_success_timestamp_seconds'
const refused = (...faults: ReadonlyArray<string>) =>
  [400, `Invalid settings; the previous ones stay in use.\n${faults.join('\n')}\n`] as const

const setUpReloadRefused = async (t: ExecutionContext, flags: Record<string, string[]> = lifecycleReloadRefused) => {
  const cloud = await startCloud(t, webIn(1, 'demo'))
  const file = { accounts: [accountIn('north', cloud)], collect: { interval: '1h' } }
  return { cloud, file, ...(await startTestExporter(t, { file, flags })) }
}

test('invalid settings are refused with all their problems, and the previous ones stay in use', async (t) => {
  const { cloud, file, page, write, postReload, lines } = await setUpReloadRefused(t)
  const before = await page()
  t.is(numberOf(before, successful), 1)
  const [account] = file.accounts
  write({ accounts: [{ ...account, nam: 'x' }], collect: { interval: 'soon' }, log: { level: 'loud' } })
  const [status, body] = await postReload()
  t.is(status, 400)
  const [sentence, ...faults] = body.trimEnd().split('\n')
  t.is(sentence, 'Invalid settings; the previous ones stay in use.')
  t.deepEqual(
    faults.map((fault) => fault.replace(/^exporter\.yml:1:\d+: /, '')),
    [
      'accounts[0].nam: unknown setting, did you mean name?',
      'collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m',
      'log.level: "loud" given, expected one of debug, info, warn, error',
    ],
  )
  const after = await page()
  t.deepEqual(samplesOf(after), samplesOf(before))
  t.deepEqual(metricOf(after, 'alauda_api_requests_total'), metricOf(before, 'alauda_api_requests_total'))
  t.deepEqual([numberOf(after, successful), numberOf(after, successTime)], [0, numberOf(before, successTime)])
  t.is(loginsAt(cloud).length, 1)
  t.deepEqual(
    lines.filter((line) => line.startsWith('level=error')),
    [`level=error msg="invalid settings; the previous ones stay in use" faults=${JSON.stringify(faults.join('; '))}`],
  )
})

test('each failed reload is reported once; a successful one has a new timestamp', async (t) => {
  const before = Date.now() / 1000
  const { file, page, write, postReload, lines } = await setUpReloadRefused(t)
  const begun = numberOf(await page(), successTime)
  t.true(begun >= Math.floor(before) && begun <= Date.now() / 1000)
  write('collect: { interval: soon }')
  await postReload()
  await postReload()
  t.is(lines.filter((line) => line.startsWith('level=error')).length, 2)
  t.is(numberOf(await page(), successful), 0)
  write(file)
  t.deepEqual(await postReload(), reread)
  const mended = await page()
  t.is(numberOf(mended, successful), 1)
  t.true(numberOf(mended, successTime) > begun)
  t.true(mended.includes(`# TYPE ${successful} gauge\n`) && mended.includes(`# TYPE ${successTime} gauge\n`))
})

test('a file that is not YAML, is empty or lacks what is needed is refused', async (t) => {
  const { page, write, postReload } = await setUpReloadRefused(t)
  for (const text of ['accounts: [', '', 'accounts: []', '- a', '\u0000']) {
    write(text)
    const [status] = await postReload()
    t.is(status, 400, JSON.stringify(text))
  }
  t.is(numberOf(await page(), `alauda_up{namespace="demo",${labelsOf('north')}}`), 1)
})

test('no fault holds a secret of the file', async (t) => {
  const { cloud, page, write, postReload, lines } = await setUpReloadRefused(t)
  const secret = 'hunter2-sécret'
  const wrongs = [
    { accounts: [{ ...accountIn('north', cloud), password: secret, token: secret }] },
    { accounts: [{ ...accountIn('north', cloud), password: secret, interval: secret }] },
    { accounts: [{ ...accountIn('north', cloud), password: [secret], labels: { 'a-b': secret } }] },
    { alauda: { username: 'demo', password: secret, endpoint: `https://demo:${secret}@cloud.test/v1/` } },
    `alauda: { username: demo, password: ${secret}, timeout: soon }`,
    `alauda:\n  username: demo\n  password: ${secret}: ${secret}\n`,
    `alauda: { password: "${secret}`,
    `${secret}`,
  ]
  for (const wrong of wrongs) {
    write(wrong)
    const [status, body] = await postReload()
    t.is(status, 400, JSON.stringify(wrong))
    t.false(body.includes(secret), body)
  }
  t.false([...lines, await page()].join('\n').includes(secret))
})

test('settings of web take a restart', async (t) => {
  const { file, page, write, postReload } = await setUpReloadRefused(t)
  write({ ...file, web: { telemetry_path: '/other' }, log: { level: 'debug' } })
  t.deepEqual(await postReload(), refused('--web.telemetry-path: changed, which takes a restart'))
  t.is(numberOf(await page(), successful), 0)
  write(file)
  t.deepEqual(await postReload(), reread)
})

test('all settings of web that differ are named, and no other', async (t) => {
  const { file, write, postReload } = await setUpReloadRefused(t)
  write({
    ...file,
    web: {
      telemetry_path: '/other',
      config_file: 'web.yml',
      max_requests: 1,
      disable_exporter_metrics: true,
      prometheus_url: 'http://localhost:9090/',
      enable_lifecycle: false,
    },
  })
  const rest = 'changed, which takes a restart'
  t.deepEqual(
    await postReload(),
    refused(
      `--web.telemetry-path: ${rest}`,
      `--web.config.file: ${rest}`,
      `--web.max-requests: ${rest}`,
      `--web.disable-exporter-metrics: ${rest}`,
      `--web.prometheus-url: ${rest}`,
    ),
  )
})

test('where it is not enabled nothing is read', async (t) => {
  const { page, postReload, reads } = await setUpReloadRefused(t, {})
  t.deepEqual(await postReload(), [
    403,
    'Reloading over HTTP is not enabled: start the exporter with --web.enable-lifecycle, or send it SIGHUP.\n',
  ])
  t.is(reads(), 1)
  t.is(numberOf(await page(), successful), 1)
})

test('a look at it changes nothing', async (t) => {
  const { get, reads } = await setUpReloadRefused(t)
  for (const method of ['GET', 'HEAD', 'PUT']) {
    const response = await get('/-/reload', { method })
    t.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'], method)
  }
  t.is(reads(), 1)
})

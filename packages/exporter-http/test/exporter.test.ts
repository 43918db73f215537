import type { ExecutionContext } from 'ava'
import test from 'ava'
import { accountIn } from './helpers/accounts.js'
import { event, onePage, service, startCloud, webIn } from './helpers/cloud.js'
import { runCommand, startServing } from './helpers/command.js'
import { startTestExporter } from './helpers/exporter.js'
import { collectionOf, subjectsOf } from './helpers/page.js'

const start = (t: ExecutionContext, environment: Record<string, string>, flags: Record<string, string[]> = {}) =>
  startTestExporter(t, { environment, flags })

const answers = { ...webIn(1, 'demo'), 'services/demo/web/': { body: service('web', 'u') } }

test('serves metrics, health and a page with links to them', async (t) => {
  const { environment } = await startCloud(t, answers)
  const { get } = await start(t, environment)
  const metrics = await get('/metrics?ignored')
  t.is(metrics.status, 200)
  t.is(metrics.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  t.regex(await metrics.text(), /^alauda_up\{namespace="demo"\} 1$/m)
  const landing = await get('/')
  t.is(landing.headers.get('content-type'), 'text/html; charset=utf-8')
  for (const [, href = ''] of (await landing.text()).matchAll(/href="([^"]*)"/g)) {
    t.is((await get(href.replaceAll('&amp;', '&'))).status, 200, href)
  }
  t.is((await get('/nowhere')).status, 404)
})

test('the metrics are where the settings want them, and only there', async (t) => {
  const { environment } = await startCloud(t, answers)
  const { get } = await start(t, environment, { 'web.telemetry-path': ['/a/metrics'] })
  t.is((await get('/a/metrics')).status, 200)
  t.is((await get('/metrics')).status, 404)
  t.true((await (await get('/')).text()).includes('<a href="a/metrics">'))
})

test('asks the cloud for the window and the period of the settings', async (t) => {
  const { environment, requests } = await startCloud(t, answers)
  const { get } = await start(t, environment, { 'collect.window': ['1h'], 'collect.period': ['5m'] })
  const before = Date.now() / 1000
  await (await get('/metrics')).text()
  const after = Date.now() / 1000
  const { searchParams } = new URL(requests.at(-1)?.path ?? '', environment.ALAUDA_ENDPOINT)
  t.is(searchParams.get('point_per_period'), '5m')
  const [from, to] = [Number(searchParams.get('start_time')), Number(searchParams.get('end_time'))]
  t.true(to - from === 3600 || to - from === 3601)
  t.true(to >= Math.floor(before) && to <= Math.ceil(after))
})

test('stopping cancels the current collection, and answers the scrape that waits for it', async (t) => {
  const asked = event()
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': () => {
      asked.happen()
      return new Promise(() => {})
    },
  })
  const { get, stop } = await start(t, environment)
  const scrape = get('/metrics')
  await asked.wait
  // Its connection was opened before this one's.
  t.is((await get('/-/healthy')).status, 200)
  const stopped = stop()
  t.is((await scrape).status, 200)
  await stopped
})

test('one scrape more than may be answered at a time is 503; whether it lives is still answered', async (t) => {
  const asked = event()
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': () => {
      asked.happen()
      return new Promise(() => {})
    },
  })
  const { get, stop } = await start(t, environment, { 'web.max-requests': ['1'] })
  const scrape = get('/metrics')
  await asked.wait
  // Its connection was opened before this one's.
  t.is((await get('/-/healthy')).status, 200)
  const second = await get('/metrics')
  t.is(second.status, 503)
  t.is(second.headers.get('retry-after'), '1')
  t.is(await second.text(), 'Limit of concurrent requests reached (1), try again later.\n')
  t.is((await get('/-/healthy')).status, 200)
  await stop()
  t.is((await scrape).status, 200)
})

test('however many probes are under way, what is known is shown', async (t) => {
  const asked = event()
  const { environment } = await startCloud(t, {
    ...answers,
    'services/demo/web/': () => {
      asked.happen()
      return new Promise(() => {})
    },
  })
  const { get, stop } = await start(t, environment, { 'web.max-requests': ['1'] })
  const probe = get('/probe?namespace=demo&service=web')
  await asked.wait
  t.is((await get('/probe?namespace=demo&service=web')).status, 503)
  t.is((await get('/metrics')).status, 200)
  await stop()
  await probe
})

test('has the metrics of its process and of requests, unless they are disabled', async (t) => {
  const { environment } = await startCloud(t, answers)
  const own = /^(?:process_cpu_seconds_total|nodejs_version_info|alauda_exporter_http_requests_total)\b/gm
  const namesOn = async (flags: Record<string, string[]>) => {
    const { get, page } = await start(t, environment, flags)
    await get('/nowhere')
    return (await page()).match(own)?.toSorted() ?? []
  }
  t.deepEqual(await namesOn({}), [
    'alauda_exporter_http_requests_total',
    'nodejs_version_info',
    'process_cpu_seconds_total',
  ])
  t.deepEqual(await namesOn({ 'web.disable-exporter-metrics': ['true'] }), [])
})

test('rejects where it cannot listen, and then asks the cloud for nothing', async (t) => {
  const { environment, endpoint, requests } = await startCloud(t, answers)
  const { host } = new URL(endpoint)
  await t.throwsAsync(start(t, environment, { 'web.listen-address': [host] }), { message: /EADDRINUSE/ })
  t.deepEqual(requests, [])
})

const plain = (lines: ReadonlyArray<string>) =>
  lines.map((line) => line.replace(/durationSeconds=.*$/, 'durationSeconds=N').replace(/: HTTP status (\d+).*/, ': $1'))

test('an outage has one log line for each kind of reason, however long it takes, and one for its end', async (t) => {
  const statuses = [500, 429, 500, 429, 400, 500, 429, 400]
  const over = event()
  let lists = 0
  const cloud = await startCloud(t, {
    'services/demo/?page_size=100&page=1': () => {
      lists += 1
      const status = statuses[lists - 1]
      if (lists === statuses.length + 3) over.happen()
      return status === undefined ? onePage() : { status }
    },
  })
  const { lines } = await startTestExporter(t, {
    file: { accounts: [accountIn('north', cloud)], collect: { interval: '20ms', timeout: '1m' } },
    flags: { 'alauda.max-retries': ['0'] },
  })
  await over.wait
  const failed = (status: number, query: string) =>
    `level=warn msg="the service list could not be read" account=north team=team-north namespace=demo error="GET ${cloud.endpoint}services/demo/?${query}: ${status}`
  t.deepEqual(plain(lines), [
    failed(500, 'page_size=100&page=1'),
    failed(429, 'page=1'),
    failed(400, 'page=1'),
    'level=info msg="the service list was read" account=north team=team-north namespace=demo services=0 instances=0 durationSeconds=N',
  ])
})

test('services with the same labels are logged once; on level debug there is a line for each collection', async (t) => {
  const third = event()
  let lists = 0
  const cloud = await startCloud(t, {
    'services/demo/?page_size=100&page=1': () => {
      lists += 1
      if (lists === 4) third.happen()
      return onePage({ ...service('web'), uuid: 'a' }, { ...service('web'), uuid: 'b' })
    },
  })
  const { lines } = await startTestExporter(t, {
    file: { accounts: [accountIn('north', cloud)], collect: { interval: '20ms', timeout: '1m' } },
    flags: { 'log.level': ['debug'] },
  })
  await third.wait
  const collected =
    'level=debug msg=collected account=north team=team-north namespace=demo services=1 instances=0 durationSeconds=N'
  t.deepEqual(plain(lines.slice(0, 5)), [
    collected,
    'level=info msg="the service list was read" account=north team=team-north namespace=demo services=1 instances=0 durationSeconds=N',
    'level=warn msg="several objects have the same labels; only the newest of them is shown" account=north team=team-north namespace=demo leftOut=1',
    collected,
    collected,
  ])
})

test('--demo needs no account: it watches a cloud of its own, where services run', async (t) => {
  const { status, stdout, stderr } = await runCommand(t, [
    'once',
    '--demo',
    '--collect.interval=5m',
    '--alauda.timeout=5m',
  ])
  t.is(stderr, '')
  t.is(status, 0)
  t.is(collectionOf(stdout)[0], 'alauda_up{namespace="demo"} 1')
  for (const metric of ['alauda_instance_memory_usage_bytes', 'alauda_service_info']) {
    t.true(subjectsOf(stdout).some((line) => line.startsWith(`${metric}{namespace="demo",`)))
  }
})

test('serve --demo says where its cloud is, and ends it with itself', async (t) => {
  const command = await startServing(t, {}, '--demo')
  const [, endpoint = ''] =
    /^An embedded cloud answers at (\S+) \(user name and password: demo\)$/m.exec(command.stdout()) ?? []
  const login = { method: 'POST', body: new URLSearchParams({ username: 'demo', password: 'demo' }) }
  t.is((await fetch(`${endpoint}generate-api-token/`, login)).status, 200)
  command.kill('SIGTERM')
  t.is((await command.exit).status, 0)
  await t.throwsAsync(fetch(endpoint), { message: 'fetch failed' })
})

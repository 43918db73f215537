import test, { type ExecutionContext } from 'ava'
import { event, service, startCloud, webIn } from './helpers/cloud.js'
import { startTestExporter } from './helpers/exporter.js'

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
  t.true((await (await get('/')).text()).includes('<a href="/a/metrics">'))
})

test('asks the cloud for the window and the period of the settings', async (t) => {
  const { environment, requests } = await startCloud(t, answers)
  const { get } = await start(t, environment, { 'collect.window': ['1h'], 'collect.period': ['5m'] })
  await (await get('/metrics')).text()
  const { searchParams } = new URL(requests.at(-1)?.path ?? '', environment.ALAUDA_ENDPOINT)
  t.is(searchParams.get('point_per_period'), '5m')
  const [from, to] = [Number(searchParams.get('start_time')), Number(searchParams.get('end_time'))]
  t.true(to - from === 3600 || to - from === 3601)
  t.true(Math.abs(to - Date.now() / 1000) < 60)
})

test('stopping breaks off the collection that is under way, and answers the scrape that waits for it', async (t) => {
  const asked = event()
  const { environment } = await startCloud(t, {
    'services/demo/?page=1': () => {
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

test('rejects where it cannot listen, and then asks the cloud for nothing', async (t) => {
  const { environment, endpoint, requests } = await startCloud(t, answers)
  const { host } = new URL(endpoint)
  await t.throwsAsync(start(t, environment, { 'web.listen-address': [host] }), { message: /EADDRINUSE/ })
  t.deepEqual(requests, [])
})

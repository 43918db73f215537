import test from 'ava'
import type { Reply } from '../../alauda-client/test/helpers/api-server.js'
import { accountIn } from './helpers/accounts.js'
import { callsAt, loginsAt, onePage, secrets, service, startCloud } from './helpers/cloud.js'
import { startTestExporter } from './helpers/exporter.js'
import { metricOf, numberOf } from './helpers/page.js'

const lifecycle = { 'web.enable-lifecycle': ['true'] }

const tokenless: ReadonlyArray<readonly [string, Reply]> = [
  ['429', { status: 429, body: { detail: 'throttled' } }],
  ['429 for an hour', { status: 429, headers: { 'retry-after': '3600' } }],
  ['500', { status: 500 }],
  ['403', { status: 403 }],
  ['423', { status: 423 }],
  ['a page of HTML', { body: '<html></html>', headers: { 'content-type': 'text/html' } }],
]

for (const [what, reply] of tokenless) {
  test(`a login that is answered by ${what} is one attempt for collections, scrapes, probes and the client after a reload`, async (t) => {
    let logins = 0
    const cloud = await startCloud(t, {
      'generate-api-token/': () => {
        logins += 1
        return logins === 1 ? reply : { status: 418 }
      },
    })
    const account = accountIn('north', cloud)
    const file = { collect: { interval: '1h' }, accounts: [account] }
    const { page, get, write, postReload } = await startTestExporter(t, { file, flags: lifecycle })
    const begun = performance.now()
    const probes = Array.from({ length: 20 }, (_, index) =>
      get(`/probe?account=north&namespace=demo&service=s${index}`),
    )
    for (const response of await Promise.all(probes)) await response.text()
    t.deepEqual(metricOf(await page(), 'alauda_up').length, 1)
    // Another limit makes another client, which keeps to the wait of the one before.
    write({ ...file, alauda: { max_concurrency: 3 } })
    t.deepEqual(await postReload(), [200, 'Settings reloaded.\n'])
    await page()
    for (let n = 0; n < 5; n++) await page(`/probe?account=north&namespace=demo&service=again${n}`)
    // The shortest wait is 1 s: a busy machine may have come to the next attempts.
    const attempts = 1 + Math.floor(Math.log2(1 + (performance.now() - begun) / 1000))
    t.true(
      loginsAt(cloud).length >= 1 && loginsAt(cloud).length <= attempts,
      `${loginsAt(cloud).length} of ${attempts}`,
    )
  })
}

test('a reload clears Retry-After', async (t) => {
  let isThrottled = true
  const cloud = await startCloud(t, {
    'services/demo/': () => (isThrottled ? { status: 429, headers: { 'retry-after': '3600' } } : onePage()),
  })
  const { environment } = cloud
  const flags = { ...lifecycle, 'collect.interval': ['0'], 'alauda.max-retries': ['0'] }
  const { page, postReload } = await startTestExporter(t, { environment, flags })
  t.deepEqual(metricOf(await page('/metrics', 1), 'alauda_up'), ['alauda_up{namespace="demo"} 0'])
  isThrottled = false
  t.deepEqual(metricOf(await page('/metrics', 1), 'alauda_up'), ['alauda_up{namespace="demo"} 0'])
  t.is(callsAt(cloud, 'services/demo/'), 1)
  t.is((await postReload())[0], 200)
  t.deepEqual(metricOf(await page('/metrics', 10), 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
})

test('a token that ends in the middle of a collection, when logins are throttled, costs one login', async (t) => {
  const uuids = Array.from({ length: 50 }, (_, index) => `u${index}`)
  let logins = 0
  const cloud = await startCloud(t, {
    'generate-api-token/': () => {
      logins += 1
      return logins === 1 ? { body: { token: secrets.token } } : { status: 429, headers: { 'retry-after': '3600' } }
    },
    'services/demo/': onePage(service('web', ...uuids)),
    ...Object.fromEntries(uuids.map((uuid) => [`services/demo/web/instances/${uuid}/metrics`, { status: 401 }])),
  })
  const { page } = await startTestExporter(t, { environment: cloud.environment })
  const text = await page()
  t.is(numberOf(text, 'alauda_collection_instances{namespace="demo",outcome="failed"}'), 50)
  t.is(numberOf(text, 'alauda_collection_instances{namespace="demo",outcome="gone"}'), 0)
  t.is(loginsAt(cloud).length, 2)
})

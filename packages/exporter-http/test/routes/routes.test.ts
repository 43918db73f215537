import { systemClock } from '@alauda-exporter/alauda-client'
import test from 'ava'
import { assetRoute, assets } from '../../src/routes/assets.js'
import { reloadDisabledRoute, reloadRoute } from '../../src/routes/management.js'
import { createReadStatus, statusRoute } from '../../src/routes/status.js'
import { createHistory } from '../../src/status/history.js'
import { plainText, withHeaders } from '../../src/toolkit/handler.js'
import { asked, textOf } from '../helpers/asked.js'
import { memory, onePage, service, startCloud } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'

test('returns the data as JSON; the last hour only on request', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage({ ...service('kibana', 'u'), current_status: 'Running' }),
    'services/demo/kibana/instances/u/metrics': memory(1000),
  })
  const { get, page } = await startTestExporter(t, { environment })
  await page()
  const response = await get('/api/v1/services')
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'application/json; charset=utf-8')
  t.is(response.headers.get('cache-control'), 'no-store')
  t.is(response.headers.get('x-content-type-options'), 'nosniff')
  const status = await response.json()
  const [account] = status.accounts
  const [namespace] = account.namespaces
  const [kibana] = namespace.services
  t.is(typeof kibana.listedTime, 'number')
  // The point is from 1970, but the cloud gave it: its age counts from when it was read.
  t.deepEqual(kibana, {
    service: 'kibana',
    status: 'Running',
    listedTime: kibana.listedTime,
    memoryUsageBytes: 1000,
    instances: [{ instance: 'kibana.0', uuid: 'u', outcome: 'ok', sampleTime: 60, memoryUsageBytes: 1000 }],
  })
  t.deepEqual(
    { ...namespace, services: [] },
    {
      namespace: 'demo',
      up: true,
      lastCollectionTime: namespace.lastCollectionTime,
      lastSuccessTime: namespace.lastSuccessTime,
      collectionDurationSeconds: namespace.collectionDurationSeconds,
      collectionIntervalSeconds: 3600,
      failedInstances: 0,
      leftOutInstances: 0,
      tooLong: 0,
      duplicates: 0,
      serviceCount: 1,
      services: [],
    },
  )
  t.is(account.apiRequests, 3)

  const withHistory = await (await get('/api/v1/services?history=1')).json()
  const { history } = withHistory.accounts[0].namespaces[0].services[0]
  t.deepEqual(history, {
    times: [namespace.lastCollectionTime],
    cpuUsageCores: [null],
    memoryUsageBytes: [1000],
  })
})

test('without an interval the first one asks the cloud, and no other', async (t) => {
  const cloud = await startCloud(t, { 'services/demo/?page_size=100&page=1': onePage(service('kibana')) })
  const { get } = await startTestExporter(t, {
    environment: cloud.environment,
    flags: { 'collect.interval': ['0s'] },
  })
  const first = await (await get('/api/v1/services')).json()
  t.is(first.accounts[0].namespaces[0].services[0].service, 'kibana')
  const calls = cloud.requests.length
  await get('/api/v1/services')
  await get('/')
  t.is(cloud.requests.length, calls)
})

test('a cloud that hangs does not hold up the answer', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/?page_size=100&page=1': () => new Promise(() => {}) })
  // Nothing but the answer's own patience would end it.
  const flags = { 'collect.interval': ['1h'], 'collect.timeout': ['1h'], 'alauda.timeout': ['1h'] }
  const { get } = await startTestExporter(t, { environment, flags })
  const status = await (await get('/api/v1/services')).json()
  t.deepEqual(status.accounts[0].namespaces, [
    {
      namespace: 'demo',
      failedInstances: 0,
      leftOutInstances: 0,
      tooLong: 0,
      duplicates: 0,
      serviceCount: 0,
      services: [],
    },
  ])
})

test('the script and the style, for good under the address that the page names', async (t) => {
  for (const [name, contentType] of [
    ['script', 'text/javascript; charset=utf-8'],
    ['style', 'text/css; charset=utf-8'],
  ] as const) {
    const response = await assetRoute(name)(asked({}, assets()[name].url.split('?')[1]))
    t.is(response.status, 200)
    t.deepEqual(response.headers, {
      'content-type': contentType,
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
    })
  }
})

test('under an address of another version they are not kept', async (t) => {
  for (const query of ['', 'v=', 'v=old']) {
    const response = await assetRoute('script')(asked({}, query))
    t.is(response.headers['cache-control'], 'no-cache')
  }
})

test('all is in them, with the licence of what is not ours; nothing is loaded from elsewhere', (t) => {
  const { script, style } = assets()
  t.regex(textOf(script.content), /uPlot/)
  t.regex(textOf(script.content), /Permission is hereby granted/)
  t.notRegex(textOf(script.content), /\bimport\b|\beval\(|new Function/)
  t.notRegex(textOf(style.content), /@import|url\(/)
  t.true(script.content.length < 100_000)
})

const empty = {
  readStatus: createReadStatus({
    watch: { accounts: () => [], scrape: async () => [], maxAgeSeconds: () => 300 },
    history: createHistory(),
    version: '1.2.3',
    clock: systemClock,
  }),
  telemetryPath: '/m/etrics',
}

const languageOf = async (acceptLanguage: string | undefined, query = '') => {
  const headers = acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage }
  const { body } = await statusRoute(empty)(asked(headers, query))
  return /<html lang="([^"]*)">/.exec(textOf(body))?.[1]
}

test('in the language that the address asks for, or else the browser; English for all others', async (t) => {
  t.is(await languageOf(undefined), 'en')
  t.is(await languageOf('zh-CN,zh;q=0.9,en;q=0.8'), 'zh-Hans')
  t.is(await languageOf('zh-TW'), 'zh-Hans')
  t.is(await languageOf('de,en;q=0.5,zh;q=0.4'), 'en')
  t.is(await languageOf('fr'), 'en')
  t.is(await languageOf('zh', 'lang=en'), 'en')
  t.is(await languageOf('en', 'lang=zh'), 'zh-Hans')
  t.is(await languageOf('zh', 'lang=xx'), 'zh-Hans')
})

test('may do nothing but what it is made for', async (t) => {
  const { etag = '', ...headers } = (await statusRoute(empty)(asked())).headers
  t.regex(etag, /^W\/"[\w-]{22}"$/)
  t.deepEqual(headers, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    vary: 'accept-language',
  })
})

test('links to everything that is served', async (t) => {
  const { body } = await statusRoute(empty)(asked())
  t.deepEqual(
    [...textOf(body).matchAll(/<a href="([^"?]*)">/g)].map(([, href]) => href),
    ['m/etrics', 'sd', 'api/v1/services', '-/healthy', '-/ready'],
  )
})

test('how to log in to Prometheus stays here', async (t) => {
  const { body } = await statusRoute({ ...empty, prometheusUrl: 'http://me:secret@prom:9090/' })(asked())
  t.true(textOf(body).includes('data-prometheus-url="http://prom:9090/"'))
  t.false(textOf(body).includes('secret'))
})

test('the exporter serves it, with its assets', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(service('kibana', 'u')),
  })
  const { get } = await startTestExporter(t, { environment })
  const response = await get('/')
  t.is(response.headers.get('content-type'), 'text/html; charset=utf-8')
  const html = await response.text()
  t.true(html.includes('data-key="demo/kibana"'))
  for (const [, path = ''] of html.matchAll(/(?:src|href)="(assets\/[^"]*)"/g)) {
    const asset = await get(`/${path}`)
    t.is(asset.status, 200)
    t.is(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  }
})

const request = asked()

test('says that the settings were read again, or all that is wrong with them', async (t) => {
  t.deepEqual(await reloadRoute(async () => [])(request), plainText(200, 'Settings reloaded.'))
  const inFile = { origin: { file: 'a.yml' }, line: 1, column: 2, setting: 'b', what: 'empty', expected: 'a value' }
  const flag = { origin: 'command line', setting: '--b', what: 'given twice' } as const
  t.deepEqual(
    await reloadRoute(async () => [flag, inFile])(request),
    plainText(
      400,
      'Invalid settings; the previous ones stay in use.\n--b: given twice\na.yml:1:2: b: empty, expected a value',
    ),
  )
})

test('reads at each request, and not before', async (t) => {
  let reads = 0
  const route = reloadRoute(async () => {
    reads += 1
    return []
  })
  t.is(reads, 0)
  await route(request)
  await route(request)
  t.is(reads, 2)
})

test('where it is not enabled it says how to', async (t) => {
  t.deepEqual(
    await reloadDisabledRoute(request),
    plainText(
      403,
      'Reloading over HTTP is not enabled: start the exporter with --web.enable-lifecycle, or send it SIGHUP.',
    ),
  )
})

test('a page of another site cannot reload; the page itself, and what is no browser, can', async (t) => {
  let reads = 0
  const statusOf = async (headers: Record<string, string>, externalUrl?: string) => {
    const route = reloadRoute(async () => {
      reads += 1
      return []
    }, externalUrl)
    return (await route(asked(headers))).status
  }
  const host = 'exporter:10104'
  const own: ReadonlyArray<readonly [Record<string, string>, string?]> = [
    [{ host }],
    [{ host, origin: 'http://exporter:10104', 'sec-fetch-site': 'same-origin' }],
    [{ host, origin: 'https://exporter:10104' }],
    [{ host, 'sec-fetch-site': 'none' }],
    [{ host: 'exporter:443', origin: 'https://exporter' }],
    [{ host: 'EXPORTER', origin: 'http://exporter' }],
    [{ host, origin: 'https://example.com' }, 'https://example.com/exporter'],
    [{ host, referer: 'http://exporter:10104/?name=web' }],
    [
      { host, referer: 'https://example.com/exporter/', 'sec-fetch-site': 'same-origin' },
      'https://example.com/exporter',
    ],
    [{ host, origin: 'http://exporter:10104', referer: 'http://evil.example/' }],
  ]
  for (const [headers, externalUrl] of own) t.is(await statusOf(headers, externalUrl), 200, JSON.stringify(headers))
  t.is(reads, own.length)
  const foreign: ReadonlyArray<readonly [Record<string, string>, string?]> = [
    [{ host, origin: 'http://evil.example' }],
    [{ host, origin: 'http://exporter' }],
    [{ host, origin: 'http://exporter:10105' }],
    [{ host, origin: 'null' }],
    [{ host, origin: '' }],
    [{ host, origin: 'http://exporter:10104/' }],
    [{ host, origin: 'http://exporter:10104@evil.example' }],
    [{ host, origin: 'http://exporter:10104, http://evil.example' }],
    [{ host, origin: 'file://' }],
    [{ origin: 'http://exporter:10104' }],
    [{ host, origin: 'http://exporter:10104', 'sec-fetch-site': 'cross-site' }],
    [{ host, 'sec-fetch-site': 'same-site' }],
    [{ host, origin: 'http://example.com' }, 'https://example.com/exporter'],
    [{ host, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }],
    [{ host, referer: 'https://evil.example/' }],
    [{ host, referer: 'http://exporter:10104.evil.example/' }],
    [{ host, referer: 'http://exporter:10104@evil.example/' }],
    [{ host, referer: 'exporter:10104' }],
    [{ host, referer: '' }],
    [{ host, origin: 'null', referer: 'http://exporter:10104/' }],
    [{ host: 'exporter', referer: 'http://exporter:10104/' }],
  ]
  for (const [headers, externalUrl] of foreign) t.is(await statusOf(headers, externalUrl), 403, JSON.stringify(headers))
  t.is(reads, own.length)
})

test('headers are on every answer, beside its own', async (t) => {
  const respond = withHeaders(() => ({ 'X-Frame-Options': 'deny' }))(async () => plainText(405, 'no', { allow: 'GET' }))
  t.deepEqual(await respond(request), plainText(405, 'no', { 'x-frame-options': 'deny', allow: 'GET' }))
})

test('a header of the page wins, however it is spelled', async (t) => {
  const page = async () => plainText(200, 'page', { 'content-Security-Policy': "default-src 'self'" })
  const respond = withHeaders(() => ({ 'Content-Security-Policy': "default-src 'none'" }))(page)
  t.is((await respond(request)).headers['content-security-policy'], "default-src 'self'")
  t.false('content-Security-Policy' in (await respond(request)).headers)
})

test('other headers count from the next request on', async (t) => {
  let headers: Record<string, string> = {}
  const respond = withHeaders(() => headers)(async () => plainText(200, 'page'))
  t.false('x-xss-protection' in (await respond(request)).headers)
  headers = { 'X-XSS-Protection': '0' }
  t.is((await respond(request)).headers['x-xss-protection'], '0')
})

import { systemClock } from '@alauda-exporter/alauda-client'
import test from 'ava'
import { statusRoute } from '../../src/http/status.js'
import { createHistory } from '../../src/status/history.js'
import { asked } from '../helpers/asked.js'
import { onePage, service, startCloud } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'

const empty = {
  watch: { accounts: () => [], ready: async () => {}, maxAgeSeconds: () => 300 },
  history: createHistory(),
  version: '1.2.3',
  clock: systemClock,
  telemetryPath: '/m/etrics',
}

const languageOf = async (acceptLanguage: string | undefined, query = '') => {
  const headers = acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage }
  const { body } = await statusRoute(empty)(asked(headers, query))
  return /<html lang="([^"]*)">/.exec(body)?.[1]
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
  const { headers } = await statusRoute(empty)(asked())
  t.deepEqual(headers, {
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
    [...body.matchAll(/<a href="([^"?]*)">/g)].map(([, href]) => href),
    ['m/etrics', 'sd', 'api/v1/services', '-/healthy', '-/ready'],
  )
})

test('how to log in to Prometheus stays here', async (t) => {
  const { body } = await statusRoute({ ...empty, prometheusUrl: 'http://me:secret@prom:9090/' })(asked())
  t.true(body.includes('data-prometheus-url="http://prom:9090/"'))
  t.false(body.includes('secret'))
})

test('the exporter serves it, with its assets', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/?page=1': onePage(service('kibana', 'u')) })
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

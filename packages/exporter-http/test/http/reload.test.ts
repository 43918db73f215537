import test from 'ava'
import { reloadDisabledRoute, reloadRoute } from '../../src/http/reload.js'
import { asked } from '../helpers/asked.js'

const contentType = 'text/plain; charset=utf-8'
const request = asked()

test('says that the settings were read again, or all that is wrong with them', async (t) => {
  t.deepEqual(await reloadRoute(async () => [])(request), {
    status: 200,
    contentType,
    body: 'The settings were read again.\n',
  })
  t.deepEqual(await reloadRoute(async () => ['a: is wrong', 'b: so is this'])(request), {
    status: 400,
    contentType,
    body: 'The settings are wrong; the old ones stay.\na: is wrong\nb: so is this\n',
  })
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
  t.deepEqual(await reloadDisabledRoute(request), {
    status: 403,
    contentType,
    body: 'Reloading over HTTP is not enabled: start the exporter with --web.enable-lifecycle, or send it SIGHUP.\n',
  })
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
  ]
  for (const [headers, externalUrl] of foreign) t.is(await statusOf(headers, externalUrl), 403, JSON.stringify(headers))
  t.is(reads, own.length)
})

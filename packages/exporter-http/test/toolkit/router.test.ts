import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { ownedPaths } from '../../src/paths.js'
import { prefixed } from '../../src/toolkit/router.js'
import { startCloud, webIn } from '../helpers/cloud.js'
import { type RunningExporter, startTestExporter } from '../helpers/exporter.js'

/** A proxy that passes on to the exporter what is below `/outside`, without that. */
const startProxy = async (t: ExecutionContext, target: () => string, isHostKept: boolean): Promise<string> => {
  const server = createServer((asked, answer) => {
    const { url = '', method, headers } = asked
    if (!url.startsWith('/outside/')) {
      answer.writeHead(404).end('not ours')
      return
    }
    const to = new URL(target())
    const { host, ...others } = headers
    const passed = isHostKept ? headers : { ...others, host: to.host }
    const options = { port: to.port, host: to.hostname, path: url.slice('/outside'.length), method, headers: passed }
    asked.pipe(
      request(options, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(answer)
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** All that the page at this address leads to in this exporter. */
const linksOf = async (page: string): Promise<ReadonlyArray<string>> => {
  const html = await (await fetch(page)).text()
  return [...html.matchAll(/(?:href|src|action)="([^"#]*)"/g)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&'))
    .filter((href) => !href.startsWith('data:'))
    .map((href) => new URL(href, page).href)
}

const targetsOf = async (sd: string): Promise<ReadonlyArray<string>> => {
  const groups: ReadonlyArray<{ targets: ReadonlyArray<string>; labels: Record<string, string> }> = await (
    await fetch(sd)
  ).json()
  return groups.flatMap(({ targets, labels }) =>
    targets.map(
      (address) =>
        `${labels.__scheme__ ?? 'http'}://${address}${labels.__metrics_path__}?namespace=${labels.__param_namespace}&service=${labels.__param_service}`,
    ),
  )
}

const allWork = async (t: ExecutionContext, base: string) => {
  const links = await linksOf(base)
  t.true(links.length > 10)
  for (const link of new Set(links)) {
    t.true(link.startsWith(base), link)
    t.is((await fetch(link)).status, 200, link)
  }
  const targets = await targetsOf(`${base}sd`)
  t.is(targets.length, 1)
  for (const target of targets) t.is((await fetch(target)).status, 200, target)
}

const startBehind = async (t: ExecutionContext, flags: Record<string, ReadonlyArray<string>>) => {
  const { environment } = await startCloud(t, {
    ...webIn(1, 'demo'),
    'services/demo/web/': { body: { service_name: 'web', uuid: 'u', instances: [] } },
  })
  return startTestExporter(t, { environment, flags: { 'collect.interval': ['1h'], ...flags } })
}

const baseOf = ({ urls }: RunningExporter) => urls[0] ?? ''

test('without a prefix all is below /', async (t) => {
  await allWork(t, baseOf(await startBehind(t, {})))
})

test('with a prefix, or an external URL that has one, all is below that', async (t) => {
  for (const flags of [
    { 'web.route-prefix': ['/inside'] },
    { 'web.external-url': ['https://example.com/inside/'] },
    { 'web.external-url': ['https://example.com/other/'], 'web.route-prefix': ['inside/'] },
  ]) {
    const exporter = await startBehind(t, flags)
    await allWork(t, `${baseOf(exporter)}inside/`)
    for (const path of ['', 'inside']) {
      const response = await fetch(`${baseOf(exporter)}${path}`, { redirect: 'manual' })
      t.is(response.status, 302)
      t.is(response.headers.get('location'), '/inside/')
    }
    for (const path of [...ownedPaths.filter((owned) => owned !== '/'), '/metrics', '/insidemetrics', '/inside//sd']) {
      t.is((await exporter.get(path)).status, 404, path)
    }
  }
})

test('behind a proxy that removes the prefix, whether it passes on the host or not', async (t) => {
  for (const isHostKept of [true, false]) {
    let target = ''
    const proxy = await startProxy(t, () => target, isHostKept)
    const flags = { 'web.external-url': [`${proxy}/outside`], 'web.route-prefix': ['/'] }
    target = baseOf(await startBehind(t, flags))
    await allWork(t, `${proxy}/outside/`)
    await allWork(t, target)
  }
})

test('what a client says of a prefix or a host changes nothing', async (t) => {
  const { get } = await startBehind(t, {})
  const headers = {
    'X-Forwarded-Prefix': '/evil',
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'https',
    Forwarded: 'host=evil.example',
  }
  for (const path of ['/', '/sd', '/api/v1/services']) t.notRegex(await (await get(path, { headers })).text(), /evil/)
})

test('no prefix leaves the routes as they are', (t) => {
  const routes = new Map([['/', {}]])
  t.is(prefixed('', routes), routes)
})

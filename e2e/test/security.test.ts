import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import test, { type ExecutionContext } from 'ava'
import { parseOpenMetrics } from '../../packages/collector/test/helpers/parse-open-metrics.js'
import { type ParsedFamily, parseText } from '../../packages/collector/test/helpers/parse-text.js'
import { plainText } from '../../packages/exporter-http/src/toolkit/handler.js'
import { startHttpServer } from '../../packages/exporter-http/src/toolkit/server.js'
import { type ServingCommand, startServing } from '../../packages/exporter-http/test/helpers/command.js'
import { settingsFileOnDisk } from '../../packages/exporter-http/test/helpers/disk.js'
import { numberOf } from '../../packages/exporter-http/test/helpers/page.js'
import { harmlessNames, hostileNames, shownAs, startCloudOf } from '../helpers/hostile-names.js'
import { injectedHeaders, injections, malformedRequests, traversals } from '../helpers/hostile-requests.js'
import { leakySettings, longSentences, moods, secretIn, secrets } from '../helpers/leaky-cloud.js'
import { getRaw, headOf, openSocket, receivedOn, sendRaw, statusOf } from '../helpers/raw-http.js'

const openMetrics = { accept: 'application/openmetrics-text;version=1.0.0' }

const pages = [
  '/',
  '/?lang=zh',
  `/?${new URLSearchParams({ name: 'web', sort: 'cpu', open: 'demo/web///works' })}`,
  '/api/v1/services',
  '/api/v1/services?history=1',
  '/sd',
  '/sd?account=works',
  '/probe',
  '/probe?namespace=demo&service=web',
  '/probe?account=works&namespace=other&service=web',
  '/-/healthy',
  '/-/ready',
  '/nothing',
]

// So that the tests do not wait long for clouds that do not answer.
const hurried = { 'x-prometheus-scrape-timeout-seconds': '2', 'x-prometheus-refresh-interval-seconds': '2' }

/** Everything that anybody can get to read, headers too. */
const everyPage = async ({ url, get }: ServingCommand, accounts: ReadonlyArray<string>) => {
  const read: [string, string][] = []
  const note = async (name: string, response: Response) => {
    read.push([name, `${response.status} ${JSON.stringify([...response.headers])}\n${await response.text()}`])
  }
  // What comes first collects, what comes then shows it.
  await note('/metrics', await get('/metrics', hurried))
  await note('OpenMetrics', await get('/metrics', { ...hurried, ...openMetrics }))
  const probes = accounts.map((account) => `/probe?account=${account}&namespace=demo&service=web`)
  for (const page of [...pages, ...probes]) await note(page, await get(page, hurried))
  await note('not allowed', await fetch(new URL('/metrics', url), { method: 'DELETE' }))
  await note('too large', await fetch(new URL('/', url), { method: 'POST', body: secrets.token.repeat(3000) }))
  await note('reload', await fetch(new URL('/-/reload', url), { method: 'POST' }))
  return read
}

const wrongFiles = [
  { accounts: [{ name: 'main', username: 'demo', password: [secrets.password], namespace: 'demo' }] },
  { accounts: [{ name: 'main', username: 'demo', pasword: secrets.password, token: secrets.token }] },
  { accounts: { main: secrets }, [secrets.token]: secrets.password },
  `alauda:\n  username: demo\n  password: "${secrets.token}\n  namespace: *${secrets.token}\n`,
  `${secrets.token}: ${secrets.token}: ${secrets.token}`,
]

test('no output contains a secret, whatever the cloud does and whatever is wrong with the settings', async (t) => {
  const settings = await leakySettings(t, moods)
  const file = await settingsFileOnDisk(t, settings)
  const flags = ['--log.level=debug', '--collect.interval=0s', '--web.enable-lifecycle', `--config.file=${file}`]
  const exporter = await startServing(t, {}, ...flags)
  const names = settings.accounts.map(({ name }) => name)
  const read = await everyPage(exporter, names)
  for (const wrong of wrongFiles) {
    await writeFile(file, typeof wrong === 'string' ? wrong : JSON.stringify(wrong))
    const refused = await fetch(new URL('/-/reload', exporter.url), { method: 'POST' })
    t.is(refused.status, 400)
    read.push([JSON.stringify(wrong), await refused.text()])
  }
  const { stdout: processes } = spawnSync('ps', ['-A', '-ww', '-o', 'args'], { encoding: 'utf8' })
  if (processes !== null) t.true(processes.includes(file), 'the exporter is among the processes')
  exporter.kill('SIGTERM')
  const { stdout, stderr } = await exporter.exit
  for (const [name, text] of [...read, ['stdout', stdout], ['log', stderr], ['processes', processes ?? '']] as const) {
    t.is(secretIn(text), undefined, name)
  }
  for (const name of names) {
    t.regex(stderr, new RegExp(`level=debug msg=collected account=${name} `))
    if (name !== 'works') t.regex(stderr, new RegExp(`level=warn .*account=${name} `))
  }
})

test('nor where a sentence of the cloud is cut', async (t) => {
  const file = await settingsFileOnDisk(t, await leakySettings(t, longSentences))
  const exporter = await startServing(t, {}, '--collect.interval=0s', `--config.file=${file}`)
  await exporter.page()
  t.is(secretIn(await exporter.page('/api/v1/services')), undefined)
  t.is(secretIn(exporter.stderr()), undefined)
})

const valuesOf = (families: ReadonlyArray<ParsedFamily>, family: string, label: string): ReadonlyArray<string> =>
  (families.find(({ name }) => name === family)?.samples ?? []).flatMap(({ labels }) => labels[label] ?? []).sort()

// By themselves: while this process reads pages of many megabytes, the connections of other tests would be closed as idle.
test.serial('names that the cloud makes up come out of the metrics as they are, in both formats', async (t) => {
  const environment = await startCloudOf(t, hostileNames)
  const exporter = await startServing(t, environment, '--collect.interval=0s', '--metrics.service-labels=tier')
  // On connections of their own: to read such a page takes so long that one which is kept may be closed as idle.
  const text = await (await exporter.get('/metrics', { connection: 'close' })).text()
  const inOpenMetrics = await (await exporter.get('/metrics', { ...openMetrics, connection: 'close' })).text()
  const shown = shownAs(hostileNames)
  for (const families of [parseText(text), parseOpenMetrics(inOpenMetrics)]) {
    for (const label of ['project', 'space', 'service', 'image', 'image_tag', 'instance_size']) {
      t.deepEqual(valuesOf(families, 'alauda_service_info', label), shown, label)
    }
    t.deepEqual(valuesOf(families, 'alauda_service_labels', 'label_tier'), shown)
    t.deepEqual(valuesOf(families, 'alauda_instance_info', 'instance_name'), shown)
    t.deepEqual(valuesOf(families, 'alauda_instance_memory_usage_bytes', 'instance_name'), shown)
    t.deepEqual(valuesOf(families, 'alauda_up', 'namespace'), ['demo'])
  }
  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  })
  if (error === undefined) t.deepEqual({ status, said: stdout + stderr }, { status: 0, said: '' })
  else t.log('promtool is not on this machine')
})

/** The elements that a page is made of, with the names of their attributes. */
const elementsOf = (page: string): ReadonlyArray<string> =>
  [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""')).sort()

test.serial('names that the cloud makes up are text in the page, and no part of it', async (t) => {
  const elements = async (names: ReadonlyArray<string>) => {
    const exporter = await startServing(t, await startCloudOf(t, names), '--collect.interval=0s')
    await exporter.page()
    const open = shownAs(names).filter(({ length }) => length < 200)
    const keys = open.map((name) => ['demo', name, name, name].map(encodeURIComponent).join('/'))
    const page = await exporter.page(`/?${new URLSearchParams(keys.map((key) => ['open', key]))}`)
    t.is(page.split('class="detail"').length - 1, open.length, 'the services are open')
    t.true(page.length < 50_000_000, `the page has ${page.length} characters`)
    return elementsOf(page)
  }
  t.deepEqual(await elements(hostileNames), await elements(harmlessNames))
})

test.serial('programs get the names as they are', async (t) => {
  const exporter = await startServing(t, await startCloudOf(t, hostileNames), '--collect.interval=0s')
  await exporter.page()
  const namesIn = (value: unknown, key: string): ReadonlyArray<string> => {
    const found: string[] = []
    JSON.stringify(value, (name, inner) => {
      if (name === key) found.push(String(inner))
      return inner
    })
    return found.sort()
  }
  const shown = shownAs(hostileNames)
  const status: unknown = await (await exporter.get('/api/v1/services')).json()
  for (const key of ['service', 'instance', 'project', 'region', 'status'])
    t.deepEqual(namesIn(status, key), shown, key)
  const discovered: unknown = await (await exporter.get('/sd')).json()
  for (const key of ['__param_service', '__meta_alauda_image', '__meta_alauda_label_tier']) {
    t.deepEqual(namesIn(discovered, key), shown, key)
  }
})

const isServing = async (t: ExecutionContext, { get, page }: ServingCommand, after: string) => {
  t.is((await get('/-/healthy')).status, 200, after)
  t.regex(await page(), /^alauda_up\{namespace="demo"\} 1$/m, after)
}

const serveWeb = async (t: ExecutionContext) => startServing(t, await startCloudOf(t, ['web']))

test('no path leads to a file', async (t) => {
  const { url } = await serveWeb(t)
  for (const path of traversals) {
    const answer = await getRaw(t, url, path)
    t.is(statusOf(answer), 404, path)
    t.true(answer.endsWith('\r\n\r\nThere is nothing here. See / for what there is.\n'), path)
  }
  t.is(statusOf(await getRaw(t, url, '/\0/etc/passwd')), 400)
})

test('nothing of a request becomes a header, an address or a line of the answer', async (t) => {
  const { url } = await serveWeb(t)
  for (const path of injections) {
    for (const headers of [[], ...injectedHeaders.map((header) => [header])]) {
      const answer = await getRaw(t, url, path, headers)
      t.notRegex(headOf(answer), /injected/i, `${path} ${headers}`)
      const isDiscovered = path === '/sd' && statusOf(answer) === 200
      t.false(isDiscovered && /injected/i.test(answer), `${headers}`)
    }
  }
})

test('huge and malformed requests are refused, and change nothing for others', async (t) => {
  const exporter = await serveWeb(t)
  for (const [name, { bytes, status }] of Object.entries(malformedRequests())) {
    const answer = sendRaw(t, exporter.url, bytes)
    await isServing(t, exporter, `during ${name}`)
    // A client that still sends after the exporter has stopped reading may be disconnected before it reads the answer.
    t.true([status, undefined].includes(statusOf(await answer)), `${name}: ${headOf(await answer)}`)
    await isServing(t, exporter, name)
  }
  t.notRegex(exporter.stderr(), /level=(?:warn|error)|^ {4}at /m)
})

test('a thousand idle connections do not keep other clients out', async (t) => {
  const exporter = await serveWeb(t)
  const sockets = Array.from({ length: 1000 }, () => openSocket(t, exporter.url))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  await isServing(t, exporter, 'idle')
  const open = numberOf(await exporter.page(), 'process_open_fds')
  t.true(Number.isNaN(open) || open > 1000, `${open} files are open`)
})

test('a thousand clients that send a byte at a time are disconnected, and do not keep other clients out', async (t) => {
  const limits = { headersTimeoutMs: 500, requestTimeoutMs: 500, checkEveryMs: 50 }
  const respond = async () => plainText(200, 'healthy')
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond, { limits })
  t.teardown(close)
  const url = urls[0] ?? ''
  const sockets = Array.from({ length: 1000 }, () => openSocket(t, url))
  const answers = Promise.all(sockets.map(receivedOn))
  for (const socket of sockets) socket.write('POST / HTTP/1.1\r\nHost: a\r\nX-Slow: ')
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('a')
  }, 20)
  t.teardown(() => clearInterval(drip))
  t.is((await fetch(url)).status, 200)
  // Who writes on after the end may get a reset, and the answer is lost with it.
  const statuses = (await answers).map(statusOf).filter((status) => status !== undefined)
  t.deepEqual(new Set(statuses), new Set([408]))
  t.is((await fetch(url)).status, 200)
})

import { toOpenMetrics, toText } from '@alauda-exporter/collector'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { requestFamilies } from '../../src/own-metrics.js'
import { type Handler, plainText } from '../../src/toolkit/handler.js'
import { countRequests } from '../../src/toolkit/requests.js'
import { startHttpServer } from '../../src/toolkit/server.js'
import { asked } from '../helpers/asked.js'
import { event } from '../helpers/cloud.js'

const paths = new Set(['/', '/metrics', '/-/reload'])

const create = () => {
  const { counted, counts } = countRequests(paths)
  return { counted, families: () => requestFamilies(counts()) }
}

const start = async (t: ExecutionContext, respond: (page: () => string) => Handler) => {
  const { counted, families } = create()
  const answer = counted(respond(() => toText(families())))
  const server = await startHttpServer([{ host: '127.0.0.1', port: 0 }], answer)
  t.teardown(server.close)
  return { families, get: (path: string, method = 'GET') => fetch(new URL(path, server.urls[0]), { method }) }
}

const answers: Handler = async ({ method, path }) => {
  if (!paths.has(path)) return plainText(404, 'nothing')
  return path === '/-/reload' && method !== 'POST' ? plainText(405, 'no') : plainText(200, 'yes')
}

test('counts the answers by path and status', async (t) => {
  const { get, families } = await start(t, () => answers)
  for (const [path, method] of [
    ['/', 'GET'],
    ['/metrics', 'GET'],
    ['/metrics?name=x', 'GET'],
    ['/metrics', 'HEAD'],
    ['/-/reload', 'POST'],
    ['/-/reload', 'GET'],
    ['/nothing', 'GET'],
    ['/metrics/', 'GET'],
    ['/other', 'GET'],
  ] as const) {
    await (await get(path, method)).text()
  }
  t.is(
    toOpenMetrics(families()),
    `# TYPE alauda_exporter_http_requests counter
# HELP alauda_exporter_http_requests HTTP requests answered, by path and status; unknown paths are counted as other.
alauda_exporter_http_requests_total{handler="/",code="200"} 1
alauda_exporter_http_requests_total{handler="/metrics",code="200"} 3
alauda_exporter_http_requests_total{handler="/-/reload",code="200"} 1
alauda_exporter_http_requests_total{handler="/-/reload",code="405"} 1
alauda_exporter_http_requests_total{handler="other",code="404"} 3
# TYPE alauda_exporter_http_requests_in_flight gauge
# HELP alauda_exporter_http_requests_in_flight HTTP requests that are being answered now, including this one.
alauda_exporter_http_requests_in_flight 0
# EOF
`,
  )
})

test('a scrape shows itself under way, and its answer on the next page', async (t) => {
  const { get } = await start(t, (page) => async () => plainText(200, page()))
  const valuesOf = async (response: Response) =>
    (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  t.deepEqual(await valuesOf(await get('/metrics')), ['alauda_exporter_http_requests_in_flight 1'])
  t.deepEqual(await valuesOf(await get('/metrics')), [
    'alauda_exporter_http_requests_total{handler="/metrics",code="200"} 1',
    'alauda_exporter_http_requests_in_flight 1',
  ])
})

const inFlight = (families: ReturnType<typeof create>['families']) =>
  families().find(({ name }) => name === 'alauda_exporter_http_requests_in_flight')?.samples

test('a request is in flight until its answer has gone out', async (t) => {
  const { counted, families } = create()
  const [{ wait: made, happen: make }, { wait: sent, happen: send }] = [event(), event()]
  const respond = counted(async () => {
    await made
    return plainText(200, 'yes')
  })
  const request = asked()
  const answered = [respond({ ...request, sent }), respond(request)]
  t.deepEqual(inFlight(families), [{ labels: {}, value: 2 }])
  make()
  await Promise.all(answered)
  t.deepEqual(inFlight(families), [{ labels: {}, value: 1 }])
  send()
  await sent
  t.deepEqual(inFlight(families), [{ labels: {}, value: 0 }])
})

test('a request that went wrong is not in flight any more', async (t) => {
  const { counted, families } = create()
  const respond = counted(() => Promise.reject(new Error('no luck')))
  await t.throwsAsync(respond(asked()), { message: 'no luck' })
  t.deepEqual(inFlight(families), [{ labels: {}, value: 0 }])
})

test('whatever is asked for, there are no more handlers than paths and one', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.webPath(), fc.string(), fc.constantFrom(...paths))), async (requested) => {
      const { counted, families } = create()
      const respond = counted(answers)
      for (const path of requested) await respond({ ...asked(), path })
      const samples = families().flatMap(({ name, samples }) => (name.endsWith('_total') ? samples : []))
      t.true(samples.every(({ labels: { handler = '' } }) => paths.has(handler) || handler === 'other'))
      t.is(
        samples.reduce((sum, { value }) => sum + value, 0),
        requested.length,
      )
    }),
  )
})

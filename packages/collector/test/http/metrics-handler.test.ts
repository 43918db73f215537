import { createServer, type RequestListener } from 'node:http'
import test, { type ExecutionContext } from 'ava'
import { createCollector } from '../../src/collector.js'
import { createMetricsHandler } from '../../src/http/metrics-handler.js'
import { webSource } from '../helpers/host.js'

/** A server on a port of its own, and its URL. */
const serve = async (t: ExecutionContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}/` : ''
}

const startedCollector = async (t: ExecutionContext) => {
  const collector = createCollector({ client: webSource, namespaces: ['demo'], maxAgeMs: 1e15 })
  t.teardown(collector.stop)
  await collector.collect()
  return collector
}

test('answers a server of node:http with the collector’s page, in the format that is asked for', async (t) => {
  const collector = await startedCollector(t)
  const url = await serve(t, createMetricsHandler(collector))
  const formats = {
    text: ['text/plain', 'text/plain; version=0.0.4; charset=utf-8'],
    openmetrics: [
      'application/openmetrics-text;version=1.0.0',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
  } as const
  for (const format of ['text', 'openmetrics', 'text'] as const) {
    const [accept, contentType] = formats[format]
    const response = await fetch(url, { headers: { accept } })
    t.is(response.status, 200)
    t.is(response.headers.get('content-type'), contentType)
    const page = collector.expose({ format })
    t.is(response.headers.get('content-length'), String(Buffer.byteLength(page)))
    t.is(await response.text(), page)
  }
})

test('HEAD has no body, and what is neither GET nor HEAD is refused', async (t) => {
  const url = await serve(t, createMetricsHandler(await startedCollector(t)))
  const head = await fetch(url, { method: 'HEAD' })
  t.is(head.status, 200)
  t.true(Number(head.headers.get('content-length')) > 0)
  t.is(await head.text(), '')
  const post = await fetch(url, { method: 'POST', body: 'x' })
  t.is(post.status, 405)
  t.is(post.headers.get('allow'), 'GET, HEAD')
})

const broken = {
  ready: async () => {},
  families: () => {
    throw new Error('the token is s3cret')
  },
}

test('a page that cannot be made goes to `next`, as Express and Connect want it', async (t) => {
  const handler = createMetricsHandler(broken)
  const url = await serve(t, (request, response) =>
    handler(request, response, (error) => {
      response.writeHead(503)
      response.end(error instanceof Error ? error.message : '')
    }),
  )
  const response = await fetch(url)
  t.is(response.status, 503)
  t.is(await response.text(), 'the token is s3cret')
})

test('where there is no `next`, it is a 500 that tells nothing, and Node prints the warning', async (t) => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  const url = await serve(t, createMetricsHandler(broken))
  const response = await fetch(url)
  t.is(response.status, 500)
  t.is(await response.text(), 'The metrics could not be read.\n')
  t.is((await warned).message, 'the token is s3cret')
})

import { request } from 'node:http'
import test from 'ava'
import { createCompression } from '../../src/toolkit/compressed.js'
import { tagged } from '../../src/toolkit/etag.js'
import { type Handler, reply } from '../../src/toolkit/handler.js'
import { startHttpServer } from '../../src/toolkit/server.js'

const respond: Handler = async (request) =>
  tagged(request, 'a1', reply(200, 'text/plain', 'text '.repeat(1000), { 'cache-control': 'no-store', vary: 'accept' }))

const statusOf = (known: string) =>
  tagged({ headers: { 'if-none-match': known } }, 'a1', reply(200, 'text/plain', 'text')).status

test('a client that has the tag gets no body', (t) => {
  for (const known of ['"a1"', 'W/"a1"', '"a0", W/"a1"', '"a0","a1"', '*', ' * ']) t.is(statusOf(known), 304, known)
  for (const known of ['', '"a"', '"a11"', 'a1', 'W/"A1"', '"*"', '"a0", "b"']) t.is(statusOf(known), 200, known)
})

test('through the server, with gzip and without, GET and HEAD', async (t) => {
  const server = await startHttpServer([{ host: '127.0.0.1', port: 0 }], createCompression()(respond))
  t.teardown(server.close)
  const ask = (method: string, headers: Record<string, string>) =>
    new Promise<unknown>((resolve, reject) => {
      const asked = request(server.urls[0] ?? '', { method, headers }, (response) => {
        let length = 0
        response.on('data', (bytes: Buffer) => {
          length += bytes.length
        })
        response.once('end', () => {
          const { etag, vary, 'content-length': said } = response.headers
          resolve({ status: response.statusCode, etag, vary, isEmpty: length === 0, said: said !== undefined })
        })
      })
      asked.once('error', reject).end()
    })
  const etag = 'W/"a1"'
  for (const encoding of ['gzip', 'identity']) {
    const headers = { 'accept-encoding': encoding }
    const vary = 'accept, Accept-Encoding'
    t.deepEqual(await ask('GET', headers), { status: 200, etag, vary, isEmpty: false, said: true })
    t.deepEqual(await ask('HEAD', headers), { status: 200, etag, vary, isEmpty: true, said: true })
    for (const method of ['GET', 'HEAD']) {
      const known = { ...headers, 'if-none-match': etag }
      t.deepEqual(await ask(method, known), { status: 304, etag, vary: 'accept', isEmpty: true, said: false })
    }
  }
})

import { createServer } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { createAlaudaClient } from '../../src/cloud/client.js'
import type { FetchLike } from '../../src/http/transport.js'
import { errorOf } from '../helpers/error-of.js'
import { transports } from '../helpers/transports.js'

const json = '{"username":"demo"}'

/** A server that writes these bytes in answer to whatever comes, and ends the connection. */
const startRawServer = async (t: ExecutionContext, ...written: ReadonlyArray<string | Buffer>): Promise<string> => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      for (const bytes of written) socket.write(bytes)
      socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/`
}

const profileOf = async (fetch: FetchLike, endpoint: string): Promise<unknown> => {
  const client = createAlaudaClient({ endpoint, credentials: { token: 's3cret' }, fetch, maxRetries: 0 })
  return client.profile()
}

const answer = (body: Buffer | string, ...headers: ReadonlyArray<string>) => [
  ['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...headers, '', ''].join('\r\n'),
  body,
]

// The platform's fetch decodes by rules of its own.
const ours = transports.filter(([name]) => name !== 'the platform’s fetch')

for (const [name, fetch] of ours) {
  test(`${name}: content codings have names in any case, several of them too`, async (t) => {
    const encoded: ReadonlyArray<readonly [string, Buffer | string]> = [
      ['gzip', gzipSync(json)],
      ['GZIP', gzipSync(json)],
      ['x-gzip', gzipSync(json)],
      ['X-Gzip', gzipSync(json)],
      ['deflate', deflateSync(json)],
      ['Deflate', deflateRawSync(json)],
      ['br', brotliCompressSync(json)],
      ['BR', brotliCompressSync(json)],
      ['gzip , BR', brotliCompressSync(gzipSync(json))],
      ['gzip', gzipSync(`\ufeff${json}`)],
      ['Identity', json],
      ['', json],
    ]
    for (const [coding, body] of encoded) {
      const endpoint = await startRawServer(t, ...answer(body, `Content-Encoding: ${coding}`))
      t.deepEqual(await profileOf(fetch, endpoint), { username: 'demo' }, coding)
    }
  })

  test(`${name}: a compressed body that is broken, cut off or of another coding fails with the reason`, async (t) => {
    const gzip = gzipSync(json)
    const wrong: ReadonlyArray<readonly [string, Buffer | string, RegExp]> = [
      ['gzip', 'no gzip', /cannot be decompressed \(Z_DATA_ERROR\)/],
      ['deflate', '\x07no deflate', /cannot be decompressed \(Z_\w+\)/],
      ['gzip', gzip.subarray(0, -4), /cannot be decompressed \(Z_BUF_ERROR\)/],
      ['x-gzip', gzip.subarray(0, 15), /cannot be decompressed \(Z_BUF_ERROR\)/],
      ['deflate', deflateSync(json).subarray(0, -6), /cannot be decompressed \(Z_BUF_ERROR\)/],
      ['br', 'no brotli', /cannot be decompressed \(ERR_\w+\)/],
      ['br', brotliCompressSync(json).subarray(0, -4), /cannot be decompressed \(Z_BUF_ERROR\)/],
      ['zebra', json, /a content coding other than gzip, deflate, br$/],
      ['constructor', json, /a content coding other than gzip, deflate, br$/],
    ]
    for (const [coding, body, reason] of wrong) {
      const endpoint = await startRawServer(t, ...answer(body, `Content-Encoding: ${coding}`))
      const error = await errorOf(profileOf(fetch, endpoint))
      t.is(error._tag, 'NetworkError')
      t.regex(error.message, reason, `${coding}: ${error.message}`)
      t.notRegex(error.message, /zebra|constructor/)
    }
  })

  test(`${name}: a body that is empty has nothing to decode`, async (t) => {
    for (const coding of ['gzip', 'deflate', 'br']) {
      const endpoint = await startRawServer(t, ...answer('', `Content-Encoding: ${coding}`))
      const error = await errorOf(profileOf(fetch, endpoint))
      t.regex(error.message, /not empty$/)
    }
  })

  test(`${name}: text() gives the whole body, decoded`, async (t) => {
    const endpoint = await startRawServer(t, ...answer(gzipSync(json), 'Content-Encoding: gzip'))
    const { signal } = new AbortController()
    const response = await fetch(endpoint, {
      method: 'GET',
      headers: {},
      redirect: 'manual',
      signal,
      onAbort: () => () => {},
    })
    t.is(await response.text(), json)
    t.is(response.headers.get('Content-Encoding'), 'gzip')
    t.is(response.headers.get('x-none'), null)
  })
}

for (const [name, fetch] of transports) {
  test(`${name}: HTTP/1.0, trailers and chunks are understood`, async (t) => {
    const answers: ReadonlyArray<ReadonlyArray<string>> = [
      ['HTTP/1.0 200 OK\r\n\r\n', json],
      ['HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n', json.slice(0, 5), json.slice(5)],
      [`HTTP/1.0 200 OK\r\nContent-Length: ${json.length}\r\n\r\n${json}`],
      [`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n13\r\n${json}\r\n0\r\nX-Sum: 1\r\n\r\n`],
      ['HTTP/1.1 103 Early Hints\r\n\r\n', `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${json}`],
      [`HTTP/1.1 200 OK\r\nX-Twice: a\r\nX-Twice: b\r\nConnection: close\r\n\r\n${json}`],
    ]
    for (const written of answers) {
      const endpoint = await startRawServer(t, ...written)
      t.deepEqual(await profileOf(fetch, endpoint), { username: 'demo' }, written.join(''))
    }
  })

  test(`${name}: what is no HTTP, or ends early, is a NetworkError with a code`, async (t) => {
    const answers: ReadonlyArray<string> = [
      '',
      'SSH-2.0-OpenSSH_9.2\r\n',
      'HTTP/1.1 200 OK\r\nContent-Le',
      `HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${json}`,
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n${json}\r\n`,
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n${json}\r\n0\r\n\r\n`,
    ]
    for (const written of answers) {
      const endpoint = await startRawServer(t, written)
      const error = await errorOf(profileOf(fetch, endpoint))
      t.is(error._tag, 'NetworkError', written)
      t.regex(error.message, /no answer \(\w+\); check the endpoint and the network$/, written)
    }
  })
}

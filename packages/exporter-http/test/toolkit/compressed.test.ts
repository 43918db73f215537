import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import { createHeld } from '../../src/toolkit/answering.js'
import { createCompression } from '../../src/toolkit/compressed.js'
import { type Handler, type HttpResponse, reply } from '../../src/toolkit/handler.js'
import { startHttpServer } from '../../src/toolkit/server.js'
import { asked, bytesOf, textOf } from '../helpers/asked.js'
import { event } from '../helpers/cloud.js'

const page = '服务 instance="a"\n'.repeat(200)
const responding =
  (body: string, headers?: Readonly<Record<string, string>>): Handler =>
  async () =>
    reply(200, 'text/plain', body, headers)

const ask = (respond: Handler, acceptEncoding?: string): Promise<HttpResponse> =>
  createCompression()(respond)(asked(acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }))

const start = async (t: ExecutionContext, respond: Handler) => {
  const server = await startHttpServer([{ host: '127.0.0.1', port: 0 }], createCompression()(respond))
  t.teardown(server.close)
  return server.urls[0] ?? ''
}

const encodingOf = async (acceptEncoding?: string) =>
  (await ask(responding(page), acceptEncoding)).headers['content-encoding']

test('compresses for clients that accept it', async (t) => {
  for (const accept of [
    'gzip',
    'GZIP',
    'gzip, deflate, br, zstd',
    'br, gzip',
    'gzip;q=0.1',
    'gzip;q=1.0, identity;q=0.5',
    'deflate, gzip;q=1.0, *;q=0.5',
    '*',
    '*;q=0.3',
    'identity;q=0, *',
    ' gzip ; q=0.8 ',
  ]) {
    t.is(await encodingOf(accept), 'gzip', accept)
  }
})

test('does not compress for clients that do not accept it, or prefer the plain page', async (t) => {
  for (const accept of [
    undefined,
    '',
    'identity',
    'br',
    'deflate, br',
    'gzip;q=0',
    'gzip;q=0.0',
    'gzip;q=0.000, *',
    '*, gzip;q=0',
    '*;q=0',
    'identity, gzip;q=0.5',
    'x-gzip-2',
    'gzip;q=nonsense',
    ';;,,=,',
  ]) {
    const { body, headers } = await ask(responding(page), accept)
    t.is(textOf(body), page, accept)
    t.deepEqual(headers, { 'content-type': 'text/plain', vary: 'Accept-Encoding' }, accept)
  }
})

test('what is small goes out as it is, to everybody alike', async (t) => {
  for (const body of ['', 'short', 'x'.repeat(1024)]) {
    t.deepEqual(await ask(responding(body), 'gzip'), reply(200, 'text/plain', body))
  }
  for (const body of ['x'.repeat(1025), '云'.repeat(342)]) {
    t.is((await ask(responding(body), 'gzip')).headers['content-encoding'], 'gzip')
  }
})

test('what is encoded already stays as it is', async (t) => {
  const encoded = responding(page, { 'content-encoding': 'identity' })
  t.deepEqual(await ask(encoded, 'gzip'), await encoded(asked()))
})

test('keeps the status and the headers, and adds to what the page varies by', async (t) => {
  const respond: Handler = async () => reply(500, 'text/html', page, { vary: 'Accept', 'x-name': 'demo' })
  const { body, ...rest } = await ask(respond, 'gzip')
  t.is(gunzipSync(bytesOf(body)).toString(), page)
  t.deepEqual(rest, {
    status: 500,
    headers: {
      'content-type': 'text/html',
      vary: 'Accept, Accept-Encoding',
      'x-name': 'demo',
      'content-encoding': 'gzip',
    },
  })
})

const wholeAnswer = (url: string, method: string, accept: string) =>
  new Promise<{ headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    request(url, { method, headers: { 'accept-encoding': accept } }, (response) => {
      text(response.setEncoding('latin1')).then((body) => resolve({ headers: response.headers, body }), reject)
    })
      .on('error', reject)
      .end()
  })

test('HEAD gets the headers that GET gets, and no body', async (t) => {
  const url = await start(t, responding(page, { vary: 'Accept' }))
  const lengths = { gzip: String(gzipSync(page).length), identity: String(Buffer.byteLength(page)) }
  for (const [accept, length] of Object.entries(lengths)) {
    const get = await wholeAnswer(url, 'GET', accept)
    const head = await wholeAnswer(url, 'HEAD', accept)
    t.is(get.headers['content-length'], length)
    t.is(get.headers['content-encoding'], accept === 'gzip' ? 'gzip' : undefined)
    t.is(get.headers.vary, 'Accept, Accept-Encoding')
    t.is(String(get.body.length), length)
    const { date: _then, ...headers } = head.headers
    const { date: _now, ...expected } = get.headers
    t.deepEqual(headers, expected)
    t.is(head.body, '')
  }
})

test('twenty pages of 5 MB at once arrive whole', async (t) => {
  const big = 'alauda_instance_up{service="web",instance="web.0"} 1\n'.repeat(96_000)
  t.true(big.length > 5_000_000)
  const url = await start(t, responding(big))
  const pages = Array.from({ length: 20 }, async () => {
    const response = await fetch(url)
    return [response.headers.get('content-encoding'), (await response.text()) === big]
  })
  t.deepEqual(await Promise.all(pages), Array(20).fill(['gzip', true]))
})

test('two pages are compressed at a time, the others wait for their turns', async (t) => {
  const turns: Array<() => void> = []
  const gzip = async (body: Uint8Array) => {
    const { wait, happen } = event()
    turns.push(happen)
    await wait
    return gzipSync(body)
  }
  const respond = createCompression(gzip)(responding(page))
  const answers = Array.from({ length: 5 }, () => respond(asked({ 'accept-encoding': 'gzip' })))
  for (const [done, begun] of [2, 3, 4, 5, 5].entries()) {
    await new Promise(setImmediate)
    t.is(turns.length, begun)
    turns[done]?.()
  }
  for (const { body } of await Promise.all(answers)) t.is(gunzipSync(bytesOf(body)).toString(), page)
})

test('what cannot be compressed goes out as it is, and the next page in its turn', async (t) => {
  let isBroken = true
  const shared = reply(200, 'text/plain', page)
  const compressed = createCompression(async (body) => {
    if (isBroken) throw new Error('no memory')
    return gzipSync(body)
  })
  const respond = compressed(async () => shared)
  const request = asked({ 'accept-encoding': 'gzip' })
  for (let i = 0; i < 3; i += 1) {
    const { body, headers } = await respond(request)
    t.is(textOf(body), page)
    t.deepEqual(headers, { 'content-type': 'text/plain', vary: 'Accept-Encoding' })
  }
  isBroken = false
  t.is(gunzipSync(bytesOf((await respond(request)).body)).toString(), page)
})

const quality = fc.constantFrom('', ';q=0', ';q=0.0', ';q=0.001', ';q=0.5', ';q=1', ';q=1.000', '; Q=0')
const coding = fc.tuple(fc.constantFrom('gzip', 'GZip', 'identity', 'br', 'deflate', '*'), quality)

/** By the letter of RFC 9110 §12.5.3: the weight of gzip is its own, else that of `*`. */
const isGzipAccepted = (codings: ReadonlyArray<readonly [string, string]>): boolean => {
  const weights = (name: string) =>
    codings
      .filter(([one]) => one.toLowerCase() === name)
      .map(([, parameter]) => (parameter === '' ? 1 : Number(parameter.replace(/^; ?q=/i, ''))))
  const own = weights('gzip')
  return (own.length > 0 ? own : weights('*')).some((weight) => weight > 0)
}

test('never compresses for clients that do not accept it, and the compressed content is the page', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(coding, { maxLength: 5 }),
      fc.string({ minLength: 1025, unit: 'binary' }),
      async (codings, body) => {
        const accept = codings.map((parts) => parts.join('')).join(', ')
        const answer = await ask(responding(body), accept)
        const wire = Buffer.from(body)
        if (answer.headers['content-encoding'] === undefined) return t.deepEqual(answer.body, wire)
        t.true(isGzipAccepted(codings), accept)
        return t.deepEqual(gunzipSync(bytesOf(answer.body)), wire)
      },
    ),
  )
})

test('no header keeps a page from being answered', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (accept) => {
      const { body, headers } = await ask(responding(page), accept)
      t.is(textOf(headers['content-encoding'] === undefined ? body : gunzipSync(bytesOf(body))), page)
    }),
  )
})

test('a page that several clients get at a time is compressed once, and none that has gone', async (t) => {
  let times = 0
  const gzip = async (body: Uint8Array) => {
    times += 1
    return gzipSync(body)
  }
  const shared = Buffer.alloc(2000, 'a')
  const respond = createCompression(gzip)(async () => reply(200, 'text/plain', shared))
  const ask = () => respond(asked({ 'accept-encoding': 'gzip' }))
  const pages = await Promise.all(Array.from({ length: 40 }, ask))
  t.is(times, 1)
  t.is(new Set(pages.map(({ body }) => body)).size, 1)
})

test('beyond the bound the clients of the oldest body are disconnected, never those of the newest', (t) => {
  const cut: string[] = []
  const { hold } = createHeld(100)
  const [a, b, c] = [Buffer.alloc(60), Buffer.alloc(60), Buffer.alloc(500)]
  hold(a, () => cut.push('a1'))
  hold(a, () => cut.push('a2'))
  t.deepEqual(cut, [])
  const releaseB = hold(b, () => cut.push('b'))
  t.deepEqual(cut, ['a1', 'a2'])
  releaseB()
  hold(c, () => cut.push('c'))
  t.deepEqual(cut, ['a1', 'a2'])
  hold(a, () => cut.push('a3'))
  t.deepEqual(cut, ['a1', 'a2', 'c'])
})

test('a body that several take counts once, until the last one has it', (t) => {
  const cut: string[] = []
  const { hold } = createHeld(100)
  const body = Buffer.alloc(60)
  const releases = Array.from({ length: 40 }, () => hold(body, () => cut.push('shared')))
  for (const release of releases.slice(1)) release()
  const small = Buffer.alloc(40)
  hold(small, () => cut.push('small'))
  t.deepEqual(cut, [])
  releases[0]?.()
  hold(Buffer.alloc(60), () => cut.push('last'))
  t.deepEqual(cut, [])
})

test('a body comes whole, whatever its size', async (t) => {
  const sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 3_000_000]
  const respond: Handler = async ({ query }) => reply(200, 'text/plain', Buffer.alloc(Number(query.get('size')), 'a'))
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond)
  t.teardown(close)
  for (const size of sizes) {
    const response = await fetch(`${urls[0]}?size=${size}`)
    t.is(await response.text(), 'a'.repeat(size))
  }
})

test('clients that do not read are cut off when others come, who are answered', async (t) => {
  const respond: Handler = async () => reply(200, 'text/plain', Buffer.alloc(8 * 1024 * 1024, 'a'))
  const limits = { maxHeldBytes: 20 * 1024 * 1024 }
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond, { limits })
  t.teardown(close)
  const slow = Array.from({ length: 5 }, () => {
    const socket = connect(Number(new URL(urls[0] ?? '').port), '127.0.0.1').on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    return socket.pause()
  })
  t.teardown(() => {
    for (const socket of slow) socket.destroy()
  })
  await Promise.all(slow.map((socket) => once(socket, 'connect')))
  t.is((await (await fetch(urls[0] ?? '')).text()).length, 8 * 1024 * 1024)
  t.is((await (await fetch(urls[0] ?? '')).text()).length, 8 * 1024 * 1024)
})

test('connections on which nothing is asked give way to new ones', async (t) => {
  const respond = responding('page')
  const limits = { maxConnections: 5, headersTimeoutMs: 600_000, requestTimeoutMs: 600_000 }
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond, { limits })
  t.teardown(close)
  const open = () => connect(Number(new URL(urls[0] ?? '').port), '127.0.0.1').on('error', () => {})
  const first = open()
  await once(first, 'connect')
  const others = Array.from({ length: 4 }, open)
  t.teardown(() => {
    for (const socket of others) socket.destroy()
  })
  await Promise.all(others.map((socket) => once(socket, 'connect')))
  t.is(await (await fetch(urls[0] ?? '')).text(), 'page')
  if (!first.closed) await new Promise((resolve) => first.resume().once('close', resolve))
  t.true(first.closed)
})

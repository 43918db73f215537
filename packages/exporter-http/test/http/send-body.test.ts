import { once } from 'node:events'
import { connect } from 'node:net'
import test from 'ava'
import type { Respond } from '../../src/http/route.js'
import { createHeld } from '../../src/http/send-body.js'
import { startHttpServer } from '../../src/http/server.js'

test('beyond the bound those who take the oldest body are cut off, never those who take the newest', (t) => {
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
  const respond: Respond = async ({ query }) => ({
    status: 200,
    contentType: 'text/plain',
    body: Buffer.alloc(Number(query.get('size')), 'a'),
  })
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond)
  t.teardown(close)
  for (const size of sizes) {
    const response = await fetch(`${urls[0]}?size=${size}`)
    t.is(await response.text(), 'a'.repeat(size))
  }
})

test('clients that do not read are cut off when others come, who are answered', async (t) => {
  const respond: Respond = async () => ({
    status: 200,
    contentType: 'text/plain',
    body: Buffer.alloc(8 * 1024 * 1024, 'a'),
  })
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
  const respond: Respond = async () => ({ status: 200, contentType: 'text/plain', body: 'page' })
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

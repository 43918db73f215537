import { once } from 'node:events'
import { connect } from 'node:net'
import test from 'ava'
import { plainText, type Respond } from '../../src/http/route.js'
import { startHttpServer } from '../../src/http/server.js'

const ask = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

test('a connection on which too many requests wait for their answers is cut, and no other', async (t) => {
  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  let asked = 0
  const respond: Respond = async () => {
    asked += 1
    await answered
    return plainText(200, 'page')
  }
  const limits = { maxPipelined: 3 }
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond, { limits })
  t.teardown(close)
  const port = Number(new URL(urls[0] ?? '').port)
  const [patient, greedy] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  t.teardown(() => patient.destroy())
  let page = ''
  patient.on('data', (chunk) => {
    page += chunk
  })
  patient.write(ask.repeat(3))
  greedy.on('error', () => {}).write(ask.repeat(4))
  // Not `once` of node:events, which rejects when the end is a reset.
  await new Promise((resolve) => greedy.once('close', resolve))
  t.true(asked <= 2, `${asked} asked`)
  answer()
  while (page.split('HTTP/1.1 200 OK').length < 4) await once(patient, 'data')
  patient.write(ask.repeat(3))
  while (page.split('HTTP/1.1 200 OK').length < 7) await once(patient, 'data')
  t.pass()
})

test('the requests of a connection are answered one after the other, in their order', async (t) => {
  let underWay = 0
  const respond: Respond = async ({ path }) => {
    underWay += 1
    t.is(underWay, 1)
    await new Promise(setImmediate)
    underWay -= 1
    return plainText(200, path)
  }
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond)
  t.teardown(close)
  const socket = connect(Number(new URL(urls[0] ?? '').port), '127.0.0.1')
  const head = (path: number) => `GET /${path} HTTP/1.1\r\nHost: a\r\n`
  const paths = Array.from({ length: 40 }, (_, index) => index)
  socket.write(`${paths.map((path) => `${head(path)}\r\n`).join('')}${head(40)}Connection: close\r\n\r\n`)
  let answers = ''
  for await (const chunk of socket) answers += chunk
  t.deepEqual(
    [...answers.matchAll(/^\/(\d+)$/gm)].map(([, path]) => Number(path)),
    [...paths, 40],
  )
})

test('nothing is made for requests behind an answer that nobody takes', async (t) => {
  const big = Buffer.alloc(32 * 1024 * 1024)
  let asked = 0
  let cutOff: Promise<void> | undefined
  const respond: Respond = async ({ sent }) => {
    asked += 1
    cutOff ??= sent
    return { status: 200, contentType: 'text/plain', body: big }
  }
  const limits = { stalledTimeoutMs: 300 }
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond, { limits })
  t.teardown(close)
  const socket = connect(Number(new URL(urls[0] ?? '').port), '127.0.0.1').on('error', () => {})
  t.teardown(() => socket.destroy())
  socket.write(ask.repeat(40))
  socket.pause()
  while (cutOff === undefined) await new Promise(setImmediate)
  await cutOff
  await new Promise(setImmediate)
  t.is(asked, 1)
})

test('of the requests of all connections that waited behind others one is answered a turn of the event loop', async (t) => {
  let turn = 0
  let isDone = false
  const count = () => {
    turn += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  t.teardown(() => {
    isDone = true
  })
  const turnsOfFollowers: number[] = []
  const respond: Respond = async ({ path }) => {
    if (path === '/follower') turnsOfFollowers.push(turn)
    return plainText(200, path)
  }
  const { urls, close } = await startHttpServer([{ host: '127.0.0.1', port: 0 }], respond)
  t.teardown(close)
  const followers = 'GET /follower HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(9)
  const last = 'GET /follower HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect(Number(new URL(urls[0] ?? '').port), '127.0.0.1')
      socket.write(`${ask}${followers}${last}`)
      for await (const _ of socket);
    }),
  )
  t.is(turnsOfFollowers.length, 200)
  t.is(new Set(turnsOfFollowers).size, 200)
})

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
  t.is(asked, 6)
  answer()
  while (page.split('HTTP/1.1 200 OK').length < 4) await once(patient, 'data')
  patient.write(ask.repeat(3))
  while (page.split('HTTP/1.1 200 OK').length < 7) await once(patient, 'data')
  t.pass()
})

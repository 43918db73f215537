import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { startApiServer } from '../../alauda-client/test/helpers/api-server.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { until } from '../../alauda-client/test/helpers/until.js'
import { createTransport } from '../src/transport.js'

const client = { maxConcurrency: 2, timeoutMs: 10_000 }
const get = () => ({ method: 'GET', headers: {}, redirect: 'manual', signal: new AbortController().signal }) as const

test('calls share as many connections as there may be calls, and one for a login', async (t) => {
  const { endpoint, requests, connections } = await startApiServer(t, () => ({ body: 'ok' }))
  const fetch = createTransport(client)
  const texts = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(endpoint, get())).text()))
  t.deepEqual([...new Set(texts)], ['ok'])
  t.is(requests.length, 20)
  t.true(connections() <= 3)
})

test('after a minute new connections are made, and the old ones end with their last answer', async (t) => {
  let answer = () => {}
  const late = new Promise<{ body: string }>((resolve) => {
    answer = () => resolve({ body: 'late' })
  })
  const { endpoint, requests, connections } = await startApiServer(t, async ({ path }, { socket }) =>
    path === 'late' ? late : { body: String(socket?.remotePort) },
  )
  const clock = manualClock()
  const fetch = createTransport(client, clock)
  const port = async () => {
    const text = await (await fetch(endpoint, get())).text()
    await setImmediate() // then its connection is free
    return text
  }
  const hanging = fetch(`${endpoint}late`, get())
  await until(() => requests.length === 1)
  const before = await port()
  clock.advance(59_999)
  t.is(await port(), before)
  clock.advance(1)
  t.not(await port(), before)
  await until(() => connections() === 2)
  answer()
  t.is(await (await hanging).text(), 'late')
  await until(() => connections() === 1)
})

test('a path keeps its query, a POST its body', async (t) => {
  const { endpoint, requests } = await startApiServer(t, () => ({ body: 'ok' }))
  const fetch = createTransport(client)
  const headers = { 'content-type': 'application/json' }
  await (await fetch(`${endpoint}a%2Fb/?page=2`, { ...get(), method: 'POST', headers, body: '{}' })).text()
  t.like(requests[0], { method: 'POST', path: 'a%2Fb/?page=2', body: '{}' })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { startApiServer } from '../../alauda-client/test/helpers/api-server.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { until } from '../../alauda-client/test/helpers/until.js'
import { createTransport } from '../src/transport.js'
import { createAuthority } from './helpers/certificates.js'

const account = { client: { maxConcurrency: 2, timeoutMs: 10_000 }, connection: { proxies: { none: '' } } }
const never = { signal: new AbortController().signal, onAbort: () => () => {} }

const get = () => ({ method: 'GET', headers: {}, redirect: 'manual', ...never }) as const

test('calls share as many connections as there may be calls, and one for a login', async (t) => {
  const { endpoint, requests, connections } = await startApiServer(t, () => ({ body: 'ok' }))
  const fetch = createTransport(account)
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
  const fetch = createTransport(account, { clock })
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
  const fetch = createTransport(account)
  const headers = { 'content-type': 'application/json' }
  await (
    await fetch(`${endpoint}a%2Fb/?page_size=100&page=2`, { ...get(), method: 'POST', headers, body: '{}' })
  ).text()
  t.like(requests[0], { method: 'POST', path: 'a%2Fb/?page_size=100&page=2', body: '{}' })
  t.regex(requests[0]?.headers['user-agent'] ?? '', /^alauda-exporter\/\d+\.\d+\.\d+$/)
})

test('files are read again every minute; what one held before stays while it cannot be used', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-transport-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const caFile = join(folder, 'ca.pem')
  const [old, next] = [await createAuthority('old'), await createAuthority('next')]
  const server = createServer(await old.issue('api'), (_, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  const clock = manualClock()
  const unreadable: string[] = []
  const fetch = createTransport(
    { ...account, connection: { ...account.connection, caFile } },
    { clock, onUnreadable: (file, reason) => unreadable.push(`${file}: ${reason}`) },
  )
  const text = async () => (await fetch(url, get())).text()
  await t.throwsAsync(text, { message: `${caFile}: cannot be used (ENOENT)` })

  await writeFile(caFile, old.cert)
  clock.advance(60_000)
  t.is(await text(), 'ok')

  await writeFile(caFile, 'no PEM')
  server.closeAllConnections()
  clock.advance(60_000)
  t.is(await text(), 'ok')

  await writeFile(caFile, next.cert)
  clock.advance(60_000)
  await t.throwsAsync(text, { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  server.setSecureContext(await next.issue('api'))
  t.is(await text(), 'ok')
  t.deepEqual(unreadable, [`${caFile}: ENOENT`, `${caFile}: holds no certificate in PEM`])
})

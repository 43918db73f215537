import { once } from 'node:events'
import { request } from 'node:http'
import { Agent } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'node:tls'
import test, { type ExecutionContext } from 'ava'
import { hashSync } from 'bcryptjs'
import { plainText } from '../../src/http/route.js'
import { createAuthority } from '../helpers/certificates.js'
import { askWithTls } from '../helpers/tls-client.js'
import { type Given, startTlsServer, tlsSection } from '../helpers/tls-server.js'

const authority = await createAuthority('authority')
const start = (t: ExecutionContext, given?: Given) => startTlsServer(t, authority, given)

test('serves HTTPS, and says so', async (t) => {
  const { url, ask } = await start(t)
  t.regex(url, /^https:\/\/127\.0\.0\.1:\d+\/$/)
  t.like(await ask(), { status: 200, body: '/page\n', protocol: 'TLSv1.3', server: 'server' })
})

test('serves TLS 1.2, and nothing older', async (t) => {
  const { ask, port } = await start(t)
  t.like(await ask({ maxVersion: 'TLSv1.2' }), { status: 200, protocol: 'TLSv1.2' })
  for (const version of ['TLSv1.1', 'TLSv1'] as const) {
    // At this level OpenSSL would offer them.
    const old = connect({
      host: '127.0.0.1',
      port,
      minVersion: 'TLSv1',
      maxVersion: version,
      ciphers: 'ALL@SECLEVEL=0',
    })
    const [error] = await once(old, 'error')
    t.is(error.code, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', version)
  }
})

test('serves the configured version, cipher suites and curves only', async (t) => {
  const strict = await start(t, { lines: ['min_version: TLS13'] })
  await t.throwsAsync(strict.ask({ maxVersion: 'TLSv1.2' }), { message: /alert protocol version/ })
  const one = await start(t, { lines: ['cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]'] })
  t.like(await one.ask(), { protocol: 'TLSv1.3' })
  t.like(await one.ask({ maxVersion: 'TLSv1.2' }), { cipher: 'ECDHE-ECDSA-CHACHA20-POLY1305' })
  const other = one.ask({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })
  await t.throwsAsync(other, { message: /alert handshake failure/ })
  const curved = await start(t, { lines: ['curve_preferences: [CurveP384]'] })
  const curve = (ecdhCurve: string) => askWithTls(curved.url, { ca: authority.cert, ecdhCurve })
  t.like(await curve('secp384r1'), { status: 200 })
  await t.throwsAsync(curve('X25519'), { message: /alert handshake failure/ })
})

test('of the cipher suites, the server’s order counts, unless it shall not', async (t) => {
  const client = {
    maxVersion: 'TLSv1.2',
    ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256',
  } as const
  t.like(await (await start(t)).ask(client), { cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256' })
  const { ask } = await start(t, { lines: ['prefer_server_cipher_suites: false'] })
  t.like(await ask(client), { cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384' })
})

test('a renewed certificate is for new connections; the old ones go on', async (t) => {
  const { ask, write, url } = await start(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const kept = () => askWithTls(url, { ca: authority.cert, agent })
  t.is((await kept()).server, 'server')
  const renewed = await authority.issue('renewed')
  write({ 'tls.crt': renewed.cert, 'tls.key': renewed.key })
  t.is((await ask()).server, 'renewed')
  t.is((await kept()).server, 'server')
  write({ 'tls.crt': 'broken' })
  t.is((await ask()).server, 'renewed')
})

test('users, headers and the rate of requests can be changed without a restart', async (t) => {
  const users = (password: string) => `basic_auth_users: {demo: ${hashSync(password, 4)}}\n`
  const { url, write } = await start(t, { more: users('hunter2') })
  const get = async (auth?: string) => {
    const asked = askWithTls(url, { ca: authority.cert, ...(auth === undefined ? {} : { auth }) })
    return (await asked).status
  }
  t.deepEqual([await get(), await get('demo:hunter2'), await get('demo:hunter3')], [401, 200, 401])
  write({ 'web.yml': tlsSection() + users('hunter3') })
  t.deepEqual([await get(), await get('demo:hunter2'), await get('demo:hunter3')], [401, 401, 200])
  write({ 'web.yml': `${tlsSection()}${users('hunter3')}rate_limit: {interval: 1h, burst: 1}\n` })
  t.deepEqual([await get('demo:hunter3'), await get('demo:hunter3')], [200, 429])
})

test('plain HTTP on a TLS port, and what is no TLS at all, is cut off; others are served', async (t) => {
  const { ask, port } = await start(t)
  const plain = request({ host: '127.0.0.1', port }).end()
  const [error] = await once(plain, 'error')
  t.is(error.code, 'ECONNRESET')
  const socket = connectTcp(port, '127.0.0.1')
  socket.end(Buffer.from([22, 3, 1, 255, 255, 0, 0, 0]))
  await once(socket.resume(), 'close')
  t.like(await ask(), { status: 200 })
})

test('a handshake that does not come, or does not go on, is cut off', async (t) => {
  const { port, close } = await start(t, { limits: { handshakeTimeoutMs: 50 } })
  for (const beginning of [[], [22, 3, 1, 0, 100]]) {
    const socket = connectTcp(port, '127.0.0.1')
    socket.write(Buffer.from(beginning))
    // Not `once` of node:events, which rejects when the end is a reset.
    await new Promise((resolve) =>
      socket
        .on('error', () => {})
        .resume()
        .once('close', resolve),
    )
    t.true(socket.closed)
  }
  await close()
})

test('after the handshake the same limits hold as without TLS', async (t) => {
  const limits = { headersTimeoutMs: 50, requestTimeoutMs: 50, checkEveryMs: 10 }
  const { port } = await start(t, { limits })
  const silent = connect({ host: '127.0.0.1', port, ca: authority.cert })
  t.is(await text(silent), 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
})

test('closing ends handshakes under way and connections on which nothing was asked, not what is being served', async (t) => {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const { ask, close, port, served } = await start(t, {
    respond: async () => {
      await released
      return plainText(200, 'done')
    },
  })
  const answer = ask()
  const silent = connectTcp(port, '127.0.0.1')
  const unasked = connect({ host: '127.0.0.1', port, ca: authority.cert })
  await once(unasked, 'secureConnect')
  while (served() === 0) await new Promise(setImmediate)
  const closed = close()
  await Promise.all([once(silent.resume(), 'close'), once(unasked.on('error', () => {}).resume(), 'close')])
  release()
  t.like(await answer, { status: 200, body: 'done\n' })
  // After ten seconds closing ends what is still open.
  t.is(await Promise.race([closed.then(() => 'closed'), delay(9_000, 'waited')]), 'closed')
})

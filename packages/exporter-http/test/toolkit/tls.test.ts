import { once } from 'node:events'
import { request } from 'node:http'
import { Agent } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'node:tls'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import { hashSync } from 'bcryptjs'
import { plainText } from '../../src/toolkit/handler.js'
import { createAuthority } from '../helpers/certificates.js'
import { askWithTls } from '../helpers/tls-client.js'
import { type Given, startTlsServer, tlsSection } from '../helpers/tls-server.js'

const authority = await createAuthority('authority')
const start = (t: ExecutionContext, given?: Given) => startTlsServer(t, authority, given)

// What clients show.
const good = await authority.issue('good', {
  names: [
    { type: 'dns', value: 'good.example' },
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '2001:db8::1' },
    { type: 'email', value: 'good@example.com' },
    { type: 'url', value: 'spiffe://example/good,better' },
    { type: 'dns', value: 'x, DNS:evil.example' },
  ],
})
const late = await authority.issue('late', { notAfter: new Date(Date.now() - 1000) })
const foreign = await (await createAuthority('authority')).issue('foreign', {
  names: [{ type: 'dns', value: 'good.example' }],
})

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

test('a renewed certificate is for new connections; the old ones continue', async (t) => {
  const { ask, write, url } = await start(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const kept = () => askWithTls(url, { ca: authority.cert, agent })
  t.is((await kept()).server, 'server')
  const renewed = await authority.issue('renewed')
  await write({ 'tls.crt': renewed.cert, 'tls.key': renewed.key })
  t.is((await ask()).server, 'renewed')
  t.is((await kept()).server, 'server')
  await write({ 'tls.crt': 'broken' })
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
  await write({ 'web.yml': tlsSection() + users('hunter3') })
  t.deepEqual([await get(), await get('demo:hunter2'), await get('demo:hunter3')], [401, 401, 200])
  await write({ 'web.yml': `${tlsSection()}${users('hunter3')}rate_limit: {interval: 1h, burst: 1}\n` })
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

test('a handshake that does not begin or continue is cut off', async (t) => {
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

const verify = ['client_ca_file: ca.crt']
const types: ReadonlyArray<{
  readonly type: string
  readonly lines?: ReadonlyArray<string>
  readonly letsIn: ReadonlyArray<string>
}> = [
  { type: 'NoClientCert', letsIn: ['none', 'good', 'late', 'foreign'] },
  { type: 'RequestClientCert', letsIn: ['none', 'good', 'late', 'foreign'] },
  { type: 'RequireAnyClientCert', letsIn: ['good', 'late', 'foreign'] },
  { type: 'VerifyClientCertIfGiven', lines: verify, letsIn: ['none', 'good'] },
  { type: 'RequireAndVerifyClientCert', lines: verify, letsIn: ['good'] },
]

for (const { type, lines = [], letsIn } of types) {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`${type} lets in clients with certificates: ${letsIn.join(', ')}; in ${maxVersion}`, async (t) => {
      const { ask, served } = await start(t, { lines: [`client_auth_type: ${type}`, ...lines] })
      for (const [name, client] of Object.entries({ none: {}, good, late, foreign })) {
        if (letsIn.includes(name)) t.like(await ask({ ...client, maxVersion }), { status: 200 }, name)
        else await t.throwsAsync(ask({ ...client, maxVersion }), undefined, name)
      }
      t.is(served(), letsIn.length)
    })
  }
}

test('a client’s certificate must have one of the allowed names, written the same', async (t) => {
  const auth = ['client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: ca.crt']
  const named = await start(t, { lines: [...auth, 'client_allowed_sans: [other.example]'] })
  const allow = (name: string) =>
    named.write({ 'web.yml': tlsSection([...auth, `client_allowed_sans: [other.example, ${JSON.stringify(name)}]`]) })
  for (const name of [
    'good.example',
    '127.0.0.1',
    '2001:db8::1',
    'good@example.com',
    'spiffe://example/good,better',
    'x, DNS:evil.example',
  ]) {
    await allow(name)
    t.like(await named.ask(good), { status: 200 }, name)
  }
  const before = named.served()
  for (const name of [
    'GOOD.example',
    'example',
    '*.example',
    '.example',
    'evil.example',
    'good',
    'spiffe://example/good',
  ]) {
    await allow(name)
    await t.throwsAsync(named.ask(good), undefined, name)
  }
  await allow('good.example')
  await t.throwsAsync(named.ask(foreign))
  t.is(named.served(), before)
})

test('a client that needs no certificate needs no name', async (t) => {
  const lines = ['client_auth_type: RequestClientCert', 'client_allowed_sans: [good.example]']
  const { ask } = await start(t, { lines })
  t.like(await ask(), { status: 200 })
  t.like(await ask(good), { status: 200 })
  t.like(await ask(foreign), { status: 200 }, 'it is not verified')
  await t.throwsAsync(ask(late))
})

test('who must show a certificate can be changed without a restart, and no old session gets around it', async (t) => {
  const { ask, write, port, served } = await start(t)
  const tls12 = { host: '127.0.0.1', port, ca: authority.cert, maxVersion: 'TLSv1.2' } as const
  const first = connect(tls12)
  await once(first, 'secureConnect')
  const session = first.getSession()
  first.destroy()
  const askAgain = async () => {
    const socket = connect({ ...tls12, ...(session === undefined ? {} : { session }) })
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const answer = text(socket).catch(() => 'cut off')
    await once(socket, 'secureConnect').catch(() => {})
    const isResumed = socket.isSessionReused()
    return [(await answer).split('\r\n')[0], isResumed]
  }
  t.deepEqual(await askAgain(), ['HTTP/1.1 200 OK', false])
  await write({ 'web.yml': tlsSection(['client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: ca.crt']) })
  t.like(await ask(good), { status: 200 })
  await t.throwsAsync(ask())
  t.notDeepEqual(await askAgain(), ['HTTP/1.1 200 OK', false])
  t.is(served(), 2)
})

test('no session is resumed', async (t) => {
  const { url } = await start(t)
  const agent = new Agent({ keepAlive: false })
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (let time = 0; time < 3; time += 1) {
      t.like(await askWithTls(url, { ca: authority.cert, agent, maxVersion }), { isResumed: false })
    }
  }
})

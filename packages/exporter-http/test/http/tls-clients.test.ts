import { once } from 'node:events'
import { Agent } from 'node:https'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import test, { type ExecutionContext } from 'ava'
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
  const named = await start(t, { lines: [...auth, 'client_allowed_sans: [nobody]'] })
  const allow = (name: string) =>
    named.write({ 'web.yml': tlsSection([...auth, `client_allowed_sans: [nobody, ${JSON.stringify(name)}]`]) })
  for (const name of [
    'good.example',
    '127.0.0.1',
    '2001:db8::1',
    'good@example.com',
    'spiffe://example/good,better',
    'x, DNS:evil.example',
  ]) {
    allow(name)
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
    allow(name)
    await t.throwsAsync(named.ask(good), undefined, name)
  }
  allow('good.example')
  await t.throwsAsync(named.ask(foreign))
  t.is(named.served(), before)
})

test('whoever may do without a certificate needs no name', async (t) => {
  const lines = ['client_auth_type: RequestClientCert', 'client_allowed_sans: [good.example]']
  const { ask } = await start(t, { lines })
  t.like(await ask(), { status: 200 })
  t.like(await ask(good), { status: 200 })
  t.like(await ask(foreign), { status: 200 }, 'nobody verifies it')
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
  write({ 'web.yml': tlsSection(['client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: ca.crt']) })
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

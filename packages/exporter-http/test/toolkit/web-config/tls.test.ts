import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { compare } from 'bcryptjs'
import * as E from 'fp-ts/lib/Either.js'
import { type Authority, type Certificate, createAuthority } from '../../helpers/certificates.js'
import { readWebConfig } from '../../helpers/texts.js'
import { readFrom, readWeb } from '../../helpers/web-files.js'

let authority: Authority
let server: Certificate
let other: Certificate
let files: Readonly<Record<string, string>>

test.before(async () => {
  authority = await createAuthority('authority')
  server = await authority.issue('server')
  other = await authority.issue('other')
  const short = await authority.issue('short', { rsaBits: 512 })
  files = {
    'short.crt': short.cert,
    'short.key': short.key,
    'server.crt': server.cert,
    'server.key': server.key,
    'other.key': other.key,
    'chain.crt': server.cert + authority.cert,
    'ca.crt': authority.cert,
    empty: '',
    'broken.crt': server.cert.replace(/\n.{10}/, '\nAAAAAAAAAA'),
    'locked.key': generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' },
    }).privateKey,
  }
})

/** A section with the server's files and these lines. */
const section = (...lines: ReadonlyArray<string>) =>
  ['tls_server_config:', 'cert_file: server.crt', 'key_file: server.key', ...lines].join('\n  ')

const tlsOf = (t: ExecutionContext, text: string) => {
  const config = readWeb(text, files)
  return E.isRight(config) ? config.right.tls : t.fail(config.left.join('\n'))
}

/** Each fault begins with the line and column. */
const faults = (t: ExecutionContext, text: string, ...expected: ReadonlyArray<string>) =>
  t.deepEqual(readWeb(text, files), E.left(expected.map((fault) => `web.yml:${fault}`)), text)

test('two files are enough; the rest is safe', (t) => {
  t.like(tlsOf(t, section()), {
    clientAuth: 'NoClientCert',
    clientAllowedSans: undefined,
    context: {
      cert: server.cert,
      key: server.key,
      ca: undefined,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      honorCipherOrder: true,
      ecdhCurve: 'auto',
    },
  })
})

test('files are sought beside the web file, unless their names are absolute', (t) => {
  const disk = { ...files, '/etc/web.yml': section(), '/etc/server.crt': server.cert, '/etc/server.key': server.key }
  t.true(E.isRight(readWebConfig('/etc/web.yml', readFrom(disk))))
  const text = section().replaceAll('server.', '/etc/server.')
  t.true(E.isRight(readWebConfig('web.yml', readFrom({ ...disk, 'web.yml': text }))))
})

test('certificate, key and authority may stand in the file itself', (t) => {
  const inline = JSON.stringify({
    tls_server_config: {
      cert: server.cert,
      key: server.key,
      client_auth_type: 'RequireAndVerifyClientCert',
      client_ca: authority.cert,
    },
  })
  t.like(tlsOf(t, inline), { context: { cert: server.cert, key: server.key, ca: authority.cert } })
})

test('what names no certificate or key is no half-configured server', (t) => {
  faults(
    t,
    'tls_server_config:\n  min_version: TLS13',
    '2:3: tls_server_config.cert_file: not set, expected cert_file or cert',
    '2:3: tls_server_config.key_file: not set, expected key_file or key',
  )
  faults(
    t,
    'tls_server_config: {cert_file: server.crt}',
    '1:20: tls_server_config.key_file: not set, expected key_file or key',
  )
  faults(
    t,
    'tls_server_config: {cert_file: , key_file: ""}',
    '1:21: tls_server_config.cert_file: not set, expected cert_file or cert',
    '1:44: tls_server_config.key_file: not set, expected key_file or key',
  )
})

test('an empty value counts as not given, as in the toolkit', (t) => {
  const empty = ['cert: ""', 'key:', 'client_ca: ""', 'client_ca_file:', 'client_auth_type: ""']
  t.deepEqual(tlsOf(t, section(...empty)), tlsOf(t, section()))
  faults(
    t,
    section('client_auth_type: ""', 'client_ca_file: ca.crt', 'client_allowed_sans: [a]'),
    '5:19: tls_server_config.client_ca_file: set without client_auth_type, expected both or none',
    '6:24: tls_server_config.client_allowed_sans: set without client_auth_type, expected both or none',
  )
  faults(
    t,
    section('client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: ""'),
    '4:21: tls_server_config.client_auth_type: set without client_ca_file or client_ca, expected one of them, or every public authority lets clients in',
  )
})

test('files that cannot be read, or hold something else, are faults', (t) => {
  const noCertificate = 'tls_server_config.cert_file: holds no certificate in PEM'
  const noKey = 'tls_server_config.key_file: holds no private key in PEM, or one with a passphrase'
  for (const [cert, key, ...expected] of [
    ['none.crt', 'server.key', '2:14: tls_server_config.cert_file: cannot be read (ENOENT)'],
    ['empty', 'server.key', `2:14: ${noCertificate}`],
    ['server.key', 'server.crt', `2:14: ${noCertificate}`, `3:13: ${noKey}`],
    ['broken.crt', 'server.key', '2:14: tls_server_config.cert_file: holds a broken certificate'],
    ['server.crt', 'empty', `3:13: ${noKey}`],
    ['server.crt', 'locked.key', `3:13: ${noKey}`],
    ['server.crt', 'other.key', '3:13: tls_server_config.key_file: does not fit the certificate of cert_file'],
    [
      'short.crt',
      'short.key',
      '2:14: tls_server_config.cert_file: cannot be served with this key and these settings (ERR_SSL_EE_KEY_TOO_SMALL)',
    ],
  ] as const) {
    faults(t, `tls_server_config:\n  cert_file: ${cert}\n  key_file: ${key}`, ...expected)
  }
  t.truthy(tlsOf(t, section().replace('server.crt', 'chain.crt')))
})

test('a secret key that stands in the file is not repeated, whatever is wrong with it', (t) => {
  faults(
    t,
    `tls_server_config:\n  cert: hunter2\n  key: hunter2`,
    '2:9: tls_server_config.cert: holds no certificate in PEM',
    '3:8: tls_server_config.key: holds no private key in PEM, or one with a passphrase',
  )
  faults(
    t,
    section('cert: a', 'key: b'),
    '2:14: tls_server_config.cert_file: set together with cert, expected one of them',
    '3:13: tls_server_config.key_file: set together with key, expected one of them',
  )
})

test('knows Go’s names for what clients must show', (t) => {
  for (const name of ['NoClientCert', 'RequestClientCert', 'RequireAnyClientCert'] as const) {
    t.is(tlsOf(t, section(`client_auth_type: ${name}`))?.clientAuth, name)
  }
  for (const name of ['VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'] as const) {
    const tls = tlsOf(t, section(`client_auth_type: ${name}`, 'client_ca_file: ca.crt'))
    t.like(tls, { clientAuth: name, context: { ca: authority.cert } })
  }
  t.is(tlsOf(t, section('client_auth_type: RequireClientCert'))?.clientAuth, 'RequireAnyClientCert')
  faults(
    t,
    section('client_auth_type: Always'),
    '4:21: tls_server_config.client_auth_type: "Always" given, expected one of NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert',
  )
})

test('what would check no client, or let in anyone’s, is a fault', (t) => {
  const useless = 'set without client_auth_type, expected both or none'
  faults(t, section('client_ca_file: ca.crt'), `4:19: tls_server_config.client_ca_file: ${useless}`)
  faults(t, section('client_allowed_sans: [a]'), `4:24: tls_server_config.client_allowed_sans: ${useless}`)
  for (const name of ['VerifyClientCertIfGiven', 'RequireAndVerifyClientCert']) {
    faults(
      t,
      section(`client_auth_type: ${name}`),
      '4:21: tls_server_config.client_auth_type: set without client_ca_file or client_ca, expected one of them, or every public authority lets clients in',
    )
  }
  faults(
    t,
    section('client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: empty'),
    '5:19: tls_server_config.client_ca_file: holds no certificate in PEM',
  )
  for (const nobody of ['', '[]']) {
    faults(
      t,
      section('client_auth_type: RequireAnyClientCert', `client_allowed_sans: ${nobody}`),
      `5:${nobody === '' ? 3 : 24}: tls_server_config.client_allowed_sans: empty, expected at least one name`,
    )
  }
})

test('reads the names that clients may have', (t) => {
  const lines = ['client_auth_type: RequireAnyClientCert', 'client_allowed_sans: [a.example, 127.0.0.1]']
  t.deepEqual(tlsOf(t, section(...lines))?.clientAllowedSans, ['a.example', '127.0.0.1'])
  faults(
    t,
    section('client_auth_type: RequireAnyClientCert', 'client_allowed_sans: [a, {}]'),
    '5:28: tls_server_config.client_allowed_sans[1]: a map given, expected a single value',
  )
  faults(
    t,
    section('client_auth_type: RequireAnyClientCert', 'client_allowed_sans: a'),
    '5:24: tls_server_config.client_allowed_sans: a single value given, expected a list',
  )
})

test('the example is right, and its password is what it says', async (t) => {
  const example = readFileSync(new URL('../../../../../docs/web-config.example.yml', import.meta.url), 'utf8')
  const config = readWeb(example, files)
  if (E.isLeft(config)) return t.fail(config.left.join('\n'))
  t.deepEqual(Object.keys(config.right), ['tls', 'headers', 'users'])
  t.true(await compare('change me', config.right.users.get('prometheus') ?? ''))
  const all = example.replaceAll(
    /^( *)# ((?: {2}- )?[a-z_]+: |client_allowed_sans:|rate_limit:| {2}- | {2}[a-z])/gm,
    '$1$2',
  )
  const withAll = readWeb(all, { ...files, 'clients-ca.crt': authority.cert })
  if (E.isLeft(withAll)) return t.fail(withAll.left.join('\n'))
  t.like(withAll.right, {
    tls: { clientAuth: 'RequireAndVerifyClientCert', clientAllowedSans: ['prometheus.example.com'] },
    rateLimit: { intervalMs: 1000, burst: 20 },
  })
})

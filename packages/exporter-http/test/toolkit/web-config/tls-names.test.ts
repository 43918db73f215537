import { createSecureContext } from 'node:tls'
import test, { type ExecutionContext } from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { createAuthority } from '../../helpers/certificates.js'
import { tlsSection } from '../../helpers/tls-server.js'
import { readWeb } from '../../helpers/web-files.js'

const server = await (await createAuthority('authority')).issue('server')
const files = { 'tls.crt': server.cert, 'tls.key': server.key }
const section = (...lines: ReadonlyArray<string>) => tlsSection(lines)

const tlsOf = (t: ExecutionContext, text: string) => {
  const config = readWeb(text, files)
  return E.isRight(config) ? config.right.tls : t.fail(config.left.join('\n'))
}

/** Each fault begins with the line and column. */
const faults = (t: ExecutionContext, text: string, ...expected: ReadonlyArray<string>) =>
  t.deepEqual(readWeb(text, files), E.left(expected.map((fault) => `web.yml:${fault}`)), text)

test('serves TLS 1.2 and 1.3, or one of them', (t) => {
  for (const [lines, minVersion, maxVersion] of [
    [['min_version: TLS12'], 'TLSv1.2', 'TLSv1.3'],
    [['min_version: TLS13'], 'TLSv1.3', 'TLSv1.3'],
    [['max_version: TLS12'], 'TLSv1.2', 'TLSv1.2'],
  ] as const) {
    t.like(tlsOf(t, section(...lines)), { context: { minVersion, maxVersion } })
  }
  for (const version of ['TLS10', 'TLS11']) {
    faults(
      t,
      section(`min_version: ${version}`),
      `4:16: tls_server_config.min_version: "${version}" given, expected one of TLS12, TLS13`,
    )
  }
  faults(
    t,
    section('max_version: 1.3'),
    '4:16: tls_server_config.max_version: "1.3" given, expected one of TLS12, TLS13',
  )
  faults(
    t,
    section('min_version: TLS13', 'max_version: TLS12'),
    '5:16: tls_server_config.max_version: below min_version',
  )
})

test('every cipher suite that Go calls secure is one that OpenSSL has', (t) => {
  const ofTls13 = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256'
  for (const [go, openssl] of [
    ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
    ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
    ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
    ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', 'ECDHE-ECDSA-AES128-SHA'],
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'ECDHE-RSA-AES128-SHA'],
    ['TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', 'ECDHE-ECDSA-AES256-SHA'],
    ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 'ECDHE-RSA-AES256-SHA'],
  ] as const) {
    t.is(tlsOf(t, section(`cipher_suites: [${go}]`))?.context.ciphers, `${ofTls13}:${openssl}`)
    // OpenSSL leaves out what it does not know, unless it knows nothing of the list.
    t.notThrows(() => createSecureContext({ ciphers: openssl }), go)
  }
  t.is(tlsOf(t, section('cipher_suites: [TLS_AES_128_GCM_SHA256]'))?.context.ciphers, ofTls13)
  t.is(tlsOf(t, section('cipher_suites:'))?.context.ciphers, tlsOf(t, section())?.context.ciphers)
  const known = [
    'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
    'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
    'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
    'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
  ].join(', ')
  const at = 'tls_server_config.cipher_suites'
  faults(
    t,
    section('cipher_suites:', '  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265', '  - RC4'),
    `5:7: ${at}[0]: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265" given, expected one of ${known}`,
    `6:7: ${at}[1]: "RC4" given, expected one of ${known}`,
  )
})

test('knows Go’s names of curves, and whose order counts', (t) => {
  const lines = ['curve_preferences: [X25519, CurveP256, CurveP384, CurveP521]', 'prefer_server_cipher_suites: false']
  t.like(tlsOf(t, section(...lines)), {
    context: { ecdhCurve: 'X25519:prime256v1:secp384r1:secp521r1', honorCipherOrder: false },
  })
  faults(
    t,
    section('curve_preferences: [P256]', 'prefer_server_cipher_suites: no'),
    '4:23: tls_server_config.curve_preferences[0]: "P256" given, expected one of CurveP256, CurveP384, CurveP521, X25519',
    '5:32: tls_server_config.prefer_server_cipher_suites: "no" given, expected true or false',
  )
})

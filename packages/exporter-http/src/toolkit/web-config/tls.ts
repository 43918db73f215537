import { constants } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import * as E from 'fp-ts/lib/Either.js'
import { codeOf, type ReadFile } from '../config/files.js'
import { fileName, oneOf, onOff, type Parser, text } from '../config/format.js'
import { certificatesOf, privateKeyOf } from './certificates.js'
import type { Keys } from './keys.js'

/** How to serve with TLS. */
export interface TlsConfig {
  readonly clientAuth: ClientAuth
  /** The names one of which a client's certificate must have; absent for no such condition. */
  readonly clientAllowedSans: ReadonlyArray<string> | undefined
  /** Options for OpenSSL, from which a context was created successfully. */
  readonly context: SecureContextOptions
}

export const tlsKeys = [
  'cert_file',
  'key_file',
  'cert',
  'key',
  'client_auth_type',
  'client_ca_file',
  'client_ca',
  'client_allowed_sans',
  'min_version',
  'max_version',
  'cipher_suites',
  'prefer_server_cipher_suites',
  'curve_preferences',
] as const

/**
 * Reads `tls_server_config`. Any of its keys requires TLS: there is no fallback to HTTP. Absent for a section without keys, or an
 * invalid one.
 */
export const readTls = (keys: Keys, readFile: ReadFile): TlsConfig | undefined => {
  if (keys.isEmpty) return undefined
  const cert = readPem(keys, 'cert', readFile, certificatesOf)
  const key = readPem(keys, 'key', readFile, privateKeyOf)
  for (const name of ['cert', 'key']) {
    if (!keys.isGiven(name) && !keys.isGiven(`${name}_file`))
      keys.refuse(`${name}_file`, 'not set', `${name}_file or ${name}`)
  }
  const clientCa = readPem(keys, 'client_ca', readFile, certificatesOf)
  const auth = readClientAuth(keys)
  const sans = keys.list('client_allowed_sans', text)
  if (sans?.length === 0) keys.refuse('client_allowed_sans', 'empty', 'at least one name')
  const minVersion = keys.value('min_version', tlsVersion) ?? 'TLSv1.2'
  const maxVersion = keys.value('max_version', tlsVersion) ?? 'TLSv1.3'
  if (minVersion > maxVersion) keys.refuse('max_version', 'below min_version')
  const suites = keys.list('cipher_suites', cipherSuite)
  const prefersServer = keys.value('prefer_server_cipher_suites', onOff) ?? true
  const curves = keys.list('curve_preferences', curve) ?? []
  if (cert === undefined || key === undefined) return undefined
  if (!cert.value[0].checkPrivateKey(key.value))
    return keys.refuse(key.from, `does not fit the certificate of ${cert.from}`)

  const context: SecureContextOptions = {
    cert: cert.pem,
    key: key.pem,
    ca: clientCa?.pem,
    minVersion,
    maxVersion,
    ciphers: cipherList(suites),
    honorCipherOrder: prefersServer,
    ecdhCurve: curves.length === 0 ? 'auto' : curves.join(':'),
    // A session that is resumed skips the checks of the client's certificate, which may be stricter by then.
    secureOptions: constants.SSL_OP_NO_TICKET,
  }
  try {
    createSecureContext(context)
  } catch (error) {
    // What no other check has found: a key that is too short, or curves of which OpenSSL has none.
    keys.refuse(cert.from, `cannot be served with this key and these settings (${codeOf(error)})`)
  }
  return { clientAuth: auth, clientAllowedSans: sans, context }
}

interface Pem<A> {
  /** The key that it was given with. */
  readonly from: string
  readonly pem: string
  readonly value: A
}

const readPem = <A>(
  keys: Keys,
  name: 'cert' | 'key' | 'client_ca',
  readFile: ReadFile,
  check: (pem: string) => E.Either<string, A>,
): Pem<A> | undefined => {
  const isFile = keys.isGiven(`${name}_file`)
  const from = isFile ? `${name}_file` : name
  if (isFile && keys.isGiven(name)) keys.refuse(from, `set together with ${name}`, 'one of them')
  const given = keys.isGiven(from) ? keys.value(from, isFile ? fileName : text) : undefined
  if (given === undefined) return undefined
  const pem = isFile ? readFile(given) : E.right(given)
  if (E.isLeft(pem)) return keys.refuse(from, `cannot be read (${pem.left})`)
  const checked = check(pem.right)
  return E.isRight(checked) ? { from, pem: pem.right, value: checked.right } : keys.refuse(from, checked.left)
}

const readClientAuth = (keys: Keys): ClientAuth => {
  const key = 'client_auth_type'
  const auth = keys.isGiven(key) ? keys.value(key, clientAuth) : 'NoClientCert'
  // An invalid type was already reported.
  if (auth === undefined) return 'NoClientCert'
  if (auth === 'NoClientCert') {
    for (const dependent of ['client_ca', 'client_ca_file', 'client_allowed_sans']) {
      if (keys.isGiven(dependent)) keys.refuse(dependent, `set without ${key}`, 'both or none')
    }
  }
  if (verifies(auth) && !keys.isGiven('client_ca') && !keys.isGiven('client_ca_file')) {
    const expected = 'one of them, or every public authority lets clients in'
    keys.refuse(key, 'set without client_ca_file or client_ca', expected)
  }
  return auth
}

/** Whether a client's certificate must be one of the configured authorities'. */
export const verifies = (auth: ClientAuth): boolean =>
  auth === 'VerifyClientCertIfGiven' || auth === 'RequireAndVerifyClientCert'

/** Whether clients have to show a certificate, by Go's names. */
const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const

export type ClientAuth = (typeof clientAuthTypes)[number]

const authType = oneOf('TYPE', ...clientAuthTypes)

/** Also takes the older name that the toolkit takes. */
const clientAuth: Parser<ClientAuth> = {
  parse: (given) => authType.parse(given === 'RequireClientCert' ? 'RequireAnyClientCert' : given),
}

type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

const byName = <A>(values: Readonly<Record<string, A>>): Parser<A> => ({
  parse: (given) =>
    E.fromNullable(`one of ${Object.keys(values).join(', ')}`)(new Map(Object.entries(values)).get(given)),
})

/** No older version: RFC 8996 forbids them. */
const tlsVersion = byName<TlsVersion>({ TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' })

// Those of TLS 1.3 are called the same by both.
const ciphersOfTls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']

/**
 * The cipher suites that Go calls secure, and what OpenSSL calls them.
 *
 * @see https://pkg.go.dev/crypto/tls#CipherSuites
 * @see https://docs.openssl.org/3.0/man1/openssl-ciphers/#cipher-suite-names
 */
const ciphers: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  ...Object.fromEntries(ciphersOfTls13.map((name) => [name, name])),
}

/** A cipher suite by Go's name, as OpenSSL calls it. */
const cipherSuite = byName(ciphers)

/**
 * What OpenSSL takes for a list of suites; without one, all that Go calls secure. As with Go, a list does not choose among
 * the suites of TLS 1.3, and OpenSSL would leave that version out of a list without them.
 *
 * @example
 * cipherList(['ECDHE-RSA-AES128-GCM-SHA256'])
 * // 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-RSA-AES128-GCM-SHA256'
 */
const cipherList = (suites: ReadonlyArray<string> = []): string =>
  [...new Set([...ciphersOfTls13, ...(suites.length === 0 ? Object.values(ciphers) : suites)])].join(':')

/** A curve by Go's name, as OpenSSL calls it. */
const curve = byName({
  CurveP256: 'prime256v1',
  CurveP384: 'secp384r1',
  CurveP521: 'secp521r1',
  X25519: 'X25519',
})

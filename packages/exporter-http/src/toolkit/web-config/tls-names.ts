import * as E from 'fp-ts/lib/Either.js'
import { oneOf, type Parser } from '../config/format.js'

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
export const clientAuth: Parser<ClientAuth> = {
  parse: (given) => authType.parse(given === 'RequireClientCert' ? 'RequireAnyClientCert' : given),
}

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

const byName = <A>(values: Readonly<Record<string, A>>): Parser<A> => ({
  parse: (given) =>
    E.fromNullable(`one of ${Object.keys(values).join(', ')}`)(new Map(Object.entries(values)).get(given)),
})

/** No older version: RFC 8996 forbids them. */
export const tlsVersion = byName<TlsVersion>({ TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' })

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
export const cipherSuite = byName(ciphers)

/**
 * What OpenSSL takes for a list of suites; without one, all that Go calls secure. As with Go, a list does not choose among
 * the suites of TLS 1.3, and OpenSSL would leave that version out of a list without them.
 *
 * @example
 * cipherList(['ECDHE-RSA-AES128-GCM-SHA256'])
 * // 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-RSA-AES128-GCM-SHA256'
 */
export const cipherList = (suites: ReadonlyArray<string> = []): string =>
  [...new Set([...ciphersOfTls13, ...(suites.length === 0 ? Object.values(ciphers) : suites)])].join(':')

/** A curve by Go's name, as OpenSSL calls it. */
export const curve = byName({
  CurveP256: 'prime256v1',
  CurveP384: 'secp384r1',
  CurveP521: 'secp521r1',
  X25519: 'X25519',
})

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isIPv6 } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of a PEM text, at least one, or what is wrong: nothing of the text is repeated. */
export const certificatesOf = (pem: string): E.Either<string, readonly [X509Certificate, ...X509Certificate[]]> => {
  const blocks = pem.match(certificateBlock) ?? []
  try {
    const [first, ...rest] = blocks.map((block) => new X509Certificate(block))
    return first === undefined ? E.left('holds no certificate in PEM') : E.right([first, ...rest])
  } catch {
    return E.left('holds a broken certificate')
  }
}

/** The private key of a PEM text, or what is wrong. */
export const privateKeyOf = (pem: string): E.Either<string, KeyObject> =>
  E.tryCatch(
    () => createPrivateKey(pem),
    () => 'holds no private key in PEM, or one with a passphrase',
  )

/**
 * The subject alternative names of a certificate that Go looks at: DNS names, addresses, e-mail addresses and URIs.
 *
 * @see https://nodejs.org/api/crypto.html#x509subjectaltname
 * @example
 * subjectAltNames('DNS:a.example, IP Address:0:0:0:0:0:0:0:1') // ['a.example', '::1']
 */
export const subjectAltNames = (subjectAltName = ''): ReadonlyArray<string> =>
  [...subjectAltName.matchAll(namePattern)].flatMap(([, kind = '', text = '']) => {
    if (!['DNS', 'IP Address', 'email', 'URI'].includes(kind)) return []
    const name = text.startsWith('"') ? unquoted(text) : text
    return [kind === 'IP Address' ? shortAddress(name) : name]
  })

// Node puts a name that has a comma, a quote or the like in it into quotes, so that it cannot pass for several.
const namePattern = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy

// A client may present an absurd certificate: treat it as one without a name instead of throwing.
const unquoted = (text: string): string => {
  try {
    return String(JSON.parse(text))
  } catch {
    return ''
  }
}

// Of the ways to write an address, this is the one of Go: RFC 5952.
const shortAddress = (address: string): string =>
  isIPv6(address) ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address

// The certificate library injects its parts by decorators, which need this.
import 'reflect-metadata'
import { KeyObject, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  type JsonGeneralName,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** An authority and how it makes certificates. */
export interface Authority {
  readonly cert: string
  readonly issue: (name: string, given?: Given) => Promise<Certificate>
}

interface Given {
  readonly names?: ReadonlyArray<JsonGeneralName>
  readonly notAfter?: Date
  /** For a key of RSA instead of P-256. */
  readonly rsaBits?: number
}

const localhost: ReadonlyArray<JsonGeneralName> = [{ type: 'ip', value: '127.0.0.1' }]

const day = 24 * 60 * 60 * 1000
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) }
const newKeys = (rsaBits?: number) =>
  webcrypto.subtle.generateKey(rsaBits === undefined ? algorithm : { ...rsa, modulusLength: rsaBits }, true, [
    'sign',
    'verify',
  ])

export const createAuthority = async (authorityName: string): Promise<Authority> => {
  const authorityKeys = await newKeys()
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${authorityName}`,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 2 * day),
    signingAlgorithm: algorithm,
    keys: authorityKeys,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  return {
    cert: `${authority.toString('pem')}\n`,
    issue: async (name, { names = localhost, notAfter = new Date(Date.now() + day), rsaBits } = {}) => {
      const keys = await newKeys(rsaBits)
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: authority.subject,
        notBefore: new Date(Date.now() - day),
        notAfter,
        signingAlgorithm: algorithm,
        publicKey: keys.publicKey,
        signingKey: authorityKeys.privateKey,
        extensions: names.length === 0 ? [] : [new SubjectAlternativeNameExtension([...names])],
      })
      return { cert: `${certificate.toString('pem')}\n`, key: pemOf(keys.privateKey) }
    },
  }
}

const pemOf = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ format: 'pem', type: 'pkcs8' }).toString()

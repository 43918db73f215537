import { createServer, type Server, type ServerOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { subjectAltNames } from './web-config/certificates.js'
import { type TlsConfig, verifies } from './web-config/tls.js'

/**
 * A server that asks at each new connection how to serve it: a renewed certificate needs no restart.
 *
 * @see https://nodejs.org/api/tls.html#serversetsecurecontextoptions
 */
export const createTlsServer = (first: TlsConfig, tls: () => TlsConfig | undefined, options: ServerOptions): Server => {
  let applied = first
  const server = createServer({
    ...options,
    ...first.context,
    requestCert: asksForCertificate(first),
    // Decided below, where the certificate's names count too.
    rejectUnauthorized: false,
  })
  // Before Node's own listener, which begins the handshake.
  server.prependListener('connection', () => {
    const next = tls() ?? applied
    if (next === applied) return
    applied = next
    server.setSecureContext(next.context)
    // Node reads this property at each connection, but has no method for it.
    Object.assign(server, { requestCert: asksForCertificate(next) })
  })
  // Before Node's own listener, which takes requests from the connection.
  server.prependListener('secureConnection', (socket) => {
    if (!isWelcome(socket, applied)) socket.destroy()
  })
  return server
}

const asksForCertificate = ({ clientAuth }: TlsConfig): boolean => clientAuth !== 'NoClientCert'

const isWelcome = (socket: TLSSocket, { clientAuth, clientAllowedSans }: TlsConfig): boolean => {
  if (clientAuth === 'NoClientCert') return true
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return clientAuth === 'RequestClientCert' || clientAuth === 'VerifyClientCertIfGiven'
  if (verifies(clientAuth) && !socket.authorized) return false
  if (clientAllowedSans === undefined) return true
  return subjectAltNames(certificate.subjectAltName).some((name) => clientAllowedSans.includes(name))
}

import { createServer, type Server } from 'node:http'
import { createServer as createHttpsServer, type ServerOptions, type Server as TlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type AnswerLimits, answering, createHeld } from './answering.js'
import type { Handler } from './handler.js'
import { type ListenAddress, type Listening, listenOn } from './listening.js'
import { subjectAltNames } from './web-config/certificates.js'
import { type TlsConfig, verifies } from './web-config/tls.js'

export interface HttpServer {
  /** Where it can be reached from this machine: `http://localhost:10104/`. */
  readonly urls: ReadonlyArray<string>
  /** Accepts no more, finishes what is being served, and resolves when all is closed. */
  readonly close: () => Promise<void>
}

/** Limits of a client's time and memory. */
export interface HttpLimits extends AnswerLimits {
  /** From the start of a connection or a request to the end of its headers; later ones are answered 408. */
  readonly headersTimeoutMs: number
  /** From the start of a request to the end of its body; later ones are answered 408. */
  readonly requestTimeoutMs: number
  readonly handshakeTimeoutMs: number
  /** How long a connection is kept for the next request. */
  readonly keepAliveTimeoutMs: number
  /** How often Node.js looks for requests that take too long. */
  readonly checkEveryMs: number
  /** Larger headers are answered 431. */
  readonly maxHeaderBytes: number
  /** Maximum connections to an address; beyond it the oldest one without a request is closed, or the new one. */
  readonly maxConnections: number
  /** Maximum memory of unread answers; beyond it the clients of the oldest one are disconnected. */
  readonly maxHeldBytes: number
}

const usualLimits: HttpLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  handshakeTimeoutMs: 10_000,
  stalledTimeoutMs: 30_000,
  sendTimeoutMs: 120_000,
  keepAliveTimeoutMs: 5000,
  checkEveryMs: 1000,
  maxHeaderBytes: 16 * 1024,
  maxBodyBytes: 64 * 1024,
  maxPipelined: 100,
  maxConnections: 1000,
  maxHeldBytes: 64 * 1024 * 1024,
}

export interface HttpServerOptions {
  /** The TLS configuration, read at each new connection. Undefined at the start disables TLS for good. */
  readonly tls?: () => TlsConfig | undefined
  readonly limits?: Partial<HttpLimits>
}

/**
 * Serves on every address, or rejects if one of them fails. Node.js itself answers invalid, slow and oversized requests with 400, 408
 * and 431, and closes the connection.
 *
 * @example
 * const { urls, close } = await startHttpServer([{ port: 10104 }], handler)
 */
export const startHttpServer = async (
  addresses: ReadonlyArray<ListenAddress>,
  handler: Handler,
  { tls = () => undefined, limits: otherLimits = {} }: HttpServerOptions = {},
): Promise<HttpServer> => {
  const limits = { ...usualLimits, ...otherLimits }
  const held = createHeld(limits.maxHeldBytes)
  const listening: Listening[] = []
  const close = async () => {
    await Promise.all(listening.map((one) => one.close()))
  }
  try {
    for (const address of addresses) {
      const server = createFor(tls, limits)
      const serve = answering({ handler, limits, held, isClosing: () => !server.listening })
      server.on('request', serve)
      server.on('checkContinue', serve)
      server.on('connect', refuseTunnel)
      listening.push(await listenOn(server, address, limits.maxConnections))
    }
  } catch (error) {
    await close()
    throw error
  }
  return { urls: listening.map(({ url }) => url), close }
}

const createFor = (tls: () => TlsConfig | undefined, limits: HttpLimits): Server | TlsServer => {
  const options = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    maxHeaderSize: limits.maxHeaderBytes,
  }
  const config = tls()
  const server =
    config === undefined
      ? createServer(options)
      : createTlsServer(config, tls, { ...options, handshakeTimeout: limits.handshakeTimeoutMs })
  server.timeout = limits.stalledTimeoutMs
  return server
}

/**
 * A server that asks at each new connection how to serve it: a renewed certificate needs no restart.
 *
 * @see https://nodejs.org/api/tls.html#serversetsecurecontextoptions
 */
const createTlsServer = (first: TlsConfig, tls: () => TlsConfig | undefined, options: ServerOptions): TlsServer => {
  let applied = first
  const server = createHttpsServer({
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

/** Node.js passes the whole connection to the listener of CONNECT. */
const refuseTunnel = (_request: unknown, socket: Duplex): void => {
  const head = ['HTTP/1.1 405 Method Not Allowed', 'Allow: GET, HEAD', 'Connection: close', 'Content-Length: 0']
  socket.on('error', () => {}).end(`${head.join('\r\n')}\r\n\r\n`, () => socket.destroy())
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { nextTurn } from '@alauda-exporter/alauda-client/turns'
import type { TlsConfig } from '../web-config/tls.js'
import { plainText, type Respond } from './handler.js'
import { type ListenAddress, type Listening, listenOn } from './listening.js'
import { takeBody } from './request-body.js'
import { createHeld, type Held, sendBody } from './send-body.js'
import { createTlsServer } from './tls-server.js'

export interface HttpServer {
  /** Where it can be reached from this machine: `http://localhost:10104/`. */
  readonly urls: ReadonlyArray<string>
  /** Accepts no more, finishes what is being served, and resolves when all is closed. */
  readonly close: () => Promise<void>
}

/** What a client may take of time and memory. */
export interface HttpLimits {
  /** From the beginning of a connection or a request to the end of its headers; else 408. */
  readonly headersTimeoutMs: number
  /** From the beginning of a request to its end, body included; else 408. */
  readonly requestTimeoutMs: number
  readonly handshakeTimeoutMs: number
  /** How long a client may neither send nor take anything; not while an answer is being made. */
  readonly stalledTimeoutMs: number
  /** From the beginning of an answer on its way to its end: who takes it a byte at a time takes up its memory, too. */
  readonly sendTimeoutMs: number
  /** How long a connection is kept for the next request. */
  readonly keepAliveTimeoutMs: number
  /** How often Node looks for requests that take too long. */
  readonly checkEveryMs: number
  /** Beyond this the answer is 431. */
  readonly maxHeaderBytes: number
  /** Beyond this the answer is 413. */
  readonly maxBodyBytes: number
  /** How many requests of one connection may be unanswered; beyond this it is cut. They are answered one after the other. */
  readonly maxPipelined: number
  /** How many connections an address keeps: beyond this the oldest one on which nothing has been asked is cut, or the new one. */
  readonly maxConnections: number
  /** How much memory answers on their way to clients may take; beyond this those who take the oldest one are cut off. */
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
  /** How to serve with TLS, asked at each new connection. Nothing at the start: without TLS, for good. */
  readonly tls?: () => TlsConfig | undefined
  readonly limits?: Partial<HttpLimits>
}

/**
 * Serves on every address. Rejects when one of them cannot be listened on. To what is no HTTP, or is too slow or too much,
 * Node itself answers 400, 408 and 431, and closes the connection.
 *
 * @example
 * const { urls, close } = await startHttpServer([{ port: 10104 }], respond)
 */
export const startHttpServer = async (
  addresses: ReadonlyArray<ListenAddress>,
  respond: Respond,
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
      const serve = (request: IncomingMessage, response: ServerResponse) =>
        answer({ server, respond, limits, held }, request, response)
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

interface Answering {
  readonly server: Server | TlsServer
  readonly respond: Respond
  readonly limits: HttpLimits
  readonly held: Held
}

const tooLarge = plainText(413, 'No body is expected here, and this one is too large.', { connection: 'close' })

/** Resolves when the answer has gone out, or nobody is there to take it any more. */
const isSent = (response: ServerResponse, socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const settle = () => {
      socket.off('close', settle)
      resolve()
    }
    response.once('close', settle)
    // An answer that waits behind another one on the same connection is never closed when the client goes.
    socket.setMaxListeners(0).once('close', settle)
  })

interface Queue {
  /** How many requests of the connection are unanswered. Node reads them as fast as they come. */
  length: number
  /** Resolves when all of them are answered. */
  answered: Promise<unknown>
}

const queues = new WeakMap<Socket, Queue>()

/** Puts a request behind those of its connection; `turn` resolves when they are answered. */
const enqueue = (socket: Socket, sent: Promise<void>): { readonly length: number; readonly turn: Promise<unknown> } => {
  const queue = queues.get(socket) ?? { length: 0, answered: Promise.resolve() }
  queues.set(socket, queue)
  const turn = queue.answered
  queue.length += 1
  queue.answered = Promise.all([turn, sent])
  void sent.then(() => {
    queue.length -= 1
  })
  return { length: queue.length, turn }
}

/** Node leaves the whole connection to whoever listens for CONNECT. */
const refuseTunnel = (_request: IncomingMessage, socket: Duplex): void => {
  const head = ['HTTP/1.1 405 Method Not Allowed', 'Allow: GET, HEAD', 'Connection: close', 'Content-Length: 0']
  socket.on('error', () => {}).end(`${head.join('\r\n')}\r\n\r\n`, () => socket.destroy())
}

// Every server has to take the form of requests for proxies, too (RFC 9112, 3.2.2).
const withoutHost = (target: string): string => target.replace(/^https?:\/\/[^/?]*/i, '')

const answer = async (
  { server, respond, limits, held }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { method = 'GET', url = '/', headers: requestHeaders, socket } = request
  // Node goes on to read what came before the connection was cut.
  if (socket.destroyed) return
  const sent = isSent(response, socket)
  const { length, turn } = enqueue(socket, sent)
  if (length > limits.maxPipelined) {
    socket.destroy()
    return
  }
  const taken = await takeBody(request, response, limits.maxBodyBytes)
  // Nothing is made for an answer that has to wait for one that nobody takes.
  await turn
  // An answer that is written at once would give the next one its turn at once, and other clients would wait until all are made.
  if (length > 1) await nextTurn()
  if (taken === 'gone' || socket.destroyed) return
  const [path = '', ...rest] = withoutHost(url).split('?')
  const query = new URLSearchParams(rest.join('?'))
  // An answer may take longer than a client may sleep.
  socket.setTimeout(0)
  const asked = { method, path: path || '/', query, headers: requestHeaders, address: socket.remoteAddress, sent }
  const { status, contentType, body, headers } = taken === 'too large' ? tooLarge : await respond(asked)
  socket.setTimeout(limits.stalledTimeoutMs)
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': bytes.length,
    ...headers,
    ...(server.listening ? {} : { connection: 'close' }),
  })
  const cutOff = () => socket.destroy()
  const tooSlow = setTimeout(cutOff, limits.sendTimeoutMs)
  void sent.then(() => clearTimeout(tooSlow))
  if (method === 'HEAD') {
    response.end()
    return
  }
  void sent.then(held.hold(bytes, cutOff))
  sendBody(response, bytes)
}

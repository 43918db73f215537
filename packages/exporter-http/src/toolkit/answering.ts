import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { nextTurn } from '@alauda-exporter/alauda-client/turns'
import { type Handler, type HttpRequest, plainText } from './handler.js'

export interface AnswerLimits {
  /** Maximum pause of a client that sends a request or reads a response. */
  readonly stalledTimeoutMs: number
  /** Maximum time to send a response: a client that reads it byte by byte occupies its memory. */
  readonly sendTimeoutMs: number
  /** A larger request body is answered 413. */
  readonly maxBodyBytes: number
  /** Maximum unanswered requests of a connection; one with more is closed. They are answered one after the other. */
  readonly maxPipelined: number
}

export interface Answering {
  readonly handler: Handler
  readonly limits: AnswerLimits
  readonly held: Held
  /** Whether to close connections after their current response. */
  readonly isClosing: () => boolean
}

/** Passes requests to the handler, one at a time of each connection, and sends its responses. */
export const answering =
  ({ handler, limits, held, isClosing }: Answering): RequestListener =>
  async (request, response) => {
    const { socket } = request
    // Node.js still reads the requests that came before the connection was closed.
    if (socket.destroyed) return
    const sent = isSent(response, socket)
    const { length, turn } = enqueue(socket, sent)
    if (length > limits.maxPipelined) {
      socket.destroy()
      return
    }
    const taken = await takeBody(request, response, limits.maxBodyBytes)
    // Do not make a response while an unread one blocks the connection.
    await turn
    // Responses that are written at once would follow each other at once, and other clients would wait for all of them.
    if (length > 1) await nextTurn()
    if (taken === 'gone' || socket.destroyed) return
    // A response may take longer than a client may pause.
    socket.setTimeout(0)
    const { status, headers, body } = taken === 'too large' ? tooLarge : await handler(requestOf(request, sent))
    socket.setTimeout(limits.stalledTimeoutMs)
    response.writeHead(status, {
      ...headers,
      'content-length': body.length,
      ...(isClosing() ? { connection: 'close' } : {}),
    })
    const cutOff = () => socket.destroy()
    const tooSlow = setTimeout(cutOff, limits.sendTimeoutMs)
    void sent.then(() => clearTimeout(tooSlow))
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    void sent.then(held.hold(body, cutOff))
    sendBody(response, body)
  }

const tooLarge = plainText(413, 'No body is expected here, and this one is too large.', { connection: 'close' })

const requestOf = (
  { method = 'GET', url = '/', headers, socket }: IncomingMessage,
  sent: Promise<void>,
): HttpRequest => {
  const [path = '', ...rest] = withoutHost(url).split('?')
  const query = new URLSearchParams(rest.join('?'))
  return { method, path: path || '/', query, headers, address: socket.remoteAddress, sent }
}

// A server must accept the form of requests to proxies, too (RFC 9112, 3.2.2).
const withoutHost = (target: string): string => target.replace(/^https?:\/\/[^/?]*/i, '')

/** Resolves when the response was sent, or the client has disconnected. */
const isSent = (response: ServerResponse, socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const settle = () => {
      socket.off('close', settle)
      resolve()
    }
    response.once('close', settle)
    // A response that waits behind another one on the same connection is never closed when the client disconnects.
    socket.setMaxListeners(0).once('close', settle)
  })

interface Queue {
  /** The unanswered requests of the connection. Node.js reads them as fast as they come. */
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

/** Whether a request's body was read to its end, or why not. */
type Body = 'taken' | 'too large' | 'gone'

/** Reads a request's body and drops it: no route needs one, but only complete requests are answered. */
const takeBody = async (request: IncomingMessage, response: ServerResponse, maxBytes: number): Promise<Body> => {
  const { expect, 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (length === undefined && encoding === undefined) return 'taken'
  if (Number(length ?? 0) > maxBytes) return 'too large'
  // The client waits for permission to send.
  if (expect?.toLowerCase() === '100-continue') response.writeContinue()
  return countBody(request, maxBytes)
}

const countBody = (request: IncomingMessage, maxBytes: number): Promise<Body> =>
  new Promise((resolve) => {
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) resolve('too large')
    })
    request.once('end', () => resolve('taken'))
    request.once('error', () => resolve('gone'))
    request.once('close', () => resolve('gone'))
  })

const pieceBytes = 64 * 1024

/**
 * Sends a body piece by piece, as fast as the client reads it: a connection keeps one piece, and others may share the body. One piece
 * in each turn of the event loop: the system accepts megabytes at once, and from many connections at the same time.
 */
const sendBody = (response: ServerResponse, body: Uint8Array): void => {
  let sent = 0
  const sendMore = (): void => {
    if (sent + pieceBytes >= body.length) {
      response.end(body.subarray(sent))
      return
    }
    const isRoom = response.write(body.subarray(sent, sent + pieceBytes))
    sent += pieceBytes
    if (isRoom) setImmediate(sendMore)
    else response.once('drain', () => setImmediate(sendMore))
  }
  sendMore()
}

/** The bodies that clients have not read yet. */
interface Held {
  /** Counts the body until the returned function is called. A body that several clients read counts once. */
  readonly hold: (body: Uint8Array, cutOff: () => void) => () => void
}

/**
 * Bounds the memory of unread bodies: beyond `maxBytes` it disconnects the clients of the oldest one. Clients that read finish long
 * before that, and the others must not block them.
 */
export const createHeld = (maxBytes: number): Held => {
  const takers = new Map<Uint8Array, Set<() => void>>()
  let bytes = 0
  const letGo = (body: Uint8Array) => {
    if (takers.delete(body)) bytes -= body.length
  }
  const cutOffOldest = (newest: Uint8Array) => {
    for (const [body, cutOffs] of takers) {
      if (bytes <= maxBytes || body === newest) return
      letGo(body)
      for (const cutOff of cutOffs) cutOff()
    }
  }
  return {
    hold: (body, cutOff) => {
      const known = takers.get(body)
      const cutOffs = known ?? new Set()
      cutOffs.add(cutOff)
      if (known === undefined) {
        takers.set(body, cutOffs)
        bytes += body.length
        cutOffOldest(body)
      }
      return () => {
        cutOffs.delete(cutOff)
        if (cutOffs.size === 0 && takers.get(body) === cutOffs) letGo(body)
      }
    },
  }
}

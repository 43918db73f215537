import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { inTurns, nextTurn } from '@alauda-exporter/alauda-client/turns'
import { type Body, type BodyPart, partsOf } from './body.js'
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
  readonly held: Holding
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
    const parts = partsOf(body)
    const bodyLength = await lengthOf(parts)
    if (socket.destroyed) return
    socket.setTimeout(limits.stalledTimeoutMs)
    response.writeHead(status, {
      ...headers,
      // Of 304 it would be that of the body that the client has.
      ...(status === 304 ? {} : { 'content-length': bodyLength }),
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
    sendParts(response, parts, sent)
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
type Taken = 'taken' | 'too large' | 'gone'

/** Reads a request's body and drops it: no route needs one, but only complete requests are answered. */
const takeBody = async (request: IncomingMessage, response: ServerResponse, maxBytes: number): Promise<Taken> => {
  const { expect, 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (length === undefined && encoding === undefined) return 'taken'
  if (Number(length ?? 0) > maxBytes) return 'too large'
  // The client waits for permission to send.
  if (expect?.toLowerCase() === '100-continue') response.writeContinue()
  return countBody(request, maxBytes)
}

const countBody = (request: IncomingMessage, maxBytes: number): Promise<Taken> =>
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

/** Makes the parts, a few in each turn of the event loop. */
const lengthOf = async (parts: ReadonlyArray<BodyPart>): Promise<number> => {
  let length = 0
  await inTurns(parts, (part) => {
    length += part.bytes().length
  })
  return length
}

// The system copies as many in less than a millisecond.
const bytesOfTurn = 1024 * 1024

let sending = 0

/**
 * Sends a body piece by piece, as fast as the client reads it: others may share the body. The system accepts megabytes at once, and from
 * many connections at the same time: in each turn of the event loop all connections together send a megabyte, or one piece each.
 */
const sendParts = (response: ServerResponse, parts: ReadonlyArray<BodyPart>, sent: Promise<void>): void => {
  const pieces = piecesOf(parts)
  sending += 1
  void sent.then(() => {
    sending -= 1
  })
  const sendMore = (): void => {
    let [room, isRoom] = [bytesOfTurn / sending, true]
    response.cork()
    while (room > 0) {
      const { value, done } = pieces.next()
      if (done) {
        response.end()
        return
      }
      isRoom = response.write(value)
      room -= value.length
    }
    response.uncork()
    if (isRoom) setImmediate(sendMore)
    else response.once('drain', () => setImmediate(sendMore))
  }
  sendMore()
}

function* piecesOf(parts: ReadonlyArray<BodyPart>): Generator<Uint8Array> {
  for (const part of parts) {
    const bytes = part.bytes()
    for (let sent = 0; sent < bytes.length; sent += pieceBytes) yield bytes.subarray(sent, sent + pieceBytes)
  }
}

/** The bodies that clients have not read yet. */
interface Holding {
  /** Counts the body until the returned function is called. What several clients read counts once. */
  readonly hold: (body: Body, cutOff: () => void) => () => void
}

/**
 * Bounds the memory of unread bodies: beyond `maxBytes` it disconnects the clients of the oldest one. Clients that read finish long
 * before that, and the others must not block them.
 */
export const createHeld = (maxBytes: number): Holding => {
  const takers = new Map<Held, Set<() => void>>()
  let bytes = 0
  const letGo = (part: Held) => {
    if (takers.delete(part)) bytes -= part.length
  }
  const cutOffOldest = (newest: ReadonlySet<Held>) => {
    for (const [part, cutOffs] of takers) {
      if (bytes <= maxBytes || newest.has(part)) return
      letGo(part)
      for (const cutOff of cutOffs) cutOff()
    }
  }
  const holdPart = (part: Held, cutOff: () => void) => {
    const known = takers.get(part)
    const cutOffs = known ?? new Set()
    cutOffs.add(cutOff)
    if (known === undefined) {
      takers.set(part, cutOffs)
      bytes += part.length
    }
    return () => {
      cutOffs.delete(cutOff)
      if (cutOffs.size === 0 && takers.get(part) === cutOffs) letGo(part)
    }
  }
  return {
    hold: (body, cutOff) => {
      const parts = new Set<Held>(body instanceof Uint8Array ? [body] : body)
      const releases = [...parts].map((part) => holdPart(part, cutOff))
      cutOffOldest(parts)
      return () => {
        for (const release of releases) release()
      }
    },
  }
}

/** A body or a part of one. */
type Held = Pick<Uint8Array, 'length'>

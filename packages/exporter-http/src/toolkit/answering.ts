import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { nextTurn } from '@alauda-exporter/alauda-client/turns'
import { type Handler, type HttpRequest, plainText } from './handler.js'
import { type Held, sendBody } from './send-body.js'

export interface AnswerLimits {
  /** How long a client may neither send nor take anything; not while an answer is being made. */
  readonly stalledTimeoutMs: number
  /** From the beginning of an answer on its way to its end: who takes it a byte at a time takes up its memory, too. */
  readonly sendTimeoutMs: number
  /** Beyond this the answer is 413. */
  readonly maxBodyBytes: number
  /** How many requests of one connection may be unanswered; beyond this it is cut. They are answered one after the other. */
  readonly maxPipelined: number
}

export interface Answering {
  readonly handler: Handler
  readonly limits: AnswerLimits
  readonly held: Held
  /** Whether connections are to end with the answers under way. */
  readonly isClosing: () => boolean
}

/** Hands requests to the handler, one at a time of each connection, and sends what it answers. */
export const answering =
  ({ handler, limits, held, isClosing }: Answering): RequestListener =>
  async (request, response) => {
    const { socket } = request
    // Node goes on to read what came before the connection was cut.
    if (socket.destroyed) return
    const sent = isSent(response, socket)
    const { length, turn } = enqueue(socket, sent)
    if (length > limits.maxPipelined) {
      socket.destroy()
      return
    }
    const taken = await takeBody(request, response, limits.maxBodyBytes)
    // Do not build an answer while an unread one blocks the connection.
    await turn
    // An answer that is written at once would give the next one its turn at once, and other clients would wait until all are made.
    if (length > 1) await nextTurn()
    if (taken === 'gone' || socket.destroyed) return
    // An answer may take longer than a client may sleep.
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

// Every server has to take the form of requests for proxies, too (RFC 9112, 3.2.2).
const withoutHost = (target: string): string => target.replace(/^https?:\/\/[^/?]*/i, '')

/** Resolves when the answer was sent, or the client has disconnected. */
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

/** What became of a request's body: it is all there, it is more than anyone needs, or the client is gone. */
type Body = 'taken' | 'too large' | 'gone'

/**
 * Takes a request's body and throws it away, for no route reads one. The answer waits for it, so that a request counts only
 * when it is whole.
 */
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

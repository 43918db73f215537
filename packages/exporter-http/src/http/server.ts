import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ListenAddress } from '../settings/listen-address.js'
import type { Respond } from './route.js'

export interface HttpServer {
  /** Where it can be reached from this machine: `http://localhost:10104/`. */
  readonly urls: ReadonlyArray<string>
  /** Accepts no more, finishes what is being served, and resolves when all is closed. */
  readonly close: () => Promise<void>
}

/** Serves on every address. Rejects when one of them cannot be listened on. */
export const startHttpServer = async (
  addresses: ReadonlyArray<ListenAddress>,
  respond: Respond,
): Promise<HttpServer> => {
  const listening: Listening[] = []
  const close = async () => {
    await Promise.all(listening.map(closeGracefully))
  }
  try {
    for (const address of addresses) {
      const server = createServer()
      const unasked = socketsWithoutRequest(server)
      server.on('request', (request, response) => answer(server, respond, request, response))
      await listen(server, address)
      listening.push({ server, unasked })
    }
  } catch (error) {
    await close()
    throw error
  }
  return { urls: listening.map(({ server }) => urlOf(server)), close }
}

const answer = async (
  server: Server,
  respond: Respond,
  { method = 'GET', url = '/', headers: requestHeaders }: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const [path = '', ...rest] = url.split('?')
  const query = new URLSearchParams(rest.join('?'))
  const { status, contentType, body, headers } = await respond({ method, path, query, headers: requestHeaders })
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...headers,
    ...(server.listening ? {} : { connection: 'close' }),
  })
  response.end(method === 'HEAD' ? undefined : body)
}

const listen = (server: Server, { host, port }: ListenAddress): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject)
      resolve()
    })
  })

interface Listening {
  readonly server: Server
  readonly unasked: ReadonlySet<Socket>
}

/** The connections on which nothing has been asked yet. Node counts them among the busy ones when it closes a server. */
const socketsWithoutRequest = (server: Server): ReadonlySet<Socket> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', ({ socket }) => sockets.delete(socket))
  return sockets
}

// For a reader that never takes its answer.
const graceMs = 10_000

const closeGracefully = ({ server, unasked }: Listening): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    for (const socket of unasked) socket.destroy()
  })

const urlOf = (server: Server): string => {
  const listening = server.address()
  if (listening === null || typeof listening === 'string') return ''
  const { address, port } = listening
  const isEveryAddress = address === '::' || address === '0.0.0.0'
  const host = isEveryAddress ? 'localhost' : address.includes(':') ? `[${address}]` : address
  return `http://${host}:${port}/`
}

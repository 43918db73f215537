import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'

/** Where to listen. Without a host: on every address of the machine. */
export interface ListenAddress {
  readonly host?: string
  /** 0 lets the system choose. */
  readonly port: number
}

export interface Listening {
  readonly url: string
  /** Accepts no more, finishes what is being served, and resolves when all is closed. */
  readonly close: () => Promise<void>
}

/** Listens on the address; rejects when it cannot. */
export const listenOn = async (
  server: Server | TlsServer,
  { host, port }: ListenAddress,
  maxConnections: number,
): Promise<Listening> => {
  const unasked = socketsWithoutRequest(server)
  boundConnections(server, unasked, maxConnections)
  server.listen({ port, ...(host === undefined ? {} : { host }) })
  await once(server, 'listening')
  // The machine may refuse to accept one connection, for lack of memory or files: the next one may work.
  server.on('error', () => {})
  return {
    url: urlOf(server, 'setSecureContext' in server ? 'https' : 'http'),
    close: () => closeGracefully(server, unasked),
  }
}

/**
 * The connections without a request, a handshake under way among them: Node counts them as busy when it closes a server.
 */
const socketsWithoutRequest = (server: Server | TlsServer): ReadonlyMap<string, Socket> => {
  const sockets = new Map<string, Socket>()
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    sockets.set(peer, socket)
    socket.once('close', () => {
      if (sockets.get(peer) === socket) sockets.delete(peer)
    })
  })
  const forget = ({ socket }: { readonly socket: Socket }) => sockets.delete(peerOf(socket))
  server.on('request', forget).on('checkContinue', forget)
  return sockets
}

/** Idle connections, however many, must not keep a new client out. */
const boundConnections = (
  server: Server | TlsServer,
  unasked: ReadonlyMap<string, Socket>,
  maxConnections: number,
): void => {
  let open = 0
  server.on('connection', (socket: Socket) => {
    open += 1
    socket.once('close', () => {
      open -= 1
    })
    const [oldest = socket] = unasked.values()
    if (open > maxConnections) oldest.destroy()
  })
}

// With TLS a request's socket is not the one that was accepted, but both have the same peer.
const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

// For a reader that never takes its answer.
const graceMs = 10_000

const closeGracefully = async (server: Server | TlsServer, unasked: ReadonlyMap<string, Socket>): Promise<void> => {
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  const closed = new Promise((resolve) => server.close(resolve))
  for (const socket of unasked.values()) socket.destroy()
  await closed
  clearTimeout(timer)
}

const urlOf = (server: Server | TlsServer, scheme: string): string => {
  const listening = server.address()
  if (listening === null || typeof listening === 'string') return ''
  const { address, port } = listening
  const isEveryAddress = address === '::' || address === '0.0.0.0'
  const host = isEveryAddress ? 'localhost' : address.includes(':') ? `[${address}]` : address
  return `${scheme}://${host}:${port}/`
}

import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'

/** Where to listen. Without a host: on every address of the machine. */
export interface ListenAddress {
  readonly host?: string
  /** 0 lets the system choose. */
  readonly port: number
}

/** A server that listens. */
export interface Listening {
  readonly url: string
  /** Accepts no more, finishes what is being served, and resolves when all is closed. */
  readonly close: () => Promise<void>
}

/** Listens on the address; rejects when it cannot. */
export const listenOn = async (
  server: Server | TlsServer,
  address: ListenAddress,
  maxConnections: number,
): Promise<Listening> => {
  const unasked = socketsWithoutRequest(server)
  boundConnections(server, unasked, maxConnections)
  await listen(server, address)
  // The machine may refuse to accept one connection, for lack of memory or files: the next one may work.
  server.on('error', () => {})
  return {
    url: urlOf(server, 'setSecureContext' in server ? 'https' : 'http'),
    close: () => closeGracefully(server, unasked),
  }
}

const listen = (server: Server | TlsServer, { host, port }: ListenAddress): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject)
      resolve()
    })
  })

/**
 * The connections on which nothing has been asked yet, a handshake under way among them. Node counts them among the busy
 * ones when it closes a server.
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
  server.on('request', forget)
  server.on('checkContinue', forget)
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
    if (open <= maxConnections) return
    const [oldest = socket] = unasked.values()
    oldest.destroy()
  })
}

// With TLS a request's socket is not the one that was accepted, but both have the same peer.
const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

// For a reader that never takes its answer.
const graceMs = 10_000

const closeGracefully = (server: Server | TlsServer, unasked: ReadonlyMap<string, Socket>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    for (const socket of unasked.values()) socket.destroy()
  })

const urlOf = (server: Server | TlsServer, scheme: string): string => {
  const listening = server.address()
  if (listening === null || typeof listening === 'string') return ''
  const { address, port } = listening
  const isEveryAddress = address === '::' || address === '0.0.0.0'
  const host = isEveryAddress ? 'localhost' : address.includes(':') ? `[${address}]` : address
  return `${scheme}://${host}:${port}/`
}

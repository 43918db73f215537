import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Log } from '../log.js'
import type { ListenAddress } from '../settings/listen-address.js'
import { plainText, type Route, type RouteResponse } from './route.js'

export interface HttpServer {
  /** Where it can be reached from this machine: `http://localhost:10104/`. */
  readonly urls: ReadonlyArray<string>
  /** Accepts no more, finishes what is being served, and resolves when all is closed. */
  readonly close: () => Promise<void>
}

/** Serves the routes, by their paths, on every address. Rejects when one of them cannot be listened on. */
export const startHttpServer = async (
  addresses: ReadonlyArray<ListenAddress>,
  routes: ReadonlyMap<string, Route>,
  log: Log,
): Promise<HttpServer> => {
  const listening: Server[] = []
  const close = async () => {
    await Promise.all(listening.map(closeGracefully))
  }
  try {
    for (const address of addresses) {
      const server = createServer((request, response) => answer(routes, log, request, response))
      await listen(server, address)
      listening.push(server)
    }
  } catch (error) {
    await close()
    throw error
  }
  return { urls: listening.map(urlOf), close }
}

const answer = async (
  routes: ReadonlyMap<string, Route>,
  log: Log,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { status, contentType, body } = await respond(routes, log, request)
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const respond = async (
  routes: ReadonlyMap<string, Route>,
  log: Log,
  { method, url = '', headers }: IncomingMessage,
): Promise<RouteResponse> => {
  const path = url.split('?', 1)[0] ?? ''
  const route = routes.get(path)
  if (route === undefined) return plainText(404, 'There is nothing here. See / for what there is.')
  if (method !== 'GET' && method !== 'HEAD') return plainText(405, 'Only GET and HEAD are answered here.')
  try {
    return await route({ headers })
  } catch (error) {
    log.error('a page could not be made', { path, error: error instanceof Error ? error.message : 'unknown reason' })
    return plainText(500, 'This page could not be made; the log says why.')
  }
}

const listen = (server: Server, { host, port }: ListenAddress): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject)
      resolve()
    })
  })

// Closing a server ends its idle connections too, and leaves those that are being served.
const closeGracefully = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

const urlOf = (server: Server): string => {
  const listening = server.address()
  if (listening === null || typeof listening === 'string') return ''
  const { address, port } = listening
  const isEveryAddress = address === '::' || address === '0.0.0.0'
  const host = isEveryAddress ? 'localhost' : address.includes(':') ? `[${address}]` : address
  return `http://${host}:${port}/`
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Account, createAccount } from './account.js'
import { answer } from './api.js'
import { articleWorld } from './article-world.js'
import { type Route, resolve } from './routes.js'
import { type Answer, Refusal, readBody, refuse, send } from './wire.js'
import type { World } from './world.js'

/** How to start a simulator; every field has a default. */
export interface SimulatorOptions {
  /** What is in the cloud; the article's world, with its origin now, unless given. */
  readonly world?: World
  /** What time it is, in milliseconds since the epoch; the machine's clock unless given. */
  readonly clock?: { now(): number }
  /** Where to listen: 127.0.0.1 unless given. */
  readonly host?: string
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** Every answer takes so many milliseconds longer. */
  readonly latencyMs?: number
  /** The one account: `demo` with the password `demo` unless given. */
  readonly username?: string
  readonly password?: string
  /** What the services are kept under: `demo` unless given. Also the name of the account's organization. */
  readonly namespace?: string
  /** Another seed gives another token for the same account. */
  readonly tokenSeed?: string
}

/** A request that the simulator got. */
export interface SeenRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
}

export interface Simulator {
  /** The API's base: `http://127.0.0.1:PORT/v1/`. */
  readonly url: string
  readonly world: World
  /** The last 10 000 requests, oldest first. */
  readonly requests: readonly SeenRequest[]
  /** Ends it at once; whoever still waits for an answer is cut off. */
  close(): Promise<void>
}

const MOST_REQUESTS_REMEMBERED = 10_000

/**
 * Start a cloud that answers like the Alauda Cloud API v1.
 *
 * @example
 * const cloud = await startSimulator()
 * const login = await fetch(`${cloud.url}generate-api-token/`, {
 *   method: 'POST',
 *   body: new URLSearchParams({ username: 'demo', password: 'demo' }),
 * })
 * await cloud.close()
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = Date, host = '127.0.0.1', port = 0, latencyMs = 0 } = options
  const { username = 'demo', password = 'demo', namespace = 'demo', tokenSeed = 'alauda-simulator' } = options
  const world = options.world ?? articleWorld({ origin: Math.floor(clock.now() / 1000) })
  const account = createAccount({ username, password, namespace, tokenSeed, createdAt: world.origin - 400 * 86_400 })
  const requests: SeenRequest[] = []
  const closing = new AbortController()

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/' } = request
    requests.push({ method, path })
    if (requests.length > MOST_REQUESTS_REMEMBERED) requests.shift()
    const answered = await answerTo(request, { world, account, now: clock.now() / 1000 }).catch((error: unknown) =>
      request.socket.destroyed ? undefined : failure(error),
    )
    if (latencyMs > 0) await pause(latencyMs, closing.signal)
    // Without a connection there is nobody left to tell.
    if (answered !== undefined && !request.socket.destroyed) send(response, answered)
  }

  const server = createServer((request, response) => void serve(request, response))
  // Clients keep connections for reuse; one that ends just then would look like a fault of theirs.
  server.keepAliveTimeout = 60_000
  const address = await new Promise<AddressInfo>((done, failed) => {
    server.once('error', failed)
    server.listen(port, host, () => {
      const bound = server.address()
      if (bound === null || typeof bound === 'string') failed(new Error('The simulator has no TCP address.'))
      else done(bound)
    })
  })

  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/v1/`,
    world,
    requests,
    close: () =>
      new Promise((done) => {
        closing.abort()
        server.close(() => done()) // its only error is that it is closed already
        server.closeAllConnections()
      }),
  }
}

/** Waits, but no longer than the simulator lives. */
const pause = (milliseconds: number, ended: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal: ended }).catch((error: unknown) => {
    if (!ended.aborted) throw error
  })

interface Cloud {
  readonly world: World
  readonly account: Account
  readonly now: number
}

async function answerTo(request: IncomingMessage, cloud: Cloud): Promise<Answer> {
  const { method = 'GET', headers } = request
  const address = `http://${headers.host ?? 'localhost'}${request.url ?? '/'}`
  if (!URL.canParse(address)) throw refuse(400, 'The Host header or the path is malformed.')
  const url = new URL(address)
  const route = routeOf(method, url.pathname)
  const body = await readBody(request)
  return answer({ ...cloud, route, url, contentType: headers['content-type'] ?? '', body }, headers.authorization)
}

function routeOf(method: string, path: string): Route {
  const resolved = resolve(method, path)
  if (resolved.kind === 'route') return resolved.route
  if (resolved.kind === 'unknown path') throw refuse(404, 'Not found.')
  throw refuse(405, `Method ${method} not allowed.`, { Allow: resolved.allowed.join(', ') })
}

function failure(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: error.body, headers: error.headers }
  console.error(error)
  return { status: 500, body: { detail: 'The simulator itself failed; its log says how.' } }
}

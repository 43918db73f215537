import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAccount } from './account.js'
import { answer } from './api.js'
import { articleWorld } from './article-world.js'
import type { AnswerFault, Fault } from './fault.js'
import { insteadOf, modified, sendUnder } from './fault-wire.js'
import { viewUnder } from './fault-world.js'
import { answerControl, createFaults, type FaultControl, type Faults } from './faults.js'
import { type Route, resolve } from './routes.js'
import { type Answer, Refusal, readBody, refuse } from './wire.js'
import type { World } from './world.js'

/** Options of a simulator. */
export interface SimulatorOptions {
  /** The cloud's contents. Default: the article's world with its origin now. */
  readonly world?: World
  /** Clock in milliseconds since the epoch. Default: the machine's. */
  readonly clock?: {
    /** Like `Date.now()`. */
    now(): number
  }
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string
  /** Port to listen on. Default: 0, any free port. */
  readonly port?: number
  /** Delay of every answer in milliseconds. Default: 0. */
  readonly latencyMs?: number
  /** Name of the only account. Default: `demo`. */
  readonly username?: string
  /** The account's password. Default: `demo`. */
  readonly password?: string
  /** Namespace of the services, and name of the account's organization. Default: `demo`. */
  readonly namespace?: string
  /** Decides the account's token. */
  readonly tokenSeed?: string
  /** Initial faults. Default: none. */
  readonly faults?: ReadonlyArray<Fault>
}

/** A request that the simulator received. */
export interface SeenRequest {
  /** `GET`, `POST`, … */
  readonly method: string
  /** Path with the query. */
  readonly path: string
  /** Time of receipt in milliseconds since the epoch, by the simulator's clock. */
  readonly receivedAt: number
  /** Time of the answer; absent before. */
  readonly answeredAt?: number
  /** Status of the answer; absent before. */
  readonly status?: number
}

/** A running simulator. */
export interface Simulator {
  /** Base URL of the API: `http://127.0.0.1:PORT/v1/`. */
  readonly url: string
  /** The cloud's contents; the next answers show its changes. */
  readonly world: World
  /** The last 10 000 requests, oldest first. */
  readonly requests: ReadonlyArray<SeenRequest>
  /** The faults; over HTTP, `/__faults` controls them. */
  readonly faults: FaultControl
  /** The cloud's time in seconds since the epoch, for `at` of {@link World.change}. */
  now(): number
  /** Moves its clock forward. */
  advance(seconds: number): void
  /** Stops at once and closes the connections of waiting clients. */
  close(): Promise<void>
}

const maxRequestsKept = 10_000

/**
 * Starts a cloud that answers like the Alauda Cloud API v1. Rejects if the port is in use, and with a TypeError if a fault is
 * invalid.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { startSimulator } from '@alauda-exporter/alauda-simulator'
 *
 * const cloud = await startSimulator()
 * const client = createAlaudaClient({
 *   endpoint: cloud.url,
 *   credentials: { username: 'demo', password: 'demo' },
 *   maxRetries: 0,
 * })
 *
 * // Scale a service, and let a minute pass.
 * cloud.world.change({ at: cloud.now() + 1, action: 'update', service: 'kibana', set: { target_num_instances: 5 } })
 * cloud.advance(60)
 * assert.equal((await client.listInstances({ namespace: 'demo', service: 'kibana' })).length, 5)
 *
 * // Break a call.
 * cloud.faults.set([{ kind: 'server-error', endpoint: 'getService' }])
 * await assert.rejects(client.getService({ namespace: 'demo', service: 'kibana' }), /HTTP status 500/)
 *
 * await cloud.close()
 * ```
 */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const { host = '127.0.0.1', port = 0, latencyMs = 0 } = options
  const { clock, advance } = movable(options.clock ?? Date)
  const { username = 'demo', password = 'demo', namespace = 'demo', tokenSeed = 'alauda-simulator' } = options
  const world = options.world ?? articleWorld({ origin: Math.floor(clock.now() / 1000) })
  const account = createAccount({ username, password, namespace, tokenSeed, createdAt: world.origin - 400 * 86_400 })
  const faults = createFaults(account, options.faults ?? [])
  const requests: SeenRequest[] = []

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/', headers } = request
    const isControl = /^\/__faults\/?(\?|$)/.test(path)
    const seen: Mutable<SeenRequest> = { method, path, receivedAt: clock.now() }
    if (!isControl) requests.push(seen)
    if (requests.length > maxRequestsKept) requests.shift()
    const reply = isControl
      ? controlled(request, faults)
      : answerTo(request, { world, faults, now: seen.receivedAt / 1000 })
    const answered = await reply.catch((error: unknown) =>
      request.socket.destroyed ? undefined : unmodified(failure(error)),
    )
    if (answered === undefined || answered.fault?.kind === 'hang') return
    const waitMs = isControl ? 0 : latencyMs + answered.delayMs
    if (waitMs > 0) await pause(waitMs, request, response)
    if (request.socket.destroyed) return
    seen.answeredAt = clock.now()
    seen.status = answered.answer.status
    const ahead = answered.fault?.kind === 'wrong-clock' ? answered.fault.seconds * 1000 : 0
    response.setHeader('Date', new Date(seen.answeredAt + ahead).toUTCString())
    sendUnder(answered.fault, response, answered.answer, headers['accept-encoding'])
  }

  const server = createServer((request, response) => void serve(request, response))
  // A client may reuse an idle connection just when the server closes it, and report a network error.
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
    faults: faults.control,
    now: () => clock.now() / 1000,
    advance,
    close: () =>
      new Promise((done) => {
        server.close(() => done()) // its only error is that it is closed already
        server.closeAllConnections()
      }),
  }
}

/** The clock `base`, which can be moved forward. */
const movable = (base: { now(): number }) => {
  let aheadMs = 0
  return {
    clock: { now: () => base.now() + aheadMs },
    advance: (seconds: number) => {
      if (!(seconds >= 0)) throw new RangeError(`advance: ${seconds} given, expected a number of seconds from 0`)
      aheadMs += seconds * 1000
    },
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Waits until the time is over or the client is gone, as after `close()`. */
const pause = (milliseconds: number, request: IncomingMessage, response: ServerResponse): Promise<void> =>
  new Promise((done) => {
    if (request.socket.destroyed) {
      done()
      return
    }
    const end = (): void => {
      clearTimeout(timer)
      response.off('close', end)
      done()
    }
    const timer = setTimeout(end, milliseconds)
    response.on('close', end)
  })

/** An answer, and the faults of its transport. */
interface Answered {
  readonly answer: Answer
  readonly delayMs: number
  readonly fault: AnswerFault | undefined
}

const unmodified = (answer: Answer): Answered => ({ answer, delayMs: 0, fault: undefined })

interface Cloud {
  readonly world: World
  readonly faults: Faults
  readonly now: number
}

const answerTo = async (request: IncomingMessage, { world, faults, now }: Cloud): Promise<Answered> => {
  const { method = 'GET', headers } = request
  const { authorization, 'content-type': contentType = '' } = headers
  const address = `http://${headers.host ?? 'localhost'}${request.url ?? '/'}`
  if (!URL.canParse(address)) throw refuse(400, 'The Host header or the path is malformed.')
  const url = new URL(address)
  const route = routeOf(method, url.pathname)
  const body = await readBody(request)
  const call = { world, route, url, now }
  const { delayMs, contents, answer: fault } = faults.choose(call, authorization)
  const instead = fault && insteadOf(fault, call)
  if (instead !== undefined) return { answer: instead, delayMs, fault }
  const view = viewUnder(contents, fault, call)
  if (fault?.kind === 'repeated-page') url.searchParams.delete('page')
  const account = faults.accountFor(call, authorization)
  const answered = await answer({ ...view, account, route, url, contentType, body }, authorization).catch(failure)
  return { answer: fault === undefined ? answered : modified(fault, answered), delayMs, fault }
}

const controlled = async (request: IncomingMessage, { control }: Faults): Promise<Answered> =>
  unmodified(answerControl(control, request.method ?? 'GET', await readBody(request)))

const routeOf = (method: string, path: string): Route => {
  const resolved = resolve(method, path)
  if (resolved.kind === 'route') return resolved.route
  if (resolved.kind === 'unknown path') throw refuse(404, 'Not found.')
  throw refuse(405, `Method ${method} not allowed.`, { Allow: resolved.allowed.join(', ') })
}

const failure = (error: unknown): Answer => {
  if (error instanceof Refusal) return { status: error.status, body: error.body, headers: error.headers }
  console.error(error)
  return { status: 500, body: { detail: 'The simulator itself failed; its log says how.' } }
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { createAccount } from './account.js'
import { answer } from './api.js'
import { articleWorld } from './article-world.js'
import type { Call } from './call.js'
import type { Fault } from './fault.js'
import { insteadOf, modified, sendUnder } from './fault-wire.js'
import { callUnder } from './fault-world.js'
import { answerControl, createFaults, type FaultControl, type Faults } from './faults.js'
import { routeOf } from './routes.js'
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
  /** The most services of a page that `page_size` may request. Default: it is ignored, and pages have 20. */
  readonly maxPageSize?: number
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
  /** Whether the fault `hang` keeps it waiting: true until the client closes the connection. */
  readonly isHanging?: boolean
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
  const { clock = Date, host = '127.0.0.1', port = 0, latencyMs = 0, maxPageSize } = options
  const { username = 'demo', password = 'demo', namespace = 'demo', tokenSeed = 'alauda-simulator' } = options
  let aheadMs = 0
  const nowMs = (): number => clock.now() + aheadMs
  const world = options.world ?? articleWorld({ origin: Math.floor(nowMs() / 1000) })
  const account = createAccount({ username, password, namespace, tokenSeed, createdAt: world.origin - 400 * 86_400 })
  const faults = createFaults(account, options.faults ?? [])
  const requests: SeenRequest[] = []

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/', headers } = request
    const isControl = /^\/__faults\/?(\?|$)/.test(path)
    const seen: Mutable<SeenRequest> = { method, path, receivedAt: nowMs() }
    if (!isControl) requests.push(seen)
    if (requests.length > maxRequestsKept) requests.shift()
    const answering = isControl
      ? controlled(request, faults)
      : answerTo(request, { world, account, faults, maxPageSize, now: seen.receivedAt / 1000 })
    const answered = await answering.catch((error: unknown) =>
      request.socket.destroyed ? undefined : unmodified(failure(error)),
    )
    if (answered === undefined) return
    const { answer, delayMs, fault } = answered
    if (fault?.kind === 'hang') {
      seen.isHanging = !request.socket.destroyed
      response.on('close', () => {
        seen.isHanging = false
      })
      return
    }
    const waitMs = isControl ? 0 : latencyMs + delayMs
    if (waitMs > 0 && !request.socket.destroyed) await pause(waitMs, response)
    if (request.socket.destroyed) return
    seen.answeredAt = nowMs()
    seen.status = answer.status
    const ahead = fault?.kind === 'wrong-clock' ? fault.seconds * 1000 : 0
    response.setHeader('Date', new Date(seen.answeredAt + ahead).toUTCString())
    sendUnder(fault, response, answer, headers['accept-encoding'])
  }

  const server = createServer((request, response) => void serve(request, response))
  // A client may reuse an idle connection just when the server closes it, and report a network error.
  server.keepAliveTimeout = 60_000
  await once(server.listen(port, host), 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The simulator has no TCP address.')

  return {
    url: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}/v1/`,
    world,
    requests,
    faults: faults.control,
    now: () => nowMs() / 1000,
    advance(seconds) {
      if (!(seconds >= 0)) throw new RangeError(`advance: ${seconds} given, expected a number of seconds from 0`)
      aheadMs += seconds * 1000
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done()) // its only error is that it is closed already
        server.closeAllConnections()
      }),
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Waits until the time is over or the client is gone, as after `close()`. */
const pause = async (milliseconds: number, response: ServerResponse): Promise<void> => {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  await setTimeout(milliseconds, undefined, { signal: gone.signal }).catch(() => undefined) // the client is gone
}

interface Cloud extends Pick<Call, 'world' | 'account' | 'now' | 'maxPageSize'> {
  readonly faults: Faults
}

const answerTo = async (request: IncomingMessage, { faults, ...cloud }: Cloud) => {
  const { method = 'GET', headers } = request
  const { authorization, 'content-type': contentType = '' } = headers
  const address = `http://${headers.host ?? 'localhost'}${request.url ?? '/'}`
  if (!URL.canParse(address)) throw refuse(400, 'The Host header or the path is malformed.')
  const url = new URL(address)
  const route = routeOf(method, url.pathname)
  const call: Call = { ...cloud, route, url, authorization, contentType, body: await readBody(request) }
  const { delayMs, contents, answer: fault } = faults.choose(call)
  const instead = fault && insteadOf(fault, call)
  if (instead !== undefined) return { answer: instead, delayMs, fault }
  if (fault?.kind === 'repeated-page') url.searchParams.delete('page')
  const usual = await answer({ ...callUnder(contents, fault, call), account: faults.accountFor(call) }).catch(failure)
  return { answer: fault === undefined ? usual : modified(fault, usual, cloud.now), delayMs, fault }
}

const controlled = async (request: IncomingMessage, { control }: Faults) =>
  unmodified(answerControl(control, request.method ?? 'GET', await readBody(request)))

const unmodified = (answer: Answer) => ({ answer, delayMs: 0, fault: undefined })

const failure = (error: unknown): Answer => {
  if (error instanceof Refusal) return error.answer
  console.error(error)
  return { status: 500, body: { detail: 'The simulator itself failed; its log says how.' } }
}

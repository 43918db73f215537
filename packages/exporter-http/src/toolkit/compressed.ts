import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import Negotiator from 'negotiator'
import type { Respond, WireResponse } from './handler.js'

type Gzip = (body: string | Uint8Array) => Promise<Buffer>

/**
 * Compresses what is worth it for those who prefer it compressed. HEAD gets the headers that GET gets.
 *
 * @example
 * startHttpServer(addresses, compressed(routed(routes, log)))
 */
export const compressed = (respond: Respond, gzip: Gzip = gzipAside): Respond => {
  const inTurn = atATime(concurrency)
  // A page that several clients get at a time is compressed once.
  const known = new WeakMap<Uint8Array, Promise<Buffer>>()
  const compress = (body: string | Uint8Array): Promise<Buffer> => {
    const shared = typeof body === 'string' ? undefined : known.get(body)
    const compressing = shared ?? inTurn(() => gzip(body))
    if (typeof body !== 'string') known.set(body, compressing)
    return compressing
  }
  return async (request) => {
    const response = await respond(request)
    if (!isWorthIt(response)) return response
    const varying = withHeaders(response, { vary: joined(response.headers?.vary, 'Accept-Encoding') })
    if (!prefersGzip(request.headers)) return varying
    try {
      const body = await compress(response.body)
      return { ...withHeaders(varying, { 'content-encoding': 'gzip' }), body }
    } catch {
      return varying // there may be no memory for it
    }
  }
}

const gzipAside: Gzip = promisify<string | Uint8Array, Buffer>(gzip)

// Each one under way holds a copy of its page, and one of the few threads that look up names and read files as well.
const concurrency = 2

// What is smaller goes in one packet anyway.
const worthwhileBytes = 1024

const isWorthIt = ({ body, headers }: WireResponse): boolean =>
  headers?.['content-encoding'] === undefined && Buffer.byteLength(body) > worthwhileBytes

const prefersGzip = (headers: IncomingHttpHeaders): boolean =>
  new Negotiator({ headers }).encoding(['gzip', 'identity']) === 'gzip'

const withHeaders = (response: WireResponse, added: Readonly<Record<string, string>>): WireResponse => ({
  ...response,
  headers: { ...response.headers, ...added },
})

const joined = (vary: string | undefined, name: string): string => (vary === undefined ? name : `${vary}, ${name}`)

/** Runs at most so many tasks at a time; the others wait for their turns. */
const atATime = (most: number) => {
  let free = most
  const waiting: Array<() => void> = []
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve)
    })
  return async <A>(task: () => Promise<A>): Promise<A> => {
    if (free > 0) free -= 1
    else await turn()
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}

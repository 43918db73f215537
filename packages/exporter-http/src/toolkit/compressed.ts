import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { createSemaphore } from '@alauda-exporter/alauda-client/limits/semaphore'
import Negotiator from 'negotiator'
import type { Body } from './body.js'
import { createPartsGzip } from './gzip-parts.js'
import type { HttpResponse, Middleware } from './handler.js'

type Gzip = (body: Uint8Array) => Promise<Buffer>

/**
 * Compresses bodies that are large enough for clients that prefer it. HEAD gets the headers of GET. What came of a body is kept as
 * long as the body, for all handlers.
 *
 * @example
 * const compressed = createCompression()
 * startHttpServer(addresses, compressed(routed(routes, log)))
 */
export const createCompression = (gzip: Gzip = gzipAside): Middleware => {
  const { run } = createSemaphore(concurrency)
  const gzipParts = createPartsGzip(concurrency)
  // A page for several clients is compressed once.
  const known = new WeakMap<Uint8Array, Promise<Buffer>>()
  const compress = (body: Body): Promise<Body> => {
    if (!(body instanceof Uint8Array)) return gzipParts(body)
    const compressing = known.get(body) ?? run(undefined, () => gzip(body))
    known.set(body, compressing)
    return compressing
  }
  return (next) => async (request) => {
    const response = await next(request)
    if (!isWorthIt(response)) return response
    const { vary } = response.headers
    const varying = { ...response.headers, vary: vary === undefined ? 'Accept-Encoding' : `${vary}, Accept-Encoding` }
    const plain = { ...response, headers: varying }
    if (!prefersGzip(request.headers)) return plain
    try {
      const body = await compress(response.body)
      return { ...response, headers: { ...varying, 'content-encoding': 'gzip' }, body }
    } catch {
      // Memory may be short now.
      if (response.body instanceof Uint8Array) known.delete(response.body)
      return plain
    }
  }
}

const gzipAside: Gzip = promisify<Uint8Array, Buffer>(gzip)

// Each compression needs a copy of its page, and one of the few threads that also resolve names and read files.
const concurrency = 2

// A smaller body fits into one packet.
const worthwhileBytes = 1024

const isWorthIt = ({ body, headers }: HttpResponse): boolean =>
  headers['content-encoding'] === undefined && (!(body instanceof Uint8Array) || body.length > worthwhileBytes)

const prefersGzip = (headers: IncomingHttpHeaders): boolean =>
  new Negotiator({ headers }).encoding(['gzip', 'identity']) === 'gzip'

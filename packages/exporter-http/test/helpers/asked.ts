import type { IncomingHttpHeaders } from 'node:http'
import type { HttpRequest } from '../../src/toolkit/handler.js'

/** A request with these headers and this query, whose answer goes out at once. */
export const asked = (headers: IncomingHttpHeaders = {}, query = ''): HttpRequest => ({
  method: 'GET',
  path: '/',
  headers,
  query: new URLSearchParams(query),
  sent: Promise.resolve(),
})

export const textOf = (body: Uint8Array): string => new TextDecoder().decode(body)

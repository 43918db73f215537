import type { IncomingHttpHeaders } from 'node:http'
import { type Body, partsOf } from '../../src/toolkit/body.js'
import type { HttpRequest } from '../../src/toolkit/handler.js'

/** A request with these headers and this query, whose answer goes out at once. */
export const asked = (headers: IncomingHttpHeaders = {}, query = ''): HttpRequest => ({
  method: 'GET',
  path: '/',
  headers,
  query: new URLSearchParams(query),
  sent: Promise.resolve(),
})

export const bytesOf = (body: Body): Buffer => Buffer.concat(partsOf(body).map((part) => part.bytes()))

export const textOf = (body: Body): string => new TextDecoder().decode(bytesOf(body))

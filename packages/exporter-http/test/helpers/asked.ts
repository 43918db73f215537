import type { IncomingHttpHeaders } from 'node:http'
import type { RouteRequest } from '../../src/toolkit/handler.js'

/** A request with these headers and this query. */
export const asked = (headers: IncomingHttpHeaders = {}, query = ''): RouteRequest => ({
  headers,
  query: new URLSearchParams(query),
})

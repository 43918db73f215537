import type { IncomingHttpHeaders } from 'node:http'

export interface RouteRequest {
  readonly headers: IncomingHttpHeaders
}

export interface RouteResponse {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** Answers GET and HEAD requests for one path. */
export type Route = (request: RouteRequest) => RouteResponse | Promise<RouteResponse>

export const plainText = (status: number, body: string): RouteResponse => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${body}\n`,
})

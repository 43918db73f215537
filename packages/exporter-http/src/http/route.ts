import type { IncomingHttpHeaders } from 'node:http'

export interface RouteRequest {
  readonly headers: IncomingHttpHeaders
}

export interface RouteResponse {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export type Route = (request: RouteRequest) => RouteResponse | Promise<RouteResponse>

/** What answers the requests for one path, by method. GET answers HEAD too. */
export type Methods = Readonly<Partial<Record<'GET' | 'POST', Route>>>

export const plainText = (status: number, body: string): RouteResponse => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${body}\n`,
})

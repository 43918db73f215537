import type { IncomingHttpHeaders } from 'node:http'

export interface RouteRequest {
  readonly headers: IncomingHttpHeaders
  readonly query: URLSearchParams
}

export interface RouteResponse {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** Beside the type and the length of the body. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What goes on the wire: a response whose body may have been encoded. */
export interface WireResponse extends Omit<RouteResponse, 'body'> {
  readonly body: string | Uint8Array
}

export type Route<Response extends WireResponse = RouteResponse> = (
  request: RouteRequest,
) => Response | Promise<Response>

/** What answers the requests for one path, by method. GET answers HEAD too. */
export type Methods = Readonly<Partial<Record<'GET' | 'POST', Route<WireResponse>>>>

/** A request for anything there is. */
export interface AppRequest extends RouteRequest {
  readonly method: string
  readonly path: string
  /** The client's, or that of the proxy that it came through. */
  readonly address?: string | undefined
  /** Resolves when the answer has gone out, or nobody is there to take it any more. */
  readonly sent?: Promise<void>
}

/** Answers every request, and never rejects. What authenticates, limits or compresses takes a `Respond` and gives one. */
export type Respond = (request: AppRequest) => Promise<WireResponse>

export const plainText = (status: number, body: string, headers?: Readonly<Record<string, string>>): RouteResponse => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${body}\n`,
  ...(headers === undefined ? {} : { headers }),
})

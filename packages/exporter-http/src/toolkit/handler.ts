import type { IncomingHttpHeaders } from 'node:http'
import type { Body } from './body.js'

/** A request without its body: no route reads one. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Of the client, or of the proxy that it came through. */
  readonly address?: string | undefined
  /** Resolves when the response has gone out, or its client has gone. */
  readonly sent: Promise<void>
}

export interface HttpResponse {
  readonly status: number
  /** Without the length, which the server adds. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

/** Answers requests: for a page, for all pages, or for the whole exporter. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse>

/** What authenticates, limits, counts or compresses. */
export type Middleware = (next: Handler) => Handler

/** @example reply(200, 'application/json', '[]', { 'cache-control': 'no-store' }) */
export const reply = (
  status: number,
  contentType: string,
  body: string | Body,
  headers: HttpResponse['headers'] = {},
): HttpResponse => ({
  status,
  headers: { 'content-type': contentType, ...headers },
  body: typeof body === 'string' ? Buffer.from(body) : body,
})

export const plainText = (status: number, body: string, headers?: HttpResponse['headers']): HttpResponse =>
  reply(status, 'text/plain; charset=utf-8', `${body}\n`, headers)

/** Adds headers to every response; a response's own headers take precedence. */
export const withHeaders =
  (headers: () => HttpResponse['headers']): Middleware =>
  (next) =>
  async (request) => {
    const response = await next(request)
    return { ...response, headers: { ...lowerCased(headers()), ...lowerCased(response.headers) } }
  }

// Two spellings of one name would be sent as two headers.
const lowerCased = (headers: HttpResponse['headers']): HttpResponse['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/**
 * A request's headers by name, as those of `fetch` give them: Node.js loads `Headers` with all of `fetch` when it is first used, which
 * takes 30 ms of the first scrape.
 *
 * @example
 * headersOf({ accept: 'text/plain' }).get('accept') // 'text/plain'
 */
export const headersOf = (headers: IncomingHttpHeaders): { readonly get: (name: string) => string | null } => ({
  get: (name) => headers[name.toLowerCase()]?.toString() ?? null,
})

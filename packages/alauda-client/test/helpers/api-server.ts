import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'

export interface ReceivedRequest {
  readonly method: string
  /** Path and query, without `/v1/`. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown
}

/** Answers a request, by hand through `response` when it returns nothing. */
export type Handler = (
  request: ReceivedRequest,
  response: ServerResponse,
) => Reply | undefined | Promise<Reply | undefined>

export interface ApiServer {
  /** `http://127.0.0.1:PORT/v1/` */
  readonly endpoint: string
  readonly requests: ReceivedRequest[]
  /** How many connections there are, idle ones included. */
  readonly connections: () => number
}

/** A local server that answers as a test wants, and stops with the test. */
export const startApiServer = async (t: ExecutionContext, handler: Handler): Promise<ApiServer> => {
  const requests: ReceivedRequest[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const received: ReceivedRequest = {
      method: request.method ?? '',
      path: (request.url ?? '').replace(/^\/v1\//, ''),
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    }
    requests.push(received)
    const reply = await handler(received, response)
    if (reply === undefined) return
    const { status = 200, headers = {}, body = '' } = reply
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      ...headers,
    })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  let connections = 0
  server.on('connection', (socket) => {
    connections += 1
    socket.once('close', () => {
      connections -= 1
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`,
    requests,
    connections: () => connections,
  }
}

/** Logs everyone in with `token`, and leaves the rest to `handler`. */
export const withLogin =
  (handler: Handler, token = 'f'.repeat(40)): Handler =>
  (request, response) =>
    request.path === 'generate-api-token/' ? { body: { token } } : handler(request, response)

export const demo = { username: 'demo', password: 'demo-password' }

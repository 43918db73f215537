import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import type { AnswerFault } from './fault.js'
import { isObject } from './json.js'
import type { Route } from './routes.js'
import { type Answer, type Message, messageOf, send } from './wire.js'

/** The answer of a fault that replaces the API's, whose call is then not made; undefined for a fault that comes later. */
export const insteadOf = (
  fault: AnswerFault,
  { route, url, now }: { readonly route: Route; readonly url: URL; readonly now: number },
): Answer | undefined => {
  switch (fault.kind) {
    case 'hang':
      return { status: 200 } // never sent
    case 'html-page':
      return htmlPage(fault.status ?? 502)
    case 'answer':
      return {
        status: fault.status ?? 200,
        body: Buffer.from(fault.text ?? ''),
        headers: { 'Content-Type': fault.contentType ?? 'application/json' },
      }
    case 'server-error':
      return detail(500, 'Internal server error.')
    case 'too-many-requests':
      return detail(429, 'Request was throttled.', retryAfter(fault, now))
    case 'unavailable':
      return detail(503, 'Service temporarily unavailable.', retryAfter(fault, now))
    case 'token-revoked':
      return detail(401, 'Invalid token.', { 'WWW-Authenticate': 'Token' })
    case 'forbidden':
      return detail(403, 'You do not have permission to perform this action.')
    case 'login-refused':
      return { status: 400, body: { non_field_errors: ['Unable to login with provided credentials.'] } }
    case 'instance-gone':
      return detail(404, `The service ${route.service} has no instance ${route.instance}.`)
    case 'redirect':
      return { status: fault.status ?? 302, headers: { Location: elsewhere(fault.to, url) } }
    default:
      return undefined
  }
}

/** The API's answer as modified by the fault. */
export const modified = (fault: AnswerFault, answer: Answer): Answer => {
  if (fault.kind === 'empty-body') return { status: answer.status, headers: answer.headers ?? {} }
  if (fault.kind === 'null-values') {
    const { columns } = fault
    const isNull = (name: unknown): boolean => (columns === undefined ? name !== 'time' : isAmong(name, columns))
    return { ...answer, body: withValues(answer.body, isNull, null) }
  }
  if (fault.kind === 'replaced-values') {
    const { columns, value, newest } = fault
    return { ...answer, body: withValues(answer.body, (name) => isAmong(name, columns), value, newest) }
  }
  if (fault.kind === 'wrong-count' && isObject(answer.body)) {
    return { ...answer, body: { ...answer.body, count: fault.count } }
  }
  return answer
}

/** Sends the answer in the fault's way. */
export const sendUnder = (
  fault: AnswerFault | undefined,
  response: ServerResponse,
  answer: Answer,
  accepted: IncomingHttpHeaders['accept-encoding'],
): void => {
  const message = messageOf(answer)
  if (fault?.kind === 'truncated-json') send(response, { ...message, body: firstHalf(message.body) })
  else if (fault?.kind === 'chunked') sendInChunks(response, message)
  else if (fault?.kind === 'reset') resetHalfWay(response, message, fault.chunked ?? false)
  else if (fault?.kind === 'padded') sendPadded(response, message, fault, fault.gzip === true && acceptsGzip(accepted))
  else if (fault?.kind === 'gzip' && acceptsGzip(accepted)) {
    const write = fault.chunked ? sendInChunks : send
    write(response, compressed(message))
  } else send(response, message)
}

const gzipped = (headers: Message['headers']): Message['headers'] => ({
  ...headers,
  'Content-Encoding': 'gzip',
  Vary: 'Accept-Encoding',
})

const compressed = ({ status, headers, body }: Message): Message => ({
  status,
  headers: gzipped(headers),
  body: gzipSync(body),
})

const detail = (status: number, sentence: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body: { detail: sentence },
  headers,
})

const htmlPage = (status: number): Answer => {
  const title = status === 200 ? 'Please sign in' : `${status} from the proxy`
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body><h1>${title}</h1></body>\r\n</html>\r\n`
  return { status, body: Buffer.from(page), headers: { 'Content-Type': 'text/html' } }
}

const retryAfter = (
  { retryAfter: seconds, retryAfterAs }: Extract<AnswerFault, { kind: 'unavailable' | 'too-many-requests' }>,
  now: number,
): Record<string, string> => {
  if (seconds === undefined) return {}
  const whole = Math.ceil(retryAfterAs === 'date' ? now + seconds : seconds) // neither form allows fractions
  return { 'Retry-After': retryAfterAs === 'date' ? new Date(whole * 1000).toUTCString() : String(whole) }
}

const elsewhere = (base: string, { pathname, search }: URL): string =>
  base.replace(/\/$/, '') + pathname.replace(/^\/v1(?=\/)/, '') + search

const isAmong = (name: unknown, columns: ReadonlyArray<string>): boolean => columns.some((column) => column === name)

/** The metrics with `value` in these columns of every point, or of the newest one, which is first. */
const withValues = (metrics: unknown, isMeant: (name: unknown) => boolean, value: unknown, newest = false): unknown => {
  if (!isObject(metrics) || !Array.isArray(metrics.columns) || !Array.isArray(metrics.points)) return metrics
  const isReplaced = metrics.columns.map(isMeant)
  const points: ReadonlyArray<unknown> = metrics.points
  const replaced = (point: unknown, index: number): unknown =>
    Array.isArray(point) && !(newest && index > 0)
      ? point.map((cell: unknown, column) => (isReplaced[column] ? value : cell))
      : point
  return { ...metrics, points: points.map(replaced) }
}

const firstHalf = (body: Buffer): Buffer => body.subarray(0, Math.floor(body.length / 2))

/** Accepts `gzip, deflate` and `*`, as browsers and node-fetch send; not `gzip;q=0`. */
const acceptsGzip = (accepted: IncomingHttpHeaders['accept-encoding']): boolean =>
  String(accepted ?? '')
    .split(',')
    .some((coding) => /^\s*(gzip|\*)\s*(;(?!\s*q=0(\.0*)?\s*$).*)?$/i.test(coding))

const sendInChunks = (response: ServerResponse, { status, headers, body }: Message): void => {
  response.writeHead(status, headers)
  if (body.length > 0) response.write(firstHalf(body))
  response.end(body.subarray(Math.floor(body.length / 2)))
}

const resetHalfWay = (response: ServerResponse, { status, headers, body }: Message, chunked: boolean): void => {
  response.writeHead(status, chunked ? headers : { ...headers, 'Content-Length': body.length })
  response.flushHeaders()
  // A TCP reset may overtake the bytes written before it, and the client would see nothing of the answer.
  response.write(firstHalf(body), () => response.socket?.destroy())
}

const spaces = Buffer.alloc(64 * 1024, ' ')

/** Produces no more than the client reads. */
const sendPadded = (
  response: ServerResponse,
  { status, headers, body }: Message,
  { bytes = Number.POSITIVE_INFINITY }: Extract<AnswerFault, { kind: 'padded' }>,
  gzip: boolean,
): void => {
  function* padded() {
    yield body
    for (let left = bytes - body.length; left > 0; left -= spaces.length) yield spaces.subarray(0, left)
  }
  response.writeHead(status, gzip ? gzipped(headers) : headers)
  const parts = Readable.from(padded())
  const sent = gzip ? pipeline(parts, createGzip(), response) : pipeline(parts, response)
  sent.catch(() => response.destroy()) // the client closed the connection
}

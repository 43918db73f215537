import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { unknownCredentials } from './account.js'
import type { Call } from './call.js'
import type { AnswerFault, FaultFields } from './fault.js'
import { isObject, type JsonObject } from './json.js'
import { columns } from './read-calls.js'
import { type Answer, detailed, messageOf, send } from './wire.js'

/** The answer of a fault that replaces the API's, whose call is then not made; undefined for a fault that comes later. */
export const insteadOf = (fault: AnswerFault, { route, url, now }: Call): Answer | undefined => {
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
      return detailed(500, 'Internal server error.')
    case 'too-many-requests':
      return detailed(429, 'Request was throttled.', retryAfter(fault, now))
    case 'unavailable':
      return detailed(503, 'Service temporarily unavailable.', retryAfter(fault, now))
    case 'token-revoked':
      return detailed(401, 'Invalid token.', { 'WWW-Authenticate': 'Token' })
    case 'forbidden':
      return detailed(403, 'You do not have permission to perform this action.')
    case 'login-refused':
      return unknownCredentials
    case 'instance-gone':
      return detailed(404, `The service ${route.service} has no instance ${route.instance}.`)
    case 'redirect':
      return { status: fault.status ?? 302, headers: { Location: elsewhere(fault.to, url) } }
    default:
      return undefined
  }
}

/** The API's answer as modified by the fault. */
export const modified = (fault: AnswerFault, answer: Answer, now: number): Answer => {
  switch (fault.kind) {
    case 'empty-body':
      return { ...answer, body: undefined }
    case 'wrong-count':
      return withBody(answer, { count: fault.count })
    case 'no-points':
      return withBody(answer, { points: [] })
    case 'late-points':
      return withBody(answer, { points: pointsIn(answer).filter(([time]) => Number(time) <= now - fault.seconds) })
    case 'null-values':
      return withBody(answer, { points: replaced(pointsIn(answer), { columns: allButTime, ...fault, value: null }) })
    case 'replaced-values':
      return withBody(answer, { points: replaced(pointsIn(answer), fault) })
    default:
      return answer
  }
}

/** The answer with other fields in its body, unless it is an error. */
const withBody = (answer: Answer, fields: JsonObject): Answer =>
  answer.status === 200 && isObject(answer.body) ? { ...answer, body: { ...answer.body, ...fields } } : answer

type Points = ReadonlyArray<ReadonlyArray<unknown>>

/** The points of metrics, newest first. */
const pointsIn = ({ body }: Answer): Points => (isObject(body) && Array.isArray(body.points) ? body.points : [])

const allButTime = columns.filter((column) => column !== 'time')

const replaced = (points: Points, { columns: names, value, newest = false }: FaultFields['replaced-values']): Points =>
  points.map((point, index) =>
    newest && index > 0 ? point : point.map((cell, column) => (names.includes(columns[column] ?? '') ? value : cell)),
  )

/** Sends the answer in the fault's way. */
export const sendUnder = (
  fault: AnswerFault | undefined,
  response: ServerResponse,
  answer: Answer,
  accepted: IncomingHttpHeaders['accept-encoding'],
): void => {
  const plain = messageOf(answer)
  const asksGzip = fault?.kind === 'gzip' || (fault?.kind === 'padded' && fault.gzip === true)
  const isZipped = asksGzip && acceptsGzip(accepted)
  const { status, body } = plain
  const headers = isZipped ? { ...plain.headers, 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' } : plain.headers
  const half = Math.floor(body.length / 2)
  switch (fault?.kind) {
    case 'truncated-json':
      send(response, { ...plain, body: body.subarray(0, half) })
      return
    case 'reset':
      response.writeHead(status, fault.chunked ? headers : { ...headers, 'Content-Length': body.length })
      response.flushHeaders()
      // A TCP reset may overtake the bytes written before it, and the client would see nothing of the answer.
      response.write(body.subarray(0, half), () => response.socket?.destroy())
      return
    case 'padded': {
      response.writeHead(status, headers)
      const parts = Readable.from(padded(body, fault.bytes))
      const sent = isZipped ? pipeline(parts, createGzip(), response) : pipeline(parts, response)
      sent.catch(() => response.destroy()) // the client closed the connection
      return
    }
    default: {
      const inChunks = fault?.kind === 'chunked' || (fault?.kind === 'gzip' && isZipped && fault.chunked)
      send(response, isZipped ? { status, headers, body: gzipSync(body) } : plain, inChunks)
    }
  }
}

const htmlPage = (status: number): Answer => {
  const title = status === 200 ? 'Please sign in' : `${status} from the proxy`
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body><h1>${title}</h1></body>\r\n</html>\r\n`
  return { status, body: Buffer.from(page), headers: { 'Content-Type': 'text/html' } }
}

const retryAfter = (
  { retryAfter: seconds, retryAfterAs }: FaultFields['unavailable'],
  now: number,
): Record<string, string> => {
  if (seconds === undefined) return {}
  // Neither form allows fractions.
  const date = new Date(Math.ceil(now + seconds) * 1000).toUTCString()
  return { 'Retry-After': retryAfterAs === 'date' ? date : String(Math.ceil(seconds)) }
}

const elsewhere = (base: string, { pathname, search }: URL): string =>
  base.replace(/\/$/, '') + pathname.replace(/^\/v1(?=\/)/, '') + search

/** Accepts `gzip, deflate` and `*`, as browsers and node-fetch send; not `gzip;q=0`. */
const acceptsGzip = (accepted: IncomingHttpHeaders['accept-encoding']): boolean =>
  String(accepted ?? '')
    .split(',')
    .some((coding) => /^\s*(gzip|\*)\s*(;(?!\s*q=0(\.0*)?\s*$).*)?$/i.test(coding))

const spaces = Buffer.alloc(64 * 1024, ' ')

/** Produces no more than the client reads. */
function* padded(body: Buffer, bytes = Number.POSITIVE_INFINITY) {
  yield body
  for (let left = bytes - body.length; left > 0; left -= spaces.length) yield spaces.subarray(0, left)
}

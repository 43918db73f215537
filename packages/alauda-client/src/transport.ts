import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { fetch as crossFetch } from 'cross-fetch'

/** The part of `fetch` that this package uses: Node's own, undici's, cross-fetch and a test's stand-in all have it. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>

export interface FetchInit {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

/**
 * cross-fetch, with connections kept open between calls: on its own it asks the server to close each, and a collection
 * would pay for a TLS handshake per instance.
 */
export const defaultFetch: FetchLike = (url, init) => {
  const withAgent = { ...init, agent: ({ protocol }: URL) => (protocol === 'https:' ? httpsAgent : httpAgent) }
  return crossFetch(url, withAgent)
}

// cross-fetch's node-fetch never learns that an answer of known length broke off, and waits for the rest until the timeout:
// the answer's error has to be told to the request, which it listens to.
const tellingBrokenAnswers = (agent: http.Agent): http.Agent =>
  Object.assign(Object.create(agent), {
    addRequest: (request: ClientRequest, ...rest: ReadonlyArray<unknown>) => {
      request.once('response', (answer: IncomingMessage) => {
        answer.once('error', (error) => request.emit('error', error))
      })
      Reflect.apply(Reflect.get(agent, 'addRequest'), agent, [request, ...rest])
    },
  })

const httpAgent = tellingBrokenAnswers(http.globalAgent)
const httpsAgent = tellingBrokenAnswers(https.globalAgent)

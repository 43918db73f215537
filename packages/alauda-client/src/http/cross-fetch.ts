import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { fetch as crossFetch } from 'cross-fetch'
import type { FetchLike } from './transport.js'

/**
 * cross-fetch, with connections kept open between calls: on its own it asks the server to close each, and a collection
 * would pay for a TLS handshake per instance.
 */
export const platformFetch: FetchLike = (url, init) => {
  const withAgent = { ...init, agent: ({ protocol }: URL) => (protocol === 'https:' ? httpsAgent : httpAgent) }
  return crossFetch(url, withAgent)
}

// cross-fetch's node-fetch does not notice that an answer of known length was incomplete, and waits for the rest until the timeout:
// the answer's error must be passed to the request, on which it listens.
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

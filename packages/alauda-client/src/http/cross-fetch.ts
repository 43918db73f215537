import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { fetch as crossFetch } from 'cross-fetch'
import { acceptedCodings, decodedBody } from './decoded-body.js'
import type { FetchLike } from './transport.js'

/**
 * cross-fetch, with connections kept open between calls: on its own it asks the server to close each, and a collection
 * would pay for a TLS handshake per instance. It would take a compressed answer that ends early for a whole one, so it does not
 * decompress.
 */
export const platformFetch: FetchLike = async (url, { headers, ...init }) => {
  const agent = ({ protocol }: URL) => (protocol === 'https:' ? httpsAgent : httpAgent)
  const ofNodeFetch = { agent, compress: false }
  const response = await crossFetch(url, {
    ...init,
    headers: { 'accept-encoding': acceptedCodings, ...headers },
    ...ofNodeFetch,
  })
  const body = response.body === null ? null : decodedBody(response.body, response.headers.get('content-encoding'))
  return {
    status: response.status,
    headers: response.headers,
    body,
    text: async () => (body === null ? '' : text(body)),
  }
}

// node-fetch does not notice that an answer of known length was incomplete, and waits for the rest until the timeout: the answer's
// error must be passed to the request, on which it listens.
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

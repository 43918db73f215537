import { once } from 'node:events'
import { type RequestOptions, request } from 'node:https'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'

export interface TlsAnswer {
  readonly status: number | undefined
  readonly body: string
  readonly protocol: string | null
  readonly cipher: string
  /** The name for which the server's certificate was made. */
  readonly server: string
  readonly isResumed: boolean
}

/** Asks on a connection of its own. Rejects when there is none, or no answer. */
export const askWithTls = async (url: string, options: RequestOptions): Promise<TlsAnswer> => {
  const asked = request(url, { agent: false, ...options }).end()
  const [response] = await once(asked, 'response')
  const { socket } = response
  if (!(socket instanceof TLSSocket)) throw new Error('this should be TLS')
  const about = {
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().name,
    server: String(socket.getPeerCertificate().subject?.CN),
    isResumed: socket.isSessionReused(),
  }
  return { status: response.statusCode, body: await text(response), ...about }
}

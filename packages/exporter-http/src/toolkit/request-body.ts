import type { IncomingMessage, ServerResponse } from 'node:http'

/** What became of a request's body: it is all there, it is more than anyone needs, or the client is gone. */
export type Body = 'taken' | 'too large' | 'gone'

/**
 * Takes a request's body and throws it away, for no route reads one. The answer waits for it, so that a request counts only
 * when it is whole.
 */
export const takeBody = async (request: IncomingMessage, response: ServerResponse, maxBytes: number): Promise<Body> => {
  const { expect, 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (length === undefined && encoding === undefined) return 'taken'
  if (Number(length ?? 0) > maxBytes) return 'too large'
  // The client waits to be told that it may send.
  if (expect?.toLowerCase() === '100-continue') response.writeContinue()
  return countBody(request, maxBytes)
}

const countBody = (request: IncomingMessage, maxBytes: number): Promise<Body> =>
  new Promise((resolve) => {
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) resolve('too large')
    })
    request.once('end', () => resolve('taken'))
    request.once('error', () => resolve('gone'))
    request.once('close', () => resolve('gone'))
  })

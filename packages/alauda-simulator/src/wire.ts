import type { IncomingMessage, ServerResponse } from 'node:http'

/** An answer to the client; without a body it is empty, like the API's answers to changes. */
export interface Answer {
  readonly status: number
  /** Written as JSON, except for a Buffer. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Ends a call with an error answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor(readonly answer: Answer) {
    super(`refused with status ${answer.status}`)
  }
}

/** An error answer with a sentence as its reason. */
export const detailed = (status: number, detail: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  body: { detail },
  headers,
})

export const refuse = (...reason: Parameters<typeof detailed>): Refusal => new Refusal(detailed(...reason))

const bodyLimit = 1_048_576

/** The whole body of a request. */
export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    // Leaving the loop would close the connection before the client gets the answer.
    if (length <= bodyLimit) chunks.push(bytes)
  }
  if (length > bodyLimit) throw refuse(413, `The body must not be longer than ${bodyLimit} bytes.`)
  return Buffer.concat(chunks)
}

/** An answer in bytes, before its body is framed. */
export type Message = Required<Answer> & { readonly body: Buffer }

export const messageOf = ({ status, body, headers = {} }: Answer): Message => {
  if (body === undefined) return { status, headers, body: Buffer.alloc(0) }
  if (Buffer.isBuffer(body)) return { status, headers, body }
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  }
}

/** Sends the answer with its length, or in two chunks. */
export const send = (response: ServerResponse, { status, headers, body }: Message, inChunks = false): void => {
  const half = inChunks ? Math.floor(body.length / 2) : 0
  const length = inChunks || status === 204 ? {} : { 'Content-Length': body.length }
  response.writeHead(status, { ...length, ...headers })
  if (half > 0) response.write(body.subarray(0, half))
  response.end(body.subarray(half))
}

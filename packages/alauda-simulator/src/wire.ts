import type { IncomingMessage, ServerResponse } from 'node:http'

/** What goes back to the client. Without a body the answer is empty, as the API's answers to changes are. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request that cannot be done, as the client is told. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`refused with status ${status}`)
  }
}

/** A refusal that says why in a sentence. */
export const refuse = (status: number, detail: string, headers?: Readonly<Record<string, string>>): Refusal =>
  new Refusal(status, { detail }, headers)

const BODY_LIMIT = 1_048_576

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    // Reading on, instead of leaving the loop, keeps the connection on which the client is to be told.
    if (length <= BODY_LIMIT) chunks.push(bytes)
  }
  if (length > BODY_LIMIT) throw refuse(413, `The body must not be longer than ${BODY_LIMIT} bytes.`)
  return Buffer.concat(chunks)
}

export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body)
  const describing = body === undefined ? {} : { 'Content-Type': 'application/json' }
  const length = status === 204 ? {} : { 'Content-Length': Buffer.byteLength(text) }
  response.writeHead(status, { ...describing, ...length, ...headers })
  response.end(text)
}

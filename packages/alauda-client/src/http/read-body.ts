import { types } from 'node:util'
import { nextTurn } from '../turns.js'
import type { Cancellation } from './cancellation.js'
import type { FetchBody, FetchResponse } from './transport.js'

const chunksBetweenTurns = 256

export interface BodyText {
  readonly text: string
  /** Whether that is all of it: false when there is more than may be read. */
  readonly isWhole: boolean
}

/**
 * The text of a body in UTF-8, of which at most `maxBytes` are kept; at once where all of it is there. The rest stays unread: the
 * caller must end the connection. Throws or rejects if the body is incomplete or not a body.
 *
 * @example
 * await readBody(new Response('{"a":1}'), 4, new Cancellation()) // { text: '{"a"', isWhole: false }
 */
export const readBody = (
  response: FetchResponse,
  maxBytes: number,
  cancellation: Cancellation,
): BodyText | Promise<BodyText> => {
  const { body } = response
  if (!Array.isArray(body)) return readStream(response, maxBytes, cancellation)
  const text = createText(maxBytes)
  const isWhole = body.every((chunk) => text.add(bytesOf(chunk)))
  return { text: text.read(), isWhole }
}

const readStream = async (response: FetchResponse, maxBytes: number, cancellation: Cancellation): Promise<BodyText> => {
  const { body } = response
  if (!isStream(body) || Array.isArray(body)) return bounded(await response.text(), maxBytes)
  const text = createText(maxBytes)
  let chunks = 0
  for await (const chunk of 'getReader' in body ? readFrom(body, cancellation) : body) {
    chunks += 1
    // Others have their turn, however the chunks come: a body that never waits must not stop timers.
    if (chunks % chunksBetweenTurns === 0) await nextTurn()
    cancellation.throwIfAborted()
    if (!text.add(bytesOf(chunk))) return { text: text.read(), isWhole: false }
  }
  cancellation.throwIfAborted()
  return { text: text.read(), isWhole: true }
}

const bounded = (text: unknown, maxBytes: number): BodyText => {
  if (typeof text !== 'string') throw new TypeError('text() gave no text')
  const isWhole = Buffer.byteLength(text) <= maxBytes
  return { text: isWhole ? text : text.slice(0, maxBytes), isWhole }
}

const isStream = (body: FetchResponse['body']): body is FetchBody =>
  typeof body === 'object' &&
  body !== null &&
  ('getReader' in body || Symbol.asyncIterator in body || Array.isArray(body))

const bytesOf = (chunk: unknown): Uint8Array => {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (types.isUint8Array(chunk)) return chunk
  throw new TypeError('the body gave neither bytes nor text')
}

async function* readFrom(
  body: Extract<FetchBody, { getReader(): unknown }>,
  cancellation: Cancellation,
): AsyncGenerator<unknown> {
  const reader = body.getReader()
  // A stream that is broken already says so at the next read, too.
  const cancel = () => void reader.cancel().catch(() => {})
  const unfollow = cancellation.onAbort(cancel)
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value
  } finally {
    unfollow()
    cancel()
  }
}

const decoder = new TextDecoder()

const smallest = 16_384

/** Gathers bytes in one place: of an answer that comes byte by byte, each chunk would take a hundred times its size. */
const createText = (maxBytes: number) => {
  // Most answers come in one chunk, which needs no copy.
  let bytes: Uint8Array = new Uint8Array()
  let length = 0
  return {
    /** Adds as much as there is room for, and says whether that was all. */
    add: (chunk: Uint8Array): boolean => {
      const added = chunk.subarray(0, maxBytes - length)
      if (length === 0) bytes = added
      else {
        if (length + added.length > bytes.length) {
          const larger = Buffer.allocUnsafe(
            Math.min(maxBytes, Math.max(smallest, bytes.length * 2, length + added.length)),
          )
          larger.set(bytes.subarray(0, length))
          bytes = larger
        }
        bytes.set(added, length)
      }
      length += added.length
      return added.length === chunk.length
    },
    read: (): string => decoder.decode(bytes.subarray(0, length)),
  }
}

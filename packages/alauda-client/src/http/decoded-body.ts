import { pipeline, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'

/** The content codings that `decodedBody` decodes, as the value of Accept-Encoding. */
export const acceptedCodings = 'gzip, deflate, br'

type Chunks = AsyncIterable<Uint8Array>

/** Decoders, given the first bytes of what they are to decode. */
const decoders: Readonly<Record<string, (start: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  // Some servers leave out the zlib header, whose first byte ends in 8.
  deflate: ([first = 0]) => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
}

/**
 * A body without its content codings, read as it comes. Reading rejects with zlib's error when the body is broken or incomplete.
 *
 * @throws TypeError if there is no decoder for one of the codings.
 * @example
 * text(decodedBody(Readable.from([gzipSync('{}')]), 'GZIP')) // Promise of '{}'
 */
export const decodedBody = (body: Chunks, contentEncoding: string | null): Chunks =>
  (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .reduceRight((encoded, coding) => {
      const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
      if (decoder === undefined) throw unknownCoding()
      return decodedWith(encoded, decoder)
    }, body)

// A header may hold anything: it is not quoted.
const unknownCoding = (): TypeError =>
  Object.assign(new TypeError(`the answer has a content coding other than ${acceptedCodings}`), {
    code: 'ERR_UNUSABLE_CODING',
  })

async function* decodedWith(encoded: Chunks, decoder: (start: Uint8Array) => Transform): Chunks {
  const chunks = encoded[Symbol.asyncIterator]()
  const first = await chunks.next()
  // An empty body has nothing to decode, whatever its header says.
  if (first.done) return
  const start = first.value
  const rest = { [Symbol.asyncIterator]: () => chunks }
  const all = async function* () {
    yield start
    yield* rest
  }
  // Errors reach the reader of the stream.
  yield* pipeline(all, decoder(start), () => {})
}

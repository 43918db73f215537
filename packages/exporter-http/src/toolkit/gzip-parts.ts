import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, deflateRawSync } from 'node:zlib'
import { createSemaphore } from '@alauda-exporter/alauda-client/limits/semaphore'
import { type BodyPart, partOf } from './body.js'

/** What came of a part. */
interface Deflated {
  readonly length: number
  /** The checksum of the body up to the part, and with it. */
  readonly crcBefore: number
  readonly crcAfter: number
  readonly deflated: BodyPart | Promise<BodyPart>
}

/**
 * Compresses bodies in parts as one gzip member each. What came of a part is kept as long as the part, so that a body of which most
 * parts are known costs next to nothing. Large parts are compressed by other threads, of which at most `concurrency` are taken.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1952
 */
export const createPartsGzip = (concurrency: number) => {
  const { run } = createSemaphore(concurrency)
  const known = new WeakMap<BodyPart, Deflated>()
  const spare: Uint8Array[] = []

  // A thread needs bytes that stay. It gets the copy that another one is done with: fresh memory costs more than copying.
  const deflateAside = async (bytes: Uint8Array): Promise<BodyPart> => {
    const given = spare.pop()
    const copy = given !== undefined && given.length >= bytes.length ? given : new Uint8Array(bytes.length)
    copy.set(bytes)
    try {
      const input = copy.subarray(0, bytes.length)
      return partOf(await run(undefined, () => deflateInThread(input, flushed)))
    } finally {
      spare.push(copy)
    }
  }

  const deflatedOf = (bytes: Uint8Array): Deflated['deflated'] => {
    if (bytes.length <= tinyBytes) return partOf(stored(bytes))
    return bytes.length <= smallBytes ? partOf(deflateRawSync(bytes, fast)) : deflateAside(bytes)
  }

  const deflate = (part: BodyPart, crcBefore: number): Deflated => {
    const begun = part.read((bytes) => ({
      length: bytes.length,
      crcBefore,
      crcAfter: checksum(bytes, crcBefore),
      deflated: deflatedOf(bytes),
    }))
    known.set(part, begun)
    // Memory may be short now, and not for the next response.
    if (begun.deflated instanceof Promise) begun.deflated.catch(() => known.delete(part))
    return begun
  }

  return async (parts: ReadonlyArray<BodyPart>): Promise<ReadonlyArray<BodyPart>> => {
    let crc = 0
    let length = 0
    const all: Array<Deflated['deflated']> = [header]
    for (const part of parts) {
      // Parts that wait for a thread take memory.
      if (!known.has(part)) await all.at(-concurrency)
      const { crcBefore, crcAfter, deflated, length: more } = known.get(part) ?? deflate(part, crc)
      // A part that stands behind others than before has another checksum after it.
      crc = crcBefore === crc ? crcAfter : part.read((read) => checksum(read, crc))
      length += more
      all.push(deflated)
    }
    return [...(await Promise.all(all)), endOf(crc, length)]
  }
}

// Node.js forgets the checksum before when there are no bytes.
const checksum = (bytes: Uint8Array, before: number): number => (bytes.length === 0 ? before : crc32(bytes, before))

const deflateInThread = promisify<Uint8Array, typeof flushed, Buffer>(deflateRaw)

// Each part ends at a byte, so that another one may follow.
const flushed = { finishFlush: constants.Z_SYNC_FLUSH }

// For what is compressed for a single response: half of the time, and a tenth more bytes.
const fast = { ...flushed, level: 3 }

// To pass it to another thread takes longer than to compress it.
const smallBytes = 16 * 1024

// To begin to compress takes longer than to send a packet more.
const tinyBytes = 1024

/** A block that is not compressed: its length, once as it is and once with each bit turned. */
const stored = (bytes: Uint8Array): Uint8Array => {
  const block = Buffer.alloc(5 + bytes.length)
  block.writeUInt16LE(bytes.length, 1)
  block.writeUInt16LE(~bytes.length & 0xffff, 3)
  block.set(bytes, 5)
  return block
}

/** Of the method deflate, without a name or a time, from Unix. */
const header = partOf(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3))

/** An empty last block, the checksum and the length. */
const endOf = (crc: number, length: number): BodyPart => {
  const end = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  end.writeUInt32LE(crc, 2)
  end.writeUInt32LE(length % 2 ** 32, 6)
  return partOf(end)
}

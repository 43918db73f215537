import { hash } from 'node:crypto'

/** The seed and then ever narrower names. The same key always gives the same number. */
export type Key = ReadonlyArray<string | number>

const digest = (key: Key): Buffer => hash('sha1', JSON.stringify(key), 'buffer')

/** A pseudo-random number in [0, 1). */
export const fraction = (key: Key): number => digest(key).readUIntBE(0, 6) / 2 ** 48

/** A pseudo-random number in [low, high). */
export const between = (low: number, high: number, key: Key): number => low + (high - low) * fraction(key)

/** A UUID of version 5. */
export const uuid = (key: Key): string => {
  const bytes = digest(key)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Forty hexadecimal digits, like the API's tokens. */
export const hexToken = (key: Key): string => digest(key).toString('hex')

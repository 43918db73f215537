/** Numbers that look like chance, and are the same for the same seed. */
export interface Chance {
  /** A whole number from 0 on, below `end`. */
  readonly below: (end: number) => number
  readonly isTrue: (share: number) => boolean
  readonly oneOf: <A>(choices: readonly [A, ...A[]]) => A
  /** Bytes of all values. */
  readonly bytes: (length: number) => Buffer
}

/** @see https://github.com/cprosche/mulberry32 */
export const seeded = (seed: number): Chance => {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    below,
    isTrue: (share) => next() < share,
    oneOf: (choices) => choices[below(choices.length)] ?? choices[0],
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
}

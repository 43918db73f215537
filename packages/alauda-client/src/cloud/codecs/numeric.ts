import * as t from 'io-ts'

// Digits are matched in one way only: with two ways, a text of a million digits and a letter would take hours.
const decimal = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/

const numeric = (name: string, isPossible: (value: number) => boolean) => {
  const is = (value: unknown): value is number =>
    typeof value === 'number' && Number.isFinite(value) && isPossible(value)
  const read = (input: unknown): number | undefined => {
    const value = typeof input === 'string' && decimal.test(input) ? Number(input) : input
    return is(value) ? value : undefined
  }
  const type = new t.Type<number, number, unknown>(
    name,
    is,
    (input, context) => {
      const value = read(input)
      return value === undefined ? t.failure(input, context) : t.success(value)
    },
    t.identity,
  )
  /** `read` is for cells by the million: absent without an error that says where and why. */
  return Object.assign(type, { read })
}

/**
 * A finite number that some installations send as a string.
 *
 * @example
 * Numeric.decode('2') // right(2)
 */
export const Numeric = numeric('a number', () => true)

/** What is measured fits into 64 bits and is never negative: `rate()` would take a counter below 0 for a reset. */
export const Amount = numeric('a number from 0 to 2^64', (value) => value >= 0 && value <= 2 ** 64)

/** What is limited by 0 would divide by it. */
export const Limit = numeric('a number above 0', (value) => value > 0 && value <= 2 ** 64)

/** How many there are, however absurd: a list that is shorter is not whole. */
export const WholeNumber = numeric('a whole number from 0', (value) => value >= 0 && Number.isInteger(value))

/** A {@link WholeNumber} that is exact. */
export const Count = numeric('a whole number from 0', (value) => value >= 0 && Number.isSafeInteger(value))

// The year 5138 in seconds, 1973 in milliseconds: nothing of this API is that old.
export const firstMilliseconds = 1e11

// Languages without null write their zero time for "never".
export const Seconds = numeric('seconds since the epoch', (value) => value > 0 && value < firstMilliseconds)

import * as t from 'io-ts'

const decimal = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/

/**
 * A finite number that some installations send as a string.
 *
 * @example
 * Numeric.decode('2') // right(2)
 */
export const Numeric = new t.Type<number, number, unknown>(
  'a number',
  (value): value is number => typeof value === 'number' && Number.isFinite(value),
  (input, context) => {
    const value = typeof input === 'string' && decimal.test(input) ? Number(input) : input
    return typeof value === 'number' && Number.isFinite(value) ? t.success(value) : t.failure(input, context)
  },
  (value) => value,
)

import * as t from 'io-ts'

/** A codec of what `read` gives: an input for which that is undefined is not of this type. */
const scalar = <A extends string | number>(name: string, is: t.Is<A>, read: (input: unknown) => A | undefined) => {
  const type = new t.Type<A, A, unknown>(
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

/** A text that `isPossible` accepts. */
export const text = (name: string, isPossible: (text: string) => boolean) =>
  scalar(name, t.string.is, (input) =>
    typeof input === 'string' && isPossible(input) ? input.toWellFormed() : undefined,
  )

/**
 * Text that can be written in UTF-8: half a surrogate pair, which JSON can hold, becomes U+FFFD. What comes out can stand in
 * a URL and on a page, and two texts that would be written the same are the same.
 *
 * @example
 * Text.decode('web \ud800') // right('web \ufffd')
 */
export const Text = text('string', () => true)

/** What calls name an object by. URLs fold `.` and `..` away, escaped or not: the call would be another one. */
export const Name = text('a name', (name) => name !== '' && name !== '.' && name !== '..')

/** A {@link Name} that the API itself gave: its spellings of "not there" are none. */
export const Uuid = text('a uuid', (uuid) => !['', '.', '..', 'None', 'null'].includes(uuid))

// Digits are matched in one way only: with two ways, a text of a million digits and a letter would take hours.
const decimal = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/

const numeric = (name: string, isPossible: (value: number) => boolean) => {
  const is = (value: unknown): value is number =>
    typeof value === 'number' && Number.isFinite(value) && isPossible(value)
  return scalar(name, is, (input) => {
    const value = typeof input === 'string' && decimal.test(input) ? Number(input) : input
    return is(value) ? value : undefined
  })
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

/**
 * A point in time, decoded to seconds since the epoch. The API writes `2015-04-14T09:46:39.457Z` in its first generation and
 * `2018-05-11T03:26:56.140445` in its second; without a zone it is UTC. A number is taken for seconds, never for milliseconds.
 *
 * @example
 * Timestamp.decode('2018-05-11T03:26:56.140445') // right(1526009216.140445)
 */
export const Timestamp = scalar('a time like 2015-04-14T09:46:39.457Z', Seconds.is, (input) => {
  const seconds = typeof input === 'string' ? secondsIn(input) : input
  return Seconds.is(seconds) ? seconds : undefined
})

const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/

// Date keeps milliseconds only, and takes a time without a zone for a local one.
const secondsIn = (text: string): number | undefined => {
  const found = iso.exec(text)
  if (found === null) return undefined
  const [, date = '', time, fraction = '', zone = 'Z'] = found
  if (!isInItsMonth(date)) return undefined
  const seconds = Date.parse(`${date}T${time}${zone}`) / 1000
  if (!(seconds > 0)) return undefined
  return fraction === '' ? seconds : Number(`${seconds}${fraction}`)
}

// Date takes the 30th of February for a day in March. All months have 28 days: most dates are read only once.
const isInItsMonth = (date: string): boolean => {
  const day = Number(date.slice(-2))
  return day <= 28 || new Date(`${date}T00:00:00Z`).getUTCDate() === day
}

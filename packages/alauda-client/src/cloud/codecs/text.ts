import * as t from 'io-ts'

const text = (name: string, isPossible: (text: string) => boolean) =>
  new t.Type<string, string, unknown>(
    name,
    t.string.is,
    (input, context) =>
      typeof input === 'string' && isPossible(input) ? t.success(input.toWellFormed()) : t.failure(input, context),
    t.identity,
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

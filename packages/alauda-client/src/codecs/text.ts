import * as t from 'io-ts'

/**
 * Text that can be written in UTF-8: half a surrogate pair, which JSON can hold, becomes U+FFFD. What comes out can stand in
 * a URL and on a page, and two texts that would be written the same are the same.
 *
 * @example
 * Text.decode('web \ud800') // right('web \ufffd')
 */
export const Text = new t.Type<string, string, unknown>(
  'string',
  t.string.is,
  (input, context) => (typeof input === 'string' ? t.success(input.toWellFormed()) : t.failure(input, context)),
  t.identity,
)

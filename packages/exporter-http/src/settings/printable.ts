const longestQuote = 60

// What moves the cursor, hides or turns text around in a terminal, or begins another line in a log.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')

/**
 * A text as a terminal and a log may show it: in one line, and nothing in it that is not seen.
 *
 * @example
 * printable('a\u202eb\n') // 'a\\u202eb\\u000a'
 */
export const printable = (text: string): string => text.replaceAll(unprintable, escaped)

/**
 * A value as a fault quotes it: short, and in quotes.
 *
 * @example
 * quoted('banana') // '"banana"'
 */
export const quoted = (text: string): string => {
  const characters = [...text]
  const short = characters.length > longestQuote ? `${characters.slice(0, longestQuote).join('')}…` : text
  return printable(`"${short.replaceAll(/["\\]/g, '\\$&')}"`)
}

/**
 * What is wrong with a value, with the value itself, unless it may hold a secret: a URL with a user, a query or a fragment may.
 *
 * @example
 * withValue('banana', 'must be a duration like 30s') // '"banana" given, expected a duration like 30s'
 */
export const withValue = (value: string, fault: string): string => {
  if (value === '' || /[@?#]/.test(value)) return fault
  return `${quoted(value)} given, ${fault.replace(/^must be /, 'expected ')}`
}

import { printable } from '@alauda-exporter/alauda-client'

const longestQuote = 60

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

/**
 * A key as a fault names it: in words of lower-case letters, as settings are named. Anything else may be a password or a token
 * that lacks its quotes.
 *
 * @example
 * shownKey('speed_limit') // 'speed_limit'
 * shownKey('s3cr3t') // '…'
 */
export const shownKey = (key: string): string => (/^[a-z]{1,20}(?:_[a-z]{1,20}){0,3}$/.test(key) ? key : '…')

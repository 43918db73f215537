/**
 * A pattern for the whole numbers from 0 to a limit, for schemas: those know limits of numbers, but not of digits in a text.
 *
 * @example
 * numberUpTo(24) // '0*(?:\\d{1,1}|[0-1]\\d{1}|2[0-3]\\d{0}|24)'
 */
export const numberUpTo = (limit: number): string => {
  const digits = String(limit)
  const shorter = digits.length > 1 ? [`\\d{1,${digits.length - 1}}`] : []
  // Each number below the limit is like it up to some digit, which is smaller.
  const smaller = [...digits].flatMap((digit, index) =>
    digit === '0' ? [] : [`${digits.slice(0, index)}[0-${Number(digit) - 1}]\\d{${digits.length - index - 1}}`],
  )
  return `0*(?:${[...shorter, ...smaller, digits].join('|')})`
}

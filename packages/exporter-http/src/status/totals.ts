const isKnown = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value)

/** Of those that are known; absent when none is. */
export const sumOf = (values: ReadonlyArray<number | undefined>): number | undefined => {
  const known = values.filter(isKnown)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0)
}

/** Of those that are known; absent when none is. */
export const meanOf = (values: ReadonlyArray<number | undefined>): number | undefined => {
  const known = values.filter(isKnown)
  const sum = sumOf(known)
  return sum === undefined ? undefined : sum / known.length
}

/** Infinity when there are none. Not `Math.min(...values)`: that runs out of stack with some hundred thousand. */
export const leastOf = (values: ReadonlyArray<number>): number =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)

/** -Infinity when there are none. */
export const greatestOf = (values: ReadonlyArray<number>): number =>
  values.reduce((greatest, value) => Math.max(greatest, value), Number.NEGATIVE_INFINITY)

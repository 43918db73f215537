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

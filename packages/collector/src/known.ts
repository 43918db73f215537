type Known<A> = { readonly [K in keyof A]?: NonNullable<A[K]> }

/** Without what is undefined or null. */
export const known = <A extends object>(values: A): Known<A> => {
  const result: { -readonly [K in keyof A]?: NonNullable<A[K]> } = {}
  for (const key in values) {
    const value = values[key]
    if (value !== undefined && value !== null) result[key] = value
  }
  return result
}

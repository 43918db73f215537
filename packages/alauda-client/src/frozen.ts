/**
 * Freezes plain data to its last object, and gives it: what is made of it can be kept, because it cannot change.
 *
 * @example
 * Object.isFrozen(frozen({ labels: {} }).labels) // true
 */
export const frozen = <A>(data: A): A => {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return data
  Object.freeze(data)
  for (const value of Object.values(data)) frozen(value)
  return data
}

/** Beyond this many milliseconds, Node's timers fire at once. */
export const longestTimerMs = 2 ** 31 - 1

/** Throws a TypeError unless `value` is a number from `least` to `most`. */
export const assertBetween = (name: string, value: number, least: number, most: number): void => {
  if (!(value >= least && value <= most)) throw new TypeError(`${name}: must be from ${least} to ${most}`)
}

/**
 * Which of the names was probably meant, if any. Capitals, and hyphens for underscores, make no difference.
 *
 * @example
 * nearest('max-conncurrency', ['timeout', 'max_concurrency']) // 'max_concurrency'
 */
export const nearest = (given: string, names: ReadonlyArray<string>): string | undefined => {
  const [best] = names
    .map((name) => ({ name, edits: editsBetween(plain(given), plain(name)) }))
    .filter(({ name, edits }) => edits <= 2 && edits * 2 < name.length)
    .toSorted((a, b) => a.edits - b.edits)
  return best?.name
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

const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_')

/** How many letters must be added, left out or changed to make one word of the other. */
const editsBetween = (from: string, to: string): number => {
  // After each letter of `from`: the edits to each beginning of `to`.
  let edits = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...from].entries()) {
    const before = edits
    edits = [row + 1]
    for (const [column, other] of [...to].entries()) {
      const change = (before[column] ?? 0) + (letter === other ? 0 : 1)
      edits.push(Math.min(change, (before[column + 1] ?? 0) + 1, (edits[column] ?? 0) + 1))
    }
  }
  return edits.at(-1) ?? from.length
}

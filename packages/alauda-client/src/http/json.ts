import * as E from 'fp-ts/lib/Either.js'

/** The API nests its answers about ten levels deep. */
export const maxJsonLevels = 100

/** Why a text is not taken for JSON. */
export type JsonFault = 'syntax' | 'depth'

/**
 * What a text in JSON says; a byte order mark before it is ignored. What is nested deeper than `maxJsonLevels` is not taken:
 * code that goes down into it would run out of stack.
 *
 * @example
 * parseJson('{"a":1}') // right({ a: 1 })
 */
export const parseJson = (text: string): E.Either<JsonFault, unknown> => {
  if (isDeeperThan(maxJsonLevels, text)) return E.left('depth')
  return E.tryCatch(
    (): unknown => JSON.parse(text.replace(/^\ufeff/, '')),
    // The parser quotes the text in its error, and the text may hold secrets: that error goes no further.
    () => 'syntax',
  )
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = Array.from('"\\[]{}', (character) =>
  character.charCodeAt(0),
)

const isDeeperThan = (maxLevels: number, text: string): boolean => {
  if (openingsIn(text, maxLevels) <= maxLevels) return false
  let levels = 0
  let isInString = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isInString) {
      if (code === backslash) index += 1
      else if (code === quote) isInString = false
    } else if (code === quote) isInString = true
    else if (code === openBracket || code === openBrace) {
      levels += 1
      if (levels > maxLevels) return true
    } else if (code === closeBracket || code === closeBrace) levels -= 1
  }
  return false
}

/** How many brackets and braces open, in strings too, counted no further than just beyond `most`. */
const openingsIn = (text: string, most: number): number => {
  let count = 0
  for (const opening of '[{') {
    for (let at = text.indexOf(opening); at >= 0 && count <= most; at = text.indexOf(opening, at + 1)) count += 1
  }
  return count
}

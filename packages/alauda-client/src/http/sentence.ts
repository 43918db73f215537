import * as E from 'fp-ts/lib/Either.js'
import { printable } from '../options.js'
import { parseJson } from './json.js'
import { redact } from './redact.js'

const sentenceFields = ['detail', 'message', 'error', 'non_field_errors']

/**
 * An error may hold anything, a service's environment variables too, and a proxy's page is anybody's: only what is meant to be
 * read is taken from it, which is the API's sentence in JSON, without secrets, in one line of at most 200 characters. Empty when
 * it says nothing, absent when it is not JSON.
 *
 * @example
 * sentenceOf('{"detail":"Invalid page","page":7}', []) // 'Invalid page'
 */
export const sentenceOf = (body: string, secrets: ReadonlyArray<string>): string | undefined => {
  const json = parseJson(body)
  return E.isLeft(json) ? undefined : firstLineOf(redact(secrets, sentenceIn(json.right).slice(0, maxSentence)))
}

const sentenceIn = (json: unknown): string => {
  if (typeof json !== 'object' || json === null) return ''
  const sentences = sentenceFields.flatMap((name): unknown => Reflect.get(json, name))
  return sentences.find((sentence) => typeof sentence === 'string') ?? ''
}

const maxFirstLine = 200
// Far more than is shown: what secrets are replaced by is shorter than they are.
const maxSentence = 4000

// Behind a sentence there may be a dump of anything, or a whole page.
const firstLineOf = (sentence: string): string =>
  printable(
    (sentence.match(/\S[^\r\n\u0085\u2028\u2029]*/)?.[0] ?? '').replace(/[{[<].*/s, '').replace(/\p{Cc}/gu, ' '),
  )
    .slice(0, maxFirstLine)
    .replace(/\p{Cs}$/u, '') // half a character
    .trimEnd()

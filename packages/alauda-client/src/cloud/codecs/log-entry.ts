import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { type JsonFault, parseJson } from '../../http/json.js'
import { inTurns } from '../../turns.js'
import { isOnlyError, resource } from './resource.js'
import { Text, Timestamp } from './scalars.js'

/** @hidden */
export const LogEntry = resource(
  'LogEntry',
  {},
  {
    /** When it was written, in seconds since the epoch. */
    time: Timestamp,
    /** The `uuid` of the instance that wrote it. */
    instance_id: Text,
    /** The line, without its end. */
    message: Text,
  },
)

/** One line that an instance wrote. Older installations answer with plain text, of which only `message` is known. */
export interface LogEntry extends t.TypeOf<typeof LogEntry> {}

/**
 * Reads the two forms of a log: a JSON list, or plain text with a message a line. An object that has nothing but the fields of
 * an error is no log.
 *
 * @example
 * await parseLog('started\nready') // right([{ message: 'started' }, { message: 'ready' }])
 */
export const parseLog = async (body: string): Promise<E.Either<JsonFault, unknown>> => {
  if (/^\s*\[\s*[{\]]/.test(body)) return parseJson(body)
  // A body that is not JSON as a whole is the log of a program that writes JSON: an object per line.
  const object = /^\s*\{/.test(body) ? parseJson(body) : E.left('syntax')
  if (E.isRight(object) && isOnlyError(object.right)) return object
  const entries: { readonly message: string }[] = []
  await inTurns(linesOf(body), (message) => {
    if (message !== '') entries.push({ message })
  })
  return E.right(entries)
}

/** Line by line: to split a log of a million lines at once would take long. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    yield text.slice(start, newline > start && text[newline - 1] === '\r' ? newline - 1 : end)
    start = end + 1
  }
}

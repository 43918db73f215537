import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Text } from './text.js'
import { Timestamp } from './timestamp.js'

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
 * Reads the two forms of a log: a JSON list, or plain text with a message a line.
 *
 * @example
 * parseLog('started\nready') // [{ message: 'started' }, { message: 'ready' }]
 */
export const parseLog = (body: string): unknown => {
  if (/^\s*\[\s*[{\]]/.test(body)) return JSON.parse(body)
  return body
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((message) => ({ message }))
}

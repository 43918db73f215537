import type * as t from 'io-ts'
import { isOnlyError } from './error-shape.js'
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

const objectIn = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined // the log of a program that writes JSON: an object a line
  }
}

/**
 * Reads the two forms of a log: a JSON list, or plain text with a message a line. An object that has nothing but the fields of
 * an error is no log.
 *
 * @example
 * parseLog('started\nready') // [{ message: 'started' }, { message: 'ready' }]
 */
export const parseLog = (body: string): unknown => {
  if (/^\s*\[\s*[{\]]/.test(body)) return JSON.parse(body)
  const object = /^\s*\{/.test(body) ? objectIn(body) : undefined
  if (isOnlyError(object)) return object
  return body
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((message) => ({ message }))
}

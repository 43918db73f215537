import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Text } from './text.js'
import { Timestamp } from './timestamp.js'

/** One line that an instance wrote. `time` is in seconds since the epoch; older installations give the message alone. */
export const LogEntry = resource('LogEntry', {}, { time: Timestamp, instance_id: Text, message: Text })
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

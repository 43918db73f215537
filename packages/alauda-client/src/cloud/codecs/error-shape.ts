import * as t from 'io-ts'
import { isEmpty } from './structures.js'

const sentences = ['detail', 'error', 'errors', 'message', 'non_field_errors', 'exception']

const nothing = new Set<unknown>([undefined, null, false, '', 'None', 'null'])

/**
 * Whether an object has the fields of an error: proxies and gateways send some with the status of a success.
 *
 * @example
 * isErrorShaped({ detail: 'Request was throttled.' }) // true
 */
export const isErrorShaped = (input: unknown): boolean =>
  t.UnknownRecord.is(input) && sentences.some((field) => !nothing.has(input[field]) && !isEmpty(input[field]))

const beside = new Set([...sentences, 'code', 'error_code', 'status', 'status_code', 'success', 'request_id', 'type'])

/** Whether an object has nothing but the fields of an error. */
export const isOnlyError = (input: unknown): boolean =>
  t.UnknownRecord.is(input) && isErrorShaped(input) && Object.keys(input).every((field) => beside.has(field))

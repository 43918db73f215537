import { refuse } from './wire.js'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A request's body, which must be a JSON object. */
export const parseObject = (body: Buffer): JsonObject => {
  const value = parseJson(body.toString('utf8'))
  if (!isObject(value)) throw refuse(400, 'The body must be a JSON object.')
  return value
}

/** The value of a JSON text, or undefined if it is invalid. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not a JSON value: callers refuse it with their own message
  }
}

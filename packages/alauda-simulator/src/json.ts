import { refuse } from './wire.js'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A request's body; 400 unless it is a JSON object. */
export const parseObject = (body: Buffer): JsonObject => {
  const value = parseJson(body.toString('utf8'))
  if (!isObject(value)) throw refuse(400, 'The body must be a JSON object.')
  return value
}

/** The parsed value, or undefined for invalid JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not a JSON value: callers report it
  }
}

import * as E from 'fp-ts/lib/Either.js'

export type Json = string | number | boolean | null | ReadonlyArray<Json> | JsonSchema

/** A JSON Schema, draft-07. */
export interface JsonSchema {
  readonly [keyword: string]: Json
}

/** How a value is written. Both what reads it and what tells editors about it come from here. */
export interface Format<A> {
  /** The value, or what would be right: `must be …`. Never repeats the text. */
  readonly parse: (text: string) => E.Either<string, A>
  /** The same for the file, as far as a schema can say it. */
  readonly schema: JsonSchema
}

// In YAML `007`, `1e3` and `true` are no strings until someone asks for the text; the reader does.
const anyScalar = ['string', 'number', 'boolean'] as const

export const text: Format<string> = {
  parse: (given) => (given === '' ? E.left('must not be empty') : E.right(given)),
  schema: { type: anyScalar, minLength: 1 },
}

export const onOff: Format<boolean> = {
  parse: (given) =>
    given === 'true' || given === 'false' ? E.right(given === 'true') : E.left('must be true or false'),
  schema: { type: 'boolean' },
}

export const positiveInteger: Format<number> = {
  parse: (given) =>
    /^[1-9]\d{0,8}$/.test(given) ? E.right(Number(given)) : E.left('must be a whole number from 1 on'),
  schema: { type: 'integer', minimum: 1, maximum: 999_999_999 },
}

export const wholeNumber: Format<number> = {
  parse: (given) => (/^\d{1,9}$/.test(given) ? E.right(Number(given)) : E.left('must be a whole number from 0 on')),
  schema: { type: 'integer', minimum: 0, maximum: 999_999_999 },
}

export const rate: Format<number> = {
  parse: (given) =>
    /^\d{1,9}(\.\d{1,9})?$/.test(given) ? E.right(Number(given)) : E.left('must be a number from 0 on'),
  schema: { type: 'number', minimum: 0, exclusiveMaximum: 1_000_000_000 },
}

/** A regular expression that has to match the whole of a name, as Prometheus' own do. */
export const wholeNamePattern: Format<RegExp> = {
  parse: (given) =>
    E.tryCatch(
      () => new RegExp(`^(?:${given})$`, 'u'),
      () => 'must be a regular expression like kibana|log.*',
    ),
  schema: { type: anyScalar },
}

/**
 * One of several words.
 *
 * @example
 * oneOf('cn', 'io').parse('eu') // left('must be one of cn, io')
 */
export const oneOf = <A extends string>(...choices: ReadonlyArray<A>): Format<A> => ({
  parse: (given) => {
    const choice = choices.find((candidate) => candidate === given)
    return choice === undefined ? E.left(`must be one of ${choices.join(', ')}`) : E.right(choice)
  },
  schema: { enum: choices },
})

/**
 * From a pattern that a schema can have too, and a function that tells what is wrong with a text.
 *
 * @example
 * textUnless(/^\//, (given) => (given.startsWith('/') ? undefined : 'must be a path')).parse('a') // left('must be a path')
 */
export const textUnless = (pattern: RegExp, faultOf: (given: string) => string | undefined): Format<string> => ({
  parse: (given) => {
    const fault = faultOf(given)
    return fault === undefined ? E.right(given) : E.left(fault)
  },
  schema: { type: 'string', pattern: pattern.source },
})

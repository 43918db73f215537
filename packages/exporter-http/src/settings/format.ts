import { isAbsolute, join } from 'node:path'
import { namePattern, textPattern } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'

export type Json = string | number | boolean | null | ReadonlyArray<Json> | JsonSchema

/** A JSON Schema, draft-07. */
export interface JsonSchema {
  readonly [keyword: string]: Json
}

/** How a value is written. Both what reads it and what tells editors about it come from here. */
export interface Format<A> {
  /** The value, or what would be right: `must be …`. Never repeats the text. `folder` is where names of files begin. */
  readonly parse: (text: string, folder?: string) => E.Either<string, A>
  /** For numbers and switches: the file gives what YAML reads, not what was written. `1e2` is `100`, and `True` is `true`. */
  readonly isByValue?: boolean
  /** The same for the file, as far as a schema can say it. */
  readonly schema: JsonSchema
  /** What the schema says of a limit in words, because no keyword can. */
  readonly note?: string
}

// In YAML `007`, `1e3` and `true` are no strings until someone asks for the text; the reader does.
export const anyScalar = ['string', 'number', 'boolean'] as const

export const text: Format<string> = {
  parse: (given) => (given === '' ? E.left('must not be empty') : E.right(given)),
  schema: { type: anyScalar, minLength: 1 },
}

/** The name of a file: where the settings file gives it, it is sought beside that one. */
export const fileName: Format<string> = {
  ...text,
  parse: (given, folder = '') =>
    given === '' || folder === '' || isAbsolute(given) ? text.parse(given) : E.right(join(folder, given)),
}

/** What may stand in a URL as the name of something. */
export const urlName: Format<string> = {
  parse: (given) => {
    if (namePattern.test(given) || given === '') return text.parse(given)
    return given === '.' || given === '..'
      ? E.left('must be neither . nor .., which cannot stand in a URL')
      : E.left('must be 1 to 1024 characters, no line breaks or other control characters, no spaces around them')
  },
  schema: { type: anyScalar, pattern: namePattern.source },
}

/** The value of a label, or the key of a label on the cloud. */
export const labelText: Format<string> = {
  parse: (given) =>
    textPattern.test(given) || given === '' ? text.parse(given) : E.left('must be 1 to 1024 characters'),
  schema: { ...text.schema, maxLength: 1024 },
}

export const onOff: Format<boolean> = {
  parse: (given) =>
    given === 'true' || given === 'false' ? E.right(given === 'true') : E.left('must be true or false'),
  isByValue: true,
  schema: { type: ['boolean', 'string'], pattern: '^(?:true|false)$' },
}

// In quotes a number is right too: for the schema that is a text, and its pattern then counts instead of its limits.
const numberOf = (pattern: RegExp, expected: string, schema: JsonSchema): Format<number> => ({
  parse: (given) => (pattern.test(given) ? E.right(Number(given)) : E.left(`must be ${expected}`)),
  isByValue: true,
  schema: { ...schema, pattern: pattern.source },
})

export const positiveInteger = numberOf(/^[1-9]\d{0,8}$/, 'a whole number from 1 on', {
  type: ['integer', 'string'],
  minimum: 1,
  maximum: 999_999_999,
})

export const wholeNumber = numberOf(/^\d{1,9}$/, 'a whole number from 0 on', {
  type: ['integer', 'string'],
  minimum: 0,
  maximum: 999_999_999,
})

// Below that a call would wait for longer than timers can.
export const rate = numberOf(/^(?!0*\.000)\d{1,9}(?:\.\d+)?$/, '0, or a number from 0.001 on', {
  type: ['number', 'string'],
  minimum: 0,
  exclusiveMaximum: 1_000_000_000,
  not: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.001 },
})

/** Of a processor; below a thousandth nothing is sold. */
export const cores = numberOf(/^(?!0*(?:\.000|\.?0*$))\d{1,4}(?:\.\d+)?$/, 'a number of cores from 0.001 on', {
  type: ['number', 'string'],
  minimum: 0.001,
  exclusiveMaximum: 10_000,
})

/** A regular expression that has to match the whole of a name, as Prometheus' own do. */
export const wholeNamePattern: Format<RegExp> = {
  // Nothing would be a pattern too, and match no service.
  parse: (given) =>
    given === ''
      ? E.left('must not be empty')
      : E.tryCatch(
          () => new RegExp(`^(?:${given})$`, 'u'),
          () => 'must be a regular expression like kibana|log.*',
        ),
  schema: text.schema,
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
 * From a pattern that a schema can have too, with what else it can say, and a function that tells what is wrong with a text.
 *
 * @example
 * textUnless(/^\//, (given) => (given.startsWith('/') ? undefined : 'must be a path')).parse('a') // left('must be a path')
 */
export const textUnless = (
  pattern: RegExp,
  faultOf: (given: string) => string | undefined,
  more: JsonSchema = {},
): Format<string> => ({
  parse: (given) => {
    const fault = faultOf(given)
    return fault === undefined ? E.right(given) : E.left(fault)
  },
  schema: { type: 'string', pattern: pattern.source, ...more },
})

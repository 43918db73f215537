import { isAbsolute, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

export type Json = string | number | boolean | null | ReadonlyArray<Json> | JsonSchema

/** A JSON Schema, draft-07. */
export interface JsonSchema {
  readonly [keyword: string]: Json
}

/** How a value is read. */
export interface Parser<A> {
  /** The value, or what is expected instead. `folder` is where relative names of files begin. */
  readonly parse: (text: string, folder?: string) => E.Either<string, A>
  /** For numbers and switches: YAML reads them first, so that `1e2` is 100 and `True` is true. */
  readonly isReadByYaml?: true
}

/** How the value of a setting is written: its parser, its help and its schema for editors come from here. */
export interface Format<A> extends Parser<A> {
  /** What stands for the value in the help; a switch has none. */
  readonly placeholder?: string
  /** For editors, as far as a schema can say it. */
  readonly schema: JsonSchema
  /** What the schema says in words, because no keyword can. */
  readonly note?: string
}

// In YAML `007`, `1e3` and `true` are no strings; the reader takes them as they are written.
export const anyScalar = ['string', 'number', 'boolean'] as const

export const text: Format<string> = {
  parse: (given) => (given === '' ? E.left('a value') : E.right(given)),
  schema: { type: anyScalar, minLength: 1 },
}

/**
 * A text that matches a pattern, which a schema can have too.
 *
 * @example
 * matching('PATH', /^\//, 'a path').parse('a') // left('a path')
 */
export const matching = (
  placeholder: string,
  pattern: RegExp,
  expected: string | ((given: string) => string),
  more: JsonSchema = {},
): Format<string> => ({
  parse: (given) => {
    if (pattern.test(given)) return E.right(given)
    return E.left(typeof expected === 'string' ? expected : expected(given))
  },
  placeholder,
  schema: { type: 'string', pattern: pattern.source, ...more },
})

/** The format, without the values for which the function expects something else. */
export const unless = (format: Format<string>, expected: (given: string) => string | undefined): Format<string> => ({
  ...format,
  parse: (given) =>
    pipe(
      format.parse(given),
      E.chain((value) => {
        const instead = expected(value)
        return instead === undefined ? E.right(value) : E.left(instead)
      }),
    ),
})

/** The name of a file. */
export const fileName: Format<string> = {
  parse: (given, folder = '') =>
    given === '' || folder === '' || isAbsolute(given) ? text.parse(given) : E.right(join(folder, given)),
  placeholder: 'FILE',
  schema: text.schema,
  note: 'Relative to this file.',
}

export const onOff: Format<boolean> = {
  parse: (given) => (given === 'true' || given === 'false' ? E.right(given === 'true') : E.left('true or false')),
  isReadByYaml: true,
  schema: { type: ['boolean', 'string'], pattern: '^(?:true|false)$' },
}

// In quotes a number is right too: for the schema that is a text, and its pattern then counts instead of its limits.
const numberOf = (pattern: RegExp, expected: string, schema: JsonSchema): Format<number> => ({
  parse: (given) => (pattern.test(given) ? E.right(Number(given)) : E.left(expected)),
  isReadByYaml: true,
  placeholder: 'N',
  schema: { ...schema, pattern: pattern.source },
})

const integerFrom = (minimum: number, pattern: RegExp): Format<number> =>
  numberOf(pattern, `a whole number from ${minimum} on`, {
    type: ['integer', 'string'],
    minimum,
    maximum: 999_999_999,
  })

export const positiveInteger = integerFrom(1, /^[1-9]\d{0,8}$/)

export const wholeNumber = integerFrom(0, /^\d{1,9}$/)

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
  parse: (given) => {
    const expected = 'a regular expression like kibana|log.*'
    // An empty one would match no service.
    if (given === '') return E.left(expected)
    return E.tryCatch(
      () => new RegExp(`^(?:${given})$`, 'u'),
      () => expected,
    )
  },
  placeholder: 'REGEX',
  schema: text.schema,
}

/**
 * One of several words.
 *
 * @example
 * oneOf('CLOUD', 'cn', 'io').parse('eu') // left('one of cn, io')
 */
export const oneOf = <A extends string>(placeholder: string, ...choices: ReadonlyArray<A>): Format<A> => ({
  parse: (given) => E.fromNullable(`one of ${choices.join(', ')}`)(choices.find((choice) => choice === given)),
  placeholder,
  schema: { enum: choices },
})

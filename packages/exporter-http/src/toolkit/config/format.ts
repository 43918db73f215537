import { isAbsolute, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'

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

/**
 * The format, of which each value stands for another one, or is refused with what is expected instead.
 *
 * @example
 * chain(text, (given) => E.right(given.length)).parse('abc') // right(3)
 */
export const chain = <A, B>(format: Format<A>, read: (value: A) => E.Either<string, B>): Format<B> => ({
  ...format,
  parse: (given, folder) => E.chain(read)(format.parse(given, folder)),
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
  ...chain(matching('N', pattern, expected, schema), (given) => E.right(Number(given))),
  isReadByYaml: true,
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

/**
 * A pattern for the whole numbers from 0 to a limit, for schemas: these know limits of numbers, but not of digits in a text.
 *
 * @example
 * numberUpTo(24) // '0*(?:\\d{1,1}|[0-1]\\d{1}|2[0-3]\\d{0}|24)'
 */
export const numberUpTo = (limit: number): string => {
  const digits = String(limit)
  const shorter = digits.length > 1 ? [`\\d{1,${digits.length - 1}}`] : []
  // Each number below the limit is like it up to some digit, which is smaller.
  const smaller = [...digits].flatMap((digit, index) =>
    digit === '0' ? [] : [`${digits.slice(0, index)}[0-${Number(digit) - 1}]\\d{${digits.length - index - 1}}`],
  )
  return `0*(?:${[...shorter, ...smaller, digits].join('|')})`
}

const durationPattern = /^(?=.*[1-9])(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const day = 24 * 60 * 60 * 1000
const unitsInMs = [365 * day, 7 * day, day, 60 * 60 * 1000, 60 * 1000, 1000, 1]

/** Beyond this, Node's timers fire at once. */
export const longestWaitDays = 24

/**
 * A duration as Prometheus writes it, in milliseconds.
 *
 * @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 * @example
 * durationUpToDays(24).parse('1m30s') // right(90000)
 */
export const durationUpToDays = (days: number): Format<number> => {
  // The schema limits each unit by itself: no pattern can add, and below hours nothing comes near the limit.
  const limits = [Math.floor(days / 365), Math.floor(days / 7), days, days * 24].map(numberUpTo)
  const pattern = limits.reduce((source, amount) => source.replace('(\\d+)', amount), durationPattern.source)
  const text = matching('DURATION', durationPattern, 'a duration like 30s, 5m or 1h30m', { pattern })
  return {
    ...chain(text, (given) => {
      const [, ...amounts] = durationPattern.exec(given) ?? []
      const ms = unitsInMs.reduce((sum, unit, index) => sum + unit * Number(amounts[index] ?? 0), 0)
      return ms > days * day ? E.left(`at most ${days}d`) : E.right(ms)
    }),
    note: `At most ${days}d.`,
  }
}

/**
 * A duration, or `0` or `0s` for none.
 *
 * @example
 * durationOrZeroUpToDays(24).parse('0') // right(0)
 */
export const durationOrZeroUpToDays = (days: number): Format<number> => {
  const { parse, schema, ...rest } = durationUpToDays(days)
  return {
    ...rest,
    parse: (text) => (text === '0' || text === '0s' ? E.right(0) : parse(text)),
    isReadByYaml: true,
    // The limits are for the number 0: to YAML it is no string.
    schema: { type: ['string', 'integer'], pattern: `^0s?$|${schema.pattern}`, minimum: 0, maximum: 0 },
  }
}

const sizeUnits = ['B', 'K', 'M', 'G', 'T']
const sizePattern = /^(?=.*[1-9])(\d{1,12})(?:B|([KMGT])i?B)$/

/**
 * A size as Prometheus writes it, in bytes: `512B`, `64KB`, `4MB`, in powers of 1024; `KiB` and `MiB` are the same.
 *
 * @see https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
 * @example
 * sizeUpTo(256).parse('4MB') // right(4194304)
 */
export const sizeUpTo = (megabytes: number): Format<number> => {
  const limit = megabytes * 1024 ** 2
  const amounts = sizeUnits.flatMap((unit, power) => {
    const most = Math.floor(limit / 1024 ** power)
    return most === 0 ? [] : [numberUpTo(most) + (unit === 'B' ? 'B' : `${unit}i?B`)]
  })
  const pattern = `^(?=.*[1-9])(?:${amounts.join('|')})$`
  return {
    ...chain(matching('SIZE', sizePattern, 'a size like 512B, 64KB or 4MB', { pattern }), (given) => {
      const [, amount, unit = 'B'] = sizePattern.exec(given) ?? []
      const bytes = Number(amount) * 1024 ** sizeUnits.indexOf(unit)
      return bytes > limit ? E.left(`at most ${megabytes}MB`) : E.right(bytes)
    }),
    note: `At most ${megabytes}MB.`,
  }
}

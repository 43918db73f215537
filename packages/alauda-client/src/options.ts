import leven from 'leven'

/** What is wrong with the value at `path`, one line for each fault; none when it can work. */
export type Check = (path: string, value: unknown) => ReadonlyArray<string>

/** A check for each option that there is. */
export type Checks = Readonly<Record<string, Check>>

/** Beyond this many milliseconds, Node's timers fire at once. */
export const longestTimerMs = 2 ** 31 - 1

/** Text that a label can have as its value: what is longer would stand on every line of a page. */
export const textPattern = /^\P{Cs}{1,1024}$/u

/** A label's name that Prometheus does not keep to itself. */
export const labelNamePattern = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,1023}$/

/**
 * A name that can stand in a URL and in a line: `.` and `..` mean other places there, and control characters, line
 * separators and lone surrogates are in none of these ranges. A JSON schema has it too.
 */
export const namePattern = /^(?!\.{1,2}$)(?!\s)(?!.*\s$)[ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\u{10ffff}]{1,1024}$/u

const none: ReadonlyArray<string> = []

/** Accepts `undefined`, which stands for the default, and each value that `isRight` accepts. */
const optional =
  (expected: string, isRight: (value: unknown) => boolean): Check =>
  (path, value) =>
    value === undefined || isRight(value) ? none : [`${path}: ${shown(value)} given, expected ${expected}`]

export const isBetween = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && value >= least && value <= most

export const hasMethods = (value: unknown, names: ReadonlyArray<string>): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  names.every((name) => typeof Reflect.get(value, name) === 'function')

/** What an option can be required to be. All of them but `required` accept `undefined`, which stands for the default. */
export const checks = {
  /** As `check`, and not `undefined`. */
  required:
    (check: Check): Check =>
    (path, value) =>
      value === undefined ? [`${path}: missing, it is required`] : check(path, value),
  /** A finite number between the two, both included. */
  number: (least: number, most: number): Check =>
    optional(`a number from ${least} to ${most}`, (value) => isBetween(value, least, most)),
  /** A whole number of at least `least`. */
  wholeNumber: (least: number): Check =>
    optional(
      `a whole number from ${least}`,
      (value) => Number.isSafeInteger(value) && isBetween(value, least, Number.MAX_SAFE_INTEGER),
    ),
  /** A time in milliseconds that a timer can wait for. */
  timerMs: (least: number): Check =>
    optional(`milliseconds from ${least} to ${longestTimerMs}`, (value) => isBetween(value, least, longestTimerMs)),
  /** `true` or `false`. */
  boolean: optional('true or false', (value) => typeof value === 'boolean'),
  /** One of these words. */
  oneOf: (words: ReadonlyArray<string>): Check =>
    optional(`one of ${words.join(', ')}`, (value) => words.some((word) => word === value)),
  /** A function. What it returns only a call shows. */
  fn: optional('a function', (value) => typeof value === 'function'),
  /** An object that has these methods. */
  methods: (...names: ReadonlyArray<string>): Check =>
    optional(`an object with the methods ${names.join(', ')}`, (value) => hasMethods(value, names)),
  /** An `AbortSignal`, of whichever realm. */
  signal: optional(
    'an AbortSignal',
    (value) =>
      hasMethods(value, ['addEventListener', 'removeEventListener', 'throwIfAborted']) &&
      typeof Reflect.get(Object(value), 'aborted') === 'boolean',
  ),
  /** An array in which each entry passes the check. */
  listOf:
    (check: Check): Check =>
    (path, value) => {
      if (value === undefined) return []
      if (!Array.isArray(value)) return [`${path}: ${shown(value)} given, expected an array`]
      return Array.from(value, (entry: unknown, index) => check(`${path}[${index}]`, entry)).flat()
    },
  /** An object with these options and no others, each of which passes its check. */
  options:
    (known: Checks): Check =>
    (path, value) =>
      value === undefined ? none : optionFaults(known, value, path),
} as const

/**
 * Names each option of `given` that is unknown or cannot work: plain JavaScript has no compiler to do so.
 *
 * @throws TypeError with one line for each fault.
 * @example
 * assertOptions({ waitMs: checks.timerMs(0) }, { wait: 5 }) // throws 'wait: unknown option, did you mean waitMs?'
 */
export const assertOptions = (known: Checks, given: unknown, path = 'options'): void => {
  // Calls come by the thousand, and each has options.
  if (isWithoutFault(known, given)) return
  const faults = optionFaults(known, given, path, '')
  if (faults.length > 0) throw new TypeError(faults.join('\n'))
}

const isWithoutFault = (known: Checks, given: unknown): boolean => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false
  for (const name of Object.keys(given)) if (!Object.hasOwn(known, name)) return false
  for (const name in known) if ((known[name]?.('', Reflect.get(given, name)) ?? none).length > 0) return false
  return true
}

const optionFaults = (known: Checks, given: unknown, path: string, prefix = `${path}.`): ReadonlyArray<string> => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return [`${path}: ${shown(given)} given, expected an object with options`]
  }
  const names = Object.keys(known)
  const unknownOption = (name: string): string => {
    const meant = nearest(name, names)
    const advice = meant === undefined ? `expected one of ${names.join(', ')}` : `did you mean ${meant}?`
    return `${prefix}${/^[\w$]{1,60}$/.test(name) ? name : shown(name)}: unknown option, ${advice}`
  }
  return [
    ...Object.keys(given)
      .filter((name) => !Object.hasOwn(known, name))
      .map(unknownOption),
    ...Object.entries(known).flatMap(([name, check]) => check(`${prefix}${name}`, Reflect.get(given, name))),
  ]
}

/**
 * Which of the names was probably meant, if any. Capitals, and hyphens for underscores, make no difference.
 *
 * @example
 * nearest('max-conncurrency', ['timeout', 'max_concurrency']) // 'max_concurrency'
 */
export const nearest = (given: string, names: ReadonlyArray<string>): string | undefined => {
  const wanted = plain(given)
  const [best] = names
    // A key may be of any length: the count ends where no name can be meant.
    .map((name) => ({ name, edits: leven(wanted, plain(name), { maxDistance: mostEdits + 1 }) }))
    .filter(({ name, edits }) => edits <= mostEdits && edits * 2 < name.length)
    .sort((a, b) => a.edits - b.edits)
  return best?.name
}

const mostEdits = 2

const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_')

/**
 * Text from outside as it may stand in an error, a log line or on a terminal: what is not visible or changes how the rest is
 * shown is escaped as JSON does (`\u202e`). These are control, bidirectional and other format characters, line separators,
 * lone surrogates, and characters without a meaning of their own. A second call changes nothing.
 *
 * @example
 * printable('kibana\u2028\u202egnp.exe') // 'kibana\\u2028\\u202egnp.exe'
 */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu, (character) =>
    // By UTF-16 units, not by characters.
    character.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )

const longestShown = 60

/** A value as a message quotes it: short, in one line. Not for what may be a secret: see {@link kindOf}. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') {
    return printable(JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value))
  }
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : kindOf(value)
}

/** What kind of value it is, without anything of the value. */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Promise) return 'a Promise'
  if (value instanceof Date) return 'a Date'
  if (value instanceof RegExp) return 'a regular expression'
  if (value instanceof Map) return 'a Map'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** Whether it is an object as literals make them, of whichever realm: what a Map or an instance has would be overlooked. */
export const isPlainObject = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

type NameOfCertain<A> = { [K in keyof A]: A[K] extends NonNullable<unknown> ? K : never }[keyof A]

type Known<A> = { readonly [K in NameOfCertain<A>]: A[K] } & {
  readonly [K in Exclude<keyof A, NameOfCertain<A>>]?: NonNullable<A[K]>
}

/** Without what is undefined or null: what is not known is absent. The values themselves where each is known, as most are. */
export function known<A extends object>(values: A): Known<A>
export function known(values: Readonly<Record<string, unknown>>): object {
  if (isEachKnown(values)) return values
  const result: Record<string, unknown> = {}
  for (const key in values) {
    const value = values[key]
    if (value !== undefined && value !== null) result[key] = value
  }
  return result
}

const isEachKnown = (values: Readonly<Record<string, unknown>>): boolean => {
  for (const key in values) if (values[key] === undefined || values[key] === null) return false
  return true
}

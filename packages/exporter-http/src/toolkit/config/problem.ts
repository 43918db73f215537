import { isDeepStrictEqual } from 'node:util'
import { printable, shown } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'

/** Where a setting is given. */
export interface Place {
  readonly origin: 'command line' | 'environment' | 'default' | { readonly file: string }
  /** Counted from 1. */
  readonly line?: number
  readonly column?: number
  /** Its name there: `--log.level`, `ALAUDA_CLOUD`, `log.level`; empty for a file as a whole. */
  readonly setting: string
}

/** A problem of the configuration. It stays data until `problemText` prints it. */
export interface Problem extends Place {
  readonly what: string
  readonly expected?: string | undefined
  /** The name that was probably meant. */
  readonly meant?: string | undefined
}

/** What was read, or every problem with it. */
export type Checked<A> = E.Either<ReadonlyArray<Problem>, A>

/** Notes a problem. The reading continues without the value, so that one round finds every problem. */
export type Report = (place: Place, what: string, expected?: string, meant?: string) => undefined

/**
 * What a reading gives, unless it reports a problem or gives nothing.
 *
 * @example
 * checked((report) => report({ origin: 'environment', setting: 'ALAUDA_CLOUD' }, 'empty')) // left([{ …, what: 'empty' }])
 */
export const checked = <A>(read: (report: Report) => A | undefined): Checked<A> => {
  const problems: Problem[] = []
  const value = read((place, what, expected, meant) => {
    problems.push({ ...place, what, expected, meant })
    return undefined
  })
  return value === undefined || problems.length > 0 ? E.left(inOrder(problems)) : E.right(value)
}

type Complete<P> = { readonly [K in keyof P]: Exclude<P[K], undefined> }

const isComplete = <P extends object>(parts: P): parts is P & Complete<P> =>
  Object.values(parts).every((part) => part !== undefined)

/** The parts, unless one of them could not be read. */
export const complete = <P extends object>(parts: P): Complete<P> | undefined => (isComplete(parts) ? parts : undefined)

/**
 * The one line that reports a problem.
 *
 * @example
 * problemText({ origin: 'command line', setting: '--log.level', what: '"x" given', expected: 'one of info, warn' })
 * // '--log.level: "x" given, expected one of info, warn'
 */
export const problemText = ({ origin, line, column, setting, what, expected, meant }: Problem): string => {
  const file = typeof origin === 'string' ? '' : origin.file
  const place = line === undefined ? file : `${file}:${line}:${column}`
  const advice = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
  ]
  return printable([place, setting, [what, ...advice].join(', ')].filter((part) => part !== '').join(': '))
}

/** Each problem once: those of flags and variables first, then those of each file from its top to its end. */
export const inOrder = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> => {
  const fileOf = ({ origin }: Problem) => (typeof origin === 'string' ? '' : origin.file)
  const files = ['', ...new Set(problems.map(fileOf))]
  return problems
    .filter((one, index) => problems.findIndex((other) => isDeepStrictEqual(one, other)) === index)
    .toSorted(
      (a, b) =>
        files.indexOf(fileOf(a)) - files.indexOf(fileOf(b)) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    )
}

// A password in a URL, a key in its query or fragment, or the next line of a file whose line break was lost.
const mayHoldSecret = /@|:\/\/.*[?#]|[?#].*=|passw|toke/is

/** A wrong value as a problem names it; a secret is not repeated. */
export const given = (text: string, isSecret = false): string => {
  if (text === '') return 'empty'
  return isSecret || mayHoldSecret.test(text) ? 'value not shown' : `${shown(text)} given`
}

/**
 * An unknown key as a problem names it: words of letters, like every key that there is. Anything else may be a password or a token
 * that lacks its quotes.
 *
 * @example
 * shownKey('Speed-Limit') // 'Speed-Limit'
 * shownKey('s3cr3t') // '…'
 */
export const shownKey = (key: string): string => (/^[A-Za-z]{1,20}(?:[-_.][A-Za-z]{1,20}){0,5}$/.test(key) ? key : '…')

import { types } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { printable } from '../options.js'
import { redact } from './redact.js'

/**
 * What a transport threw, as an Error with its name, its words, its code, its advice and its cause: whatever else it holds may be secret,
 * the request with its headers among it.
 */
export const withoutSecrets = (secrets: ReadonlyArray<string>, thrown: unknown, levels = maxCauses): Error => {
  const clean = (text: string): string => printable(redact(secrets, text.slice(0, maxCauseText)))
  const keys = ['name', 'message', 'code', 'cause', 'advice']
  const [name, message, code, cause, advice] = keys.map((key) => propertyOf(thrown, key))
  const error = new Error(
    clean(typeof message === 'string' ? message : typeof thrown === 'string' ? thrown : 'unknown reason'),
    isError(cause) && levels > 0 ? { cause: withoutSecrets(secrets, cause, levels - 1) } : undefined,
  )
  const isClean = (text: unknown): text is string => isWord(text) && clean(text) === text
  error.name = isClean(name) ? name : 'Error'
  return Object.assign(
    error,
    isClean(code) ? { code } : {},
    typeof advice === 'string' ? { advice: clean(advice).slice(0, maxAdvice).toWellFormed() } : {},
  )
}

const maxAdvice = 200

const maxCauses = 3
const maxCauseText = 1000

const isWord = (text: unknown): text is string => typeof text === 'string' && /^\w{1,64}$/.test(text)

/** What a transport advises where it failed. */
export const adviceOf = (cause: unknown): string | undefined => {
  const advice = propertyOf(cause, 'advice')
  return typeof advice === 'string' ? advice : undefined
}

// A getter may throw, too.
const propertyOf = (thrown: unknown, key: string): unknown =>
  pipe(
    E.tryCatch(
      (): unknown => Reflect.get(Object(thrown), key),
      () => undefined,
    ),
    E.toUnion,
  )

// node-fetch puts the code on its own error, Node's fetch on that error's cause. The errors of undici's parser have none.
export const systemCode = (thrown: unknown): string | undefined =>
  [thrown, propertyOf(thrown, 'cause')]
    .map((candidate) => propertyOf(candidate, 'code') ?? parserErrorIn(propertyOf(candidate, 'name')))
    .find(isWord)

const parserErrorIn = (name: unknown) => (name === 'HTTPParserError' ? name : undefined)

const timeoutCodes = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/** Whether a transport gave up for lack of time, by our rules or its own. */
export const isTransportTimeout = (thrown: unknown): boolean =>
  (thrown instanceof Error && propertyOf(thrown, 'name') === 'TimeoutError') ||
  timeoutCodes.has(systemCode(thrown) ?? '')

export const nameOf = (thrown: unknown): string => {
  if (!isError(thrown)) return 'unknown reason'
  const name = propertyOf(thrown, 'name')
  return isWord(name) ? name : 'Error'
}

export const messageOf = (thrown: unknown): string => (isError(thrown) ? thrown.message : 'unknown reason')

/**
 * Whether it is an error of whichever realm: a test runner that evaluates modules in a context of its own, as Jest does, gives
 * them another `Error` than Node's own errors and `AbortSignal`s have.
 *
 * @example
 * isError(new DOMException('too late', 'TimeoutError')) // true
 */
export const isError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error ||
  types.isNativeError(thrown) ||
  Object.prototype.toString.call(thrown) === '[object DOMException]'

/** Whether an abort's reason says that a time ran out, not that somebody gave up. */
export const isTimeout = (reason: unknown): boolean => isError(reason) && reason.name === 'TimeoutError'

/** Makes what a caller's function threw a warning of the process: it must not harm the client. */
export const warnOf = (name: string, thrown: unknown): void =>
  process.emitWarning(thrown instanceof Error ? thrown : new Error(`${name} failed, and not with an Error`))

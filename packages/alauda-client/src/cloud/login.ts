import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Clock } from '../clock.js'
import { pause, withDeadline } from '../http/deadline.js'
import type { AlaudaError, FailedCall } from '../http/errors.js'
import { type Answer, type Exchange, type HttpCall, isSuccess } from '../http/exchange.js'
import { abortedError, authError, httpError, unreadable, untilNextLogin } from '../http/failures.js'
import { parseJson } from '../http/json.js'
import type { Recorder } from '../http/statistics.js'
import { kindOf } from '../options.js'
import { Token } from './codecs/account.js'
import {
  type CredentialsSource,
  credentialsCheck,
  onlyTokenOf,
  type PasswordCredentials,
  parseSecret,
  parseToken,
  type Secret,
} from './credentials.js'
import type { LoginBackoff } from './login-backoff.js'

/** What it takes to log in. */
export interface LoginConfig {
  /** The login itself. */
  readonly call: HttpCall
  readonly credentials: CredentialsSource
  readonly clock: Clock
  /** For each function that reads credentials. */
  readonly timeoutMs: number
  readonly backoff: LoginBackoff
  readonly recorder: Recorder
  readonly exchange: Exchange
}

type CurrentPassword = Omit<PasswordCredentials, 'password'> & { readonly password: string }

/**
 * Logs in with the password as it is now. When that gave no token, for whatever reason, the same password is not tried again
 * at once, but after seconds, then minutes: accounts get locked, and a cloud in trouble gets no better. Another one is.
 * Logins wait for no turn: they are rare, and calls wait for them.
 */
export const createLogin = (config: LoginConfig) => {
  const { call, clock, backoff, recorder, exchange } = config
  let lastPassword: string | undefined

  const recorded = <A>(answer: E.Either<AlaudaError, A>): E.Either<AlaudaError, A> => {
    if (E.isRight(answer)) recorder.loggedIn()
    // Every caller had cancelled: that is not a failed login.
    else if (answer.left._tag !== 'AbortError') recorder.loginFailed()
    return answer
  }

  const tryPassword = async (login: CurrentPassword, signal: AbortSignal): Promise<E.Either<AlaudaError, Token>> => {
    const { password } = login
    const failed = backoff.failed(password)
    if (failed !== undefined) return E.left(untilNextLogin(failed.error, failed.until))
    await pause(backoff.leftAfterGivenUpMs(password), clock, signal)
    if (signal.aborted) return E.left(abortedError(call, signal.reason))
    lastPassword = password
    const answer = await exchange({ ...call, ...loginBody(login), secrets: [password], signal })()
    if (E.isLeft(answer) && answer.left._tag === 'AbortError') {
      // It may have been refused, and only the answer was lost.
      backoff.givenUp(password)
      return answer
    }
    const result = recorded(E.isLeft(answer) ? answer : tokenIn(call, answer.right))
    if (E.isRight(result)) backoff.succeeded()
    else backoff.failedWith(password, result.left, E.isRight(answer) ? answer.right.retryAfterMs : undefined)
    return result
  }

  return {
    logIn: async (signal: AbortSignal): Promise<E.Either<AlaudaError, Token>> => {
      if (onlyTokenOf(config.credentials) !== undefined) {
        return E.left(authError(call, 'there is a token but no user name to log in with'))
      }
      const current = await readCredentials(config, signal)
      if (E.isLeft(current)) return recorded(current)
      return 'token' in current.right ? E.right(current.right) : tryPassword(current.right, signal)
    },
    /** The password that was sent last, if any: what must not be repeated. */
    lastPassword: () => (lastPassword === undefined ? [] : [lastPassword]),
  }
}

/**
 * Reads credentials whose parts may be functions of the host's. Whatever these do, it gives a failure: their error is its
 * cause, and one that never settles costs no more than `timeoutMs`.
 */
const readCredentials = async (
  { credentials, clock, timeoutMs, call }: LoginConfig,
  signal: AbortSignal,
): Promise<E.Either<AlaudaError, CurrentPassword | { readonly token: string }>> => {
  const callHost = <A>(name: string, read: () => A | Promise<A>): Promise<E.Either<AlaudaError, A>> =>
    TE.tryCatch(
      () => withDeadline(clock, timeoutMs, signal, async () => read()),
      (cause) => (signal.aborted ? abortedError(call, signal.reason) : unreadable(call, name, cause)),
    )()

  const readSecret = async (name: string, secret: Secret, parse: typeof parseSecret) => {
    const given = typeof secret === 'string' ? E.right(secret) : await callHost<unknown>(name, secret)
    if (E.isLeft(given)) return given
    const text = given.right
    const parsed =
      typeof text === 'string' ? parse(text) : E.left(`its function gave ${kindOf(text)}, expected a string`)
    return E.isLeft(parsed) ? E.left(authError(call, `the ${name} cannot be used: ${parsed.left}`)) : parsed
  }

  const given = typeof credentials === 'function' ? await callHost('credentials', credentials) : E.right(credentials)
  if (E.isLeft(given)) return given
  // What a function gives is checked only now.
  const faults = credentialsCheck('credentials', given.right)
  if (faults.length > 0) return E.left(authError(call, faults.join('; ')))
  if ('token' in given.right) {
    const token = await readSecret('token', given.right.token, parseToken)
    return E.isLeft(token) ? token : E.right({ token: token.right })
  }
  const password = await readSecret('password', given.right.password, parseSecret)
  return E.isLeft(password) ? password : E.right({ ...given.right, password: password.right })
}

// The form is what every installation takes; sub-accounts came in 2018, with JSON.
const loginBody = ({ username, password, organization }: CurrentPassword) =>
  organization === undefined
    ? {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ username, password }).toString(),
      }
    : {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ organization, username, password }),
      }

/** The token, or why there is none. Nothing of the answer is quoted: it may repeat the password, or hold a token. */
const tokenIn = (call: FailedCall, answer: Answer): E.Either<AlaudaError, Token> => {
  const { status, retryAfterMs } = answer
  if (isSuccess(status)) {
    const json = answer.isWhole ? parseJson(answer.body) : E.left('size')
    const token = E.isRight(json) ? Token.decode(json.right) : json
    return E.isRight(token) ? token : E.left(authError(call, noToken, status))
  }
  if (status === 408 || status === 429 || status >= 500) {
    return E.left(httpError(call, status, retryAfterMs))
  }
  return E.left(authError(call, refusals[status] ?? noToken, status))
}

const noToken = 'the login gave no usable token; is the endpoint the API (it ends in /v1/)?'
const refused = 'the API refuses this user name and password; check both'
const refusals: Readonly<Record<number, string>> = {
  400: refused,
  401: refused,
  403: refused,
  407: 'the proxy does not know the user name and password for it',
  423: 'the API refuses this login; the account may be locked',
}

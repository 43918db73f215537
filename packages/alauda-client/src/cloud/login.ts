import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Clock } from '../clock.js'
import { pause } from '../http/deadline.js'
import type { AlaudaError, FailedCall } from '../http/errors.js'
import { type Answer, type Exchange, isSuccess } from '../http/exchange.js'
import { abortedError, authError, httpError, untilNextLogin } from '../http/failures.js'
import { parseJson } from '../http/json.js'
import { asksToWait } from '../http/retry-after.js'
import type { Recorder } from '../http/statistics.js'
import { Token } from './codecs/token.js'
import { type CredentialsSource, onlyTokenOf } from './credentials.js'
import { endpoints } from './endpoints.js'
import type { LoginBackoff } from './login-backoff.js'
import { readCredentials } from './read-credentials.js'

/** What it takes to log in. */
export interface LoginConfig {
  readonly endpoint: string
  readonly credentials: CredentialsSource
  readonly clock: Clock
  /** For each function that reads credentials. */
  readonly timeoutMs: number
  readonly backoff: LoginBackoff
  readonly recorder: Recorder
  readonly exchange: Exchange
}

export interface Login {
  readonly logIn: (signal: AbortSignal) => TE.TaskEither<AlaudaError, Token>
  /** The password that was sent last, if any: what must not be repeated. */
  readonly lastPassword: () => ReadonlyArray<string>
}

/**
 * Logs in with the password as it is now. When that gave no token, for whatever reason, the same password is not tried again
 * at once, but after seconds, then minutes: accounts get locked, and a cloud in trouble gets no better. Another one is.
 * Logins wait for no turn: they are rare, and calls wait for them.
 */
export const createLogin = (config: LoginConfig): Login => {
  const { endpoint, clock, backoff, recorder, exchange } = config
  const call = loginCall(endpoint)
  let lastPassword: string | undefined

  const recorded = <A>(answer: E.Either<AlaudaError, A>): E.Either<AlaudaError, A> => {
    if (E.isRight(answer)) recorder.loggedIn()
    // Every caller had cancelled: that is not a failed login.
    else if (answer.left._tag !== 'AbortError') recorder.loginFailed()
    return answer
  }

  const refusal = (password: string): E.Either<AlaudaError, never> | undefined => {
    const failed = backoff.failed(password)
    return failed === undefined ? undefined : E.left(untilNextLogin(failed.error, failed.until))
  }

  const tryPassword = async (login: LoginBody, signal: AbortSignal): Promise<E.Either<AlaudaError, Token>> => {
    const { password } = login
    const refused = refusal(password)
    if (refused !== undefined) return refused
    await pause(backoff.leftAfterGivenUpMs(password), clock, signal)
    if (signal.aborted) return E.left(abortedError(call, signal.reason))
    lastPassword = password
    const answer = await exchange(loginRequest(call, login, signal))()
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
    logIn: (signal) => async () => {
      if (onlyTokenOf(config.credentials) !== undefined) {
        return E.left(authError(call, 'there is a token but no user name to log in with'))
      }
      const current = await readCredentials({ ...config, call }, signal)()
      if (E.isLeft(current)) return recorded(current)
      return 'token' in current.right ? E.right(current.right) : tryPassword(current.right, signal)
    },
    lastPassword: () => (lastPassword === undefined ? [] : [lastPassword]),
  }
}

export const loginCall = (endpoint: string): FailedCall => ({
  endpoint: 'login',
  method: 'POST',
  url: endpoint + endpoints.login,
})

interface LoginBody {
  readonly username: string
  readonly password: string
  readonly organization?: string | undefined
}

const loginRequest = ({ url }: FailedCall, login: LoginBody, signal: AbortSignal) => ({
  endpoint: 'login' as const,
  method: 'POST' as const,
  url,
  ...loginBody(login),
  secrets: [login.password],
  signal,
})

// The form is what every installation takes; sub-accounts came in 2018, with JSON.
const loginBody = ({ username, password, organization }: LoginBody) =>
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
    return E.left(httpError(call, { status, retryAfterMs: asksToWait(status) ? retryAfterMs : undefined }))
  }
  return E.left(authError(call, refusals[status] ?? noToken, status))
}

const noToken = 'the login gave no usable token; is the endpoint the API (it ends in /v1/)?'
const refused = 'the API refuses this user name and password; check both'
const refusals: Readonly<Record<number, string>> = {
  400: refused,
  401: refused,
  403: refused,
  423: 'the API refuses this login; the account may be locked',
}

import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Clock } from './clock.js'
import { Token } from './codecs/token.js'
import { type CredentialsSource, onlyTokenOf } from './credentials.js'
import { type AlaudaError, authError, type FailedCall } from './errors.js'
import { readCredentials } from './read-credentials.js'
import type { Send } from './request.js'
import { createSpan, type Span } from './span.js'
import type { Recorder } from './statistics.js'

/** What it takes to log in. */
export interface LoginConfig {
  readonly endpoint: string
  readonly credentials: CredentialsSource
  readonly clock: Clock
  /** For each function that reads credentials. */
  readonly timeoutMs: number
  readonly random: () => number
  readonly recorder: Recorder
  readonly send: Send
}

export interface Login {
  readonly logIn: (signal: AbortSignal) => TE.TaskEither<AlaudaError, Token>
  /** The password that was sent last, if any: what must not be repeated. */
  readonly lastPassword: () => ReadonlyArray<string>
}

/**
 * Logs in with the password as it is now. One that was refused is not tried again at once, but after seconds, then minutes:
 * accounts get locked. Another one is. Logins wait for no turn: they are rare, and calls wait for them.
 */
export const createLogin = (config: LoginConfig): Login => {
  const { endpoint, clock, random, recorder, send } = config
  const call = loginCall(endpoint)
  let lastPassword: string | undefined
  let refused: RefusedLogin | undefined

  const recorded = <A>(answer: E.Either<AlaudaError, A>): E.Either<AlaudaError, A> => {
    if (E.isRight(answer)) recorder.loggedIn()
    // Nobody waited for it any more: that is not the login's fault.
    else if (answer.left._tag !== 'AbortError') recorder.loginFailed()
    return answer
  }

  const refusal = (error: AlaudaError, password: string, times: number): RefusedLogin => ({
    error,
    password,
    times,
    backoff: createSpan(clock, loginBackoffMs(times, random)),
  })

  const tryPassword = async (login: LoginBody, signal: AbortSignal): Promise<E.Either<AlaudaError, Token>> => {
    const { password } = login
    const before = refused?.password === password ? refused : undefined
    if (before !== undefined && before.backoff.leftMs() > 0) return E.left(before.error)
    lastPassword = password
    const answer = recorded(await sendLogin(call, login, send, signal)())
    if (E.isRight(answer)) refused = undefined
    else if (answer.left._tag === 'AuthError') refused = refusal(answer.left, password, (before?.times ?? 0) + 1)
    // The API may have refused it again, and only the answer was lost.
    else if (before !== undefined) refused = refusal(before.error, password, before.times)
    return answer
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

interface RefusedLogin {
  readonly error: AlaudaError
  readonly password: string
  /** How often in a row. */
  readonly times: number
  /** While it lasts, the password is not tried again. */
  readonly backoff: Span
}

const firstLoginBackoffMs = 2_000
const longestLoginBackoffMs = 5 * 60 * 1000

/** From seconds to minutes, and never less than half of that. */
const loginBackoffMs = (times: number, random: () => number): number =>
  (0.5 + random() / 2) * Math.min(longestLoginBackoffMs, firstLoginBackoffMs * 2 ** (times - 1))

export const loginCall = (endpoint: string): FailedCall => ({ method: 'POST', url: `${endpoint}generate-api-token/` })

const loginRefusals = new Set([400, 401, 403])

interface LoginBody {
  readonly username: string
  readonly password: string
  readonly organization?: string | undefined
}

const sendLogin = (
  call: FailedCall,
  login: LoginBody,
  send: Send,
  signal: AbortSignal,
): TE.TaskEither<AlaudaError, Token> =>
  pipe(
    send({
      endpoint: 'login',
      method: 'POST',
      url: call.url,
      ...loginBody(login),
      secrets: [login.password],
      decoder: Token,
      signal,
    }),
    TE.mapLeft((error) =>
      error._tag === 'HttpError' && loginRefusals.has(error.status)
        ? authError(call, 'the API refuses this user name and password; check both', error.status)
        : error,
    ),
  )

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

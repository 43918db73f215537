import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Clock } from './clock.js'
import { isToken, Token } from './codecs/token.js'
import { isTimeout, untilAborted } from './deadline.js'
import { type AlaudaError, abortError, authError, type FailedCall, type HttpError, timeoutError } from './errors.js'
import type { ApiRequest, Send } from './request.js'

/** A user name and password to log in with; `organization` for a sub-account of one. */
export interface PasswordCredentials {
  readonly username: string
  /** The password, or where to read it at each login: one that was changed there is used without a restart. */
  readonly password: string | (() => string)
  readonly organization?: string | undefined
}

/** A token obtained elsewhere. When the API refuses it, there is no other. */
export interface TokenCredentials {
  readonly token: string
}

export type Credentials = PasswordCredentials | TokenCredentials

/** What is wrong with credentials that were given, in words that do not repeat them; absent when nothing is. */
export const credentialsFault = (credentials: Credentials): string | undefined => {
  if ('token' in credentials) {
    return isToken(credentials.token) ? undefined : 'the token must be visible ASCII characters without spaces'
  }
  if (credentials.username === '') return 'the user name is empty'
  if (credentials.password === '') return 'the password is empty'
  return undefined
}

/** The life of an account's token. */
export interface Session {
  /** Sends with the token: logs in when there is none, and once more when the API refuses it. */
  readonly send: Send
  /** Logs in now, together with whoever else waits for a login. */
  readonly login: (signal?: AbortSignal) => TE.TaskEither<AlaudaError, Token>
}

// A refusal can mean a token that is gone, but also a place that this account may not see, or an API in trouble. When a fresh
// token was refused just the same, others are not renewed for such a refusal for so long: not a login for each call.
const msAfterFutileRenewal = 60_000

export const createSession = (config: {
  readonly endpoint: string
  readonly credentials: Credentials
  readonly clock: Clock
  readonly random: () => number
  readonly send: Send
}): Session => {
  const { endpoint, credentials, clock, random, send } = config
  let token = 'token' in credentials ? credentials.token : undefined
  let pendingLogin: PendingLogin | undefined
  const futileRenewals = new Map<number, number>()
  let refused: RefusedLogin | undefined
  let lastPassword: string | undefined

  const startLogin = (): PendingLogin => {
    const abort = new AbortController()
    const result = logInUnlessRefused(abort.signal).then((answer) => {
      if (E.isRight(answer)) token = answer.right.token
      if (pendingLogin?.abort === abort) pendingLogin = undefined
      return answer
    })
    return { result, abort, waiting: 0 }
  }

  // A password that was refused is not tried again at once: accounts get locked. Another one is.
  const logInUnlessRefused = async (signal: AbortSignal): Promise<E.Either<AlaudaError, Token>> => {
    const call = loginCall(endpoint)
    if ('token' in credentials) return E.left(authError(call, 'there is a token but no user name to log in with'))
    const password = passwordOf(credentials, call)
    if (E.isLeft(password)) return password
    lastPassword = password.right
    const isSameAgain = refused?.password === password.right
    if (refused !== undefined && isSameAgain && clock.now() < refused.until) return E.left(refused.error)
    const answer = await logIn(call, { ...credentials, password: password.right }, send, signal)()
    const isRefused = E.isLeft(answer) && answer.left._tag === 'AuthError'
    const times = isRefused ? 1 + (isSameAgain ? (refused?.times ?? 0) : 0) : 0
    refused = isRefused
      ? { error: answer.left, password: password.right, times, until: clock.now() + loginBackoffMs(times, random) }
      : undefined
    return answer
  }

  // A login belongs to all who wait for it: one of them giving up must not end it for the others, the last one does.
  const login =
    (signal?: AbortSignal): TE.TaskEither<AlaudaError, Token> =>
    async () => {
      pendingLogin ??= startLogin()
      const mine = pendingLogin
      mine.waiting += 1
      try {
        return await (signal === undefined ? mine.result : untilAborted(signal, mine.result))
      } catch (reason) {
        return E.left((isTimeout(reason) ? timeoutError : abortError)(loginCall(endpoint), reason))
      } finally {
        mine.waiting -= 1
        if (mine.waiting === 0) {
          mine.abort.abort()
          if (pendingLogin === mine) pendingLogin = undefined
        }
      }
    }

  const currentToken =
    (signal?: AbortSignal): TE.TaskEither<AlaudaError, string> =>
    () =>
      token === undefined
        ? pipe(
            login(signal),
            TE.map((answer) => answer.token),
          )()
        : TE.of(token)()

  const mayRenewFor = (status: number): boolean =>
    clock.now() - (futileRenewals.get(status) ?? Number.NEGATIVE_INFINITY) >= msAfterFutileRenewal

  const tokenInsteadOf = (refused: string, { status }: HttpError, signal?: AbortSignal) => {
    if (token === refused && mayRenewFor(status)) token = undefined
    return currentToken(signal)
  }

  const sendWith = <A>(request: ApiRequest<A>, withToken: string): TE.TaskEither<AlaudaError, A> =>
    send({
      ...request,
      headers: { ...request.headers, authorization: `Token ${withToken}` },
      secrets: [withToken, ...(lastPassword === undefined ? [] : [lastPassword])],
    })

  const sendAgain = <A>(request: ApiRequest<A>, refused: string, refusal: HttpError): TE.TaskEither<AlaudaError, A> => {
    if ('token' in credentials) {
      return TE.left(authError(request, 'the API refuses the token; obtain a new one', refusal.status))
    }
    return pipe(
      tokenInsteadOf(refused, refusal, request.signal),
      TE.chain((renewed) => (renewed === refused ? TE.left(refusal) : sendWith(request, renewed))),
      TE.mapLeft((error) => {
        if (!isRefusal(error)) return error
        futileRenewals.set(error.status, clock.now())
        return authError(request, 'the API refuses a fresh token too; may this account see this?', error.status)
      }),
    )
  }

  const sendAuthorized: Send = (request) =>
    pipe(
      currentToken(request.signal),
      TE.chain((withToken) =>
        pipe(
          sendWith(request, withToken),
          TE.orElse((error) => (isRefusal(error) ? sendAgain(request, withToken, error) : TE.left(error))),
        ),
      ),
    )

  return { send: sendAuthorized, login }
}

interface RefusedLogin {
  readonly error: AlaudaError
  readonly password: string
  /** How often in a row. */
  readonly times: number
  /** Until when not to try again, in milliseconds since the epoch. */
  readonly until: number
}

const firstLoginBackoffMs = 2_000
const longestLoginBackoffMs = 5 * 60 * 1000

/** From seconds to minutes, and never less than half of that. */
const loginBackoffMs = (times: number, random: () => number): number =>
  (0.5 + random() / 2) * Math.min(longestLoginBackoffMs, firstLoginBackoffMs * 2 ** (times - 1))

const passwordOf = ({ password }: PasswordCredentials, call: FailedCall): E.Either<AlaudaError, string> =>
  typeof password === 'string'
    ? E.right(password)
    : E.tryCatch(password, () => authError(call, 'the password cannot be read'))

interface PendingLogin {
  readonly result: Promise<E.Either<AlaudaError, Token>>
  readonly abort: AbortController
  waiting: number
}

const isRefusal = (error: AlaudaError): error is HttpError =>
  error._tag === 'HttpError' && (error.status === 401 || error.status === 403)

const loginCall = (endpoint: string): FailedCall => ({ method: 'POST', url: `${endpoint}generate-api-token/` })

const loginRefusals = new Set([400, 401, 403])

interface Login {
  readonly username: string
  readonly password: string
  readonly organization?: string | undefined
}

const logIn = (call: FailedCall, login: Login, send: Send, signal: AbortSignal): TE.TaskEither<AlaudaError, Token> =>
  pipe(
    send({ method: 'POST', url: call.url, ...loginBody(login), secrets: [login.password], decoder: Token, signal }),
    TE.mapLeft((error) =>
      error._tag === 'HttpError' && loginRefusals.has(error.status)
        ? authError(call, 'the API refuses this user name and password; check both', error.status)
        : error,
    ),
  )

// The form is what every installation takes; sub-accounts came in 2018, with JSON.
const loginBody = ({ username, password, organization }: Login) =>
  organization === undefined
    ? {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ username, password }).toString(),
      }
    : {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ organization, username, password }),
      }

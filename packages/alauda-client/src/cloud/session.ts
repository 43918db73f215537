import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { createSpan, type Span } from '../clock.js'
import { onAbort } from '../http/deadline.js'
import type { AlaudaError, FailedCall, HttpError } from '../http/errors.js'
import { abortedError, authError } from '../http/failures.js'
import type { ApiRequest, Send, SendInTurn } from '../http/request.js'
import type { Hold } from '../limits/hold.js'
import type { Token } from './codecs/token.js'
import { onlyTokenOf } from './credentials.js'
import { createLogin, type LoginConfig, loginCall } from './login.js'

/** The life of an account's token. */
export interface Session {
  /** Sends with the token: logs in when there is none; when the API refuses it, once more in the next turn with another. */
  readonly send: SendInTurn
  /** Logs in now; concurrent callers share the login. */
  readonly login: (signal?: AbortSignal) => TE.TaskEither<AlaudaError, Token>
}

// A refusal can mean a token that is gone, but also a place that this account may not see, or an API in trouble. When a fresh
// token was refused just the same, others are not renewed for such a refusal for so long: not a login for each call.
const msAfterFutileRenewal = 60_000

export interface SessionConfig extends LoginConfig {
  readonly hold: Hold
  readonly send: Send
}

export const createSession = (config: SessionConfig): Session => {
  const { endpoint, credentials, clock, hold, send } = config
  const { logIn, lastPassword } = createLogin(config)
  const onlyToken = onlyTokenOf(credentials)
  let token = onlyToken
  let pendingLogin: PendingLogin | undefined
  const futileRenewals = new Map<number, Span>()

  const startLogin = (): PendingLogin => {
    const started: PendingLogin = { abort: new AbortController(), waiting: new Set() }
    logIn(started.abort.signal)().then((answer) => {
      if (E.isRight(answer)) token = answer.right.token
      // Without a token all calls fail immediately; with a refused one they would continue.
      else if (token !== undefined && answer.left._tag === 'HttpError') {
        hold.extend(answer.left.status, answer.left.retryAfterMs ?? 0)
      }
      if (pendingLogin === started) pendingLogin = undefined
      for (const tell of started.waiting) tell(answer)
    })
    return started
  }

  // A login belongs to all who wait for it: one of them giving up must not end it for the others, the last one does.
  const login =
    (signal?: AbortSignal): TE.TaskEither<AlaudaError, Token> =>
    async () => {
      const givenUp = () => E.left(abortedError(loginCall(endpoint), signal?.reason))
      if (signal?.aborted) return givenUp()
      pendingLogin ??= startLogin()
      const mine = pendingLogin
      // Not on the login's own promise, which would keep cancelled callers in memory while the login hangs.
      return new Promise((resolve) => {
        const tell = (answer: E.Either<AlaudaError, Token>) => {
          unfollow()
          resolve(answer)
        }
        const unfollow = onAbort(signal, () => {
          mine.waiting.delete(tell)
          if (mine.waiting.size === 0) {
            mine.abort.abort()
            pendingLogin = undefined
          }
          resolve(givenUp())
        })
        mine.waiting.add(tell)
      })
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

  const mayRenewFor = (status: number): boolean => (futileRenewals.get(status)?.leftMs() ?? 0) === 0

  const sendWith = <A>(request: ApiRequest<A>, withToken: string): TE.TaskEither<AlaudaError, A> =>
    send({
      ...request,
      headers: { ...request.headers, authorization: `Token ${withToken}` },
      secrets: [withToken, ...lastPassword()],
    })

  const sendRenewed = <A>(request: ApiRequest<A>, renewed: string): TE.TaskEither<AlaudaError, A> =>
    pipe(
      sendWith(request, renewed),
      TE.mapLeft((error) => {
        if (!isRefusal(error)) return error
        futileRenewals.set(error.status, createSpan(clock, msAfterFutileRenewal))
        return refusedAgain(request, error)
      }),
    )

  const sendAgain = <A>(
    request: ApiRequest<A>,
    refused: string,
    refusal: HttpError,
    nextTurn: TE.TaskEither<AlaudaError, void>,
  ): TE.TaskEither<AlaudaError, A> => {
    if (onlyToken !== undefined) {
      return TE.left(authError(request, 'the API refuses the token; obtain a new one', refusal.status))
    }
    // Somebody else may have renewed it meanwhile.
    if (token === refused && !mayRenewFor(refusal.status)) return TE.left(refusedAgain(request, refusal))
    if (token === refused) token = undefined
    return pipe(
      nextTurn,
      TE.chain(() => currentToken(request.signal)),
      TE.chain((renewed) => sendRenewed(request, renewed)),
    )
  }

  const sendAuthorized: SendInTurn = (request, nextTurn) =>
    pipe(
      currentToken(request.signal),
      TE.chain((withToken) =>
        pipe(
          sendWith(request, withToken),
          TE.orElse((error) => (isRefusal(error) ? sendAgain(request, withToken, error, nextTurn) : TE.left(error))),
        ),
      ),
    )

  return { send: sendAuthorized, login }
}

interface PendingLogin {
  readonly abort: AbortController
  /** The callers that wait for the answer. */
  readonly waiting: Set<(answer: E.Either<AlaudaError, Token>) => void>
}

const refusedAgain = (call: FailedCall, { status }: HttpError): AlaudaError =>
  authError(call, 'the API refuses a fresh token too; may this account see this?', status)

const isRefusal = (error: AlaudaError): error is HttpError =>
  error._tag === 'HttpError' && (error.status === 401 || error.status === 403)

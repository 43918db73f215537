import * as E from 'fp-ts/lib/Either.js'
import { createSpan, type Span } from '../clock.js'
import { onAbort } from '../http/deadline.js'
import type { AlaudaError, FailedCall, HttpError } from '../http/errors.js'
import { abortedError, authError } from '../http/failures.js'
import type { Send, SendInTurn, UnauthorizedRequest } from '../http/request.js'
import type { Hold } from '../limits/hold.js'
import type { Token } from './codecs/account.js'
import { onlyTokenOf } from './credentials.js'
import { createLogin, type LoginConfig } from './login.js'

// A refusal can mean a token that is gone, but also a place that this account may not see, or an API in trouble. When a fresh
// token was refused just the same, others are not renewed for such a refusal for so long: not a login for each call.
const msAfterFutileRenewal = 60_000

/** The life of an account's token. */
export const createSession = (config: LoginConfig & { readonly hold: Hold; readonly send: Send }) => {
  const { call, credentials, clock, hold } = config
  const { logIn, lastPassword } = createLogin(config)
  const onlyToken = onlyTokenOf(credentials)
  let token = onlyToken
  let pendingLogin: PendingLogin | undefined
  const futileRenewals = new Map<number, Span>()

  const startLogin = (): PendingLogin => {
    const started: PendingLogin = { abort: new AbortController(), waiting: new Set() }
    logIn(started.abort.signal).then((answer) => {
      if (E.isRight(answer)) token = answer.right.token
      // Without a token all calls fail immediately; with a refused one they would continue.
      else if (token !== undefined && answer.left._tag === 'HttpError') {
        hold.extend(answer.left.status, answer.left.retryAfterMs ?? 0)
      }
      if (pendingLogin === started) pendingLogin = undefined
      for (const settle of started.waiting) settle(answer)
    })
    return started
  }

  /** Logs in now. A login belongs to all who wait for it: one caller that gives up must not end it for the others; the last one does. */
  const login = async (signal?: AbortSignal): Promise<E.Either<AlaudaError, Token>> => {
    const givenUp = () => E.left(abortedError(call, signal?.reason))
    if (signal?.aborted) return givenUp()
    pendingLogin ??= startLogin()
    const mine = pendingLogin
    // Not on the login's own promise, which would keep cancelled callers in memory while the login hangs.
    return new Promise((resolve) => {
      const settle = (answer: E.Either<AlaudaError, Token>) => {
        unfollow()
        resolve(answer)
      }
      const unfollow = onAbort(signal, () => {
        mine.waiting.delete(settle)
        if (mine.waiting.size === 0) {
          mine.abort.abort()
          pendingLogin = undefined
        }
        resolve(givenUp())
      })
      mine.waiting.add(settle)
    })
  }

  const sendWith = <A>(request: UnauthorizedRequest<A>, used: string): Promise<E.Either<AlaudaError, A>> =>
    config.send({ headers: { authorization: `Token ${used}` }, secrets: [used, ...lastPassword()], ...request })()

  /** Sends with the token: logs in when there is none; when the API refuses it, once more in the next turn with another. */
  const send: SendInTurn = (request, nextTurn) => async () => {
    const first = token === undefined ? await login(request.signal) : E.right({ token })
    if (E.isLeft(first)) return first
    const result = await sendWith(request, first.right.token)
    const refusal = refusalIn(result)
    if (refusal === undefined) return result
    if (onlyToken !== undefined) {
      return E.left(authError(request, 'the API refuses the token; obtain a new one', refusal.status))
    }
    // Another call may have renewed it meanwhile.
    if (token === first.right.token) {
      if (futileRenewals.get(refusal.status)?.leftMs()) return refusedAgain(request, refusal)
      token = undefined
    }
    const turn = await nextTurn()
    if (E.isLeft(turn)) return turn
    const second = token === undefined ? await login(request.signal) : E.right({ token })
    if (E.isLeft(second)) return second
    const renewed = await sendWith(request, second.right.token)
    const secondRefusal = refusalIn(renewed)
    if (secondRefusal === undefined) return renewed
    futileRenewals.set(secondRefusal.status, createSpan(clock, msAfterFutileRenewal))
    return refusedAgain(request, secondRefusal)
  }

  return { send, login }
}

interface PendingLogin {
  readonly abort: AbortController
  /** The callers that wait for the answer. */
  readonly waiting: Set<(answer: E.Either<AlaudaError, Token>) => void>
}

const refusalIn = (result: E.Either<AlaudaError, unknown>): HttpError | undefined => {
  if (E.isRight(result) || result.left._tag !== 'HttpError') return undefined
  return result.left.status === 401 || result.left.status === 403 ? result.left : undefined
}

const refusedAgain = (call: FailedCall, { status }: HttpError): E.Either<AlaudaError, never> =>
  E.left(authError(call, 'the API refuses a fresh token too; may this account see this?', status))

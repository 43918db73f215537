import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Clock } from '../clock.js'
import { withDeadline } from '../http/deadline.js'
import type { AlaudaError, FailedCall } from '../http/errors.js'
import { abortedError, authError, unreadable } from '../http/failures.js'
import { kindOf } from '../options.js'
import {
  type CredentialsSource,
  credentialsCheck,
  type PasswordCredentials,
  parseSecret,
  parseToken,
  type Secret,
} from './credentials.js'

/** What there is to log in with at this moment. */
export type CurrentCredentials =
  | { readonly token: string }
  | (Omit<PasswordCredentials, 'password'> & { readonly password: string })

export interface CredentialsReader {
  readonly credentials: CredentialsSource
  readonly clock: Clock
  /** For each function that has to be called. */
  readonly timeoutMs: number
  /** The login that they are read for. */
  readonly call: FailedCall
}

/**
 * Reads credentials whose parts may be functions of the host's. Whatever these do, it gives a failure: their error is its
 * cause, and one that never settles costs no more than `timeoutMs`.
 */
export const readCredentials = (
  reader: CredentialsReader,
  signal: AbortSignal,
): TE.TaskEither<AlaudaError, CurrentCredentials> => {
  const { credentials } = reader
  if (typeof credentials !== 'function') return readParts(reader, credentials, signal)
  return pipe(
    callHost(reader, 'credentials', credentials, signal),
    TE.chainEitherK((given) => {
      const faults = credentialsCheck('credentials', given)
      return faults.length === 0 ? E.right(given) : E.left(authError(reader.call, faults.join('; ')))
    }),
    TE.chain((given) => readParts(reader, given, signal)),
  )
}

const readParts = (
  reader: CredentialsReader,
  given: Exclude<CredentialsSource, () => unknown>,
  signal: AbortSignal,
): TE.TaskEither<AlaudaError, CurrentCredentials> =>
  'token' in given
    ? pipe(
        readSecret(reader, 'token', given.token, parseToken, signal),
        TE.map((token) => ({ token })),
      )
    : pipe(
        readSecret(reader, 'password', given.password, parseSecret, signal),
        TE.map((password) => ({ ...given, password })),
      )

const readSecret =
  (
    reader: CredentialsReader,
    name: 'token' | 'password',
    secret: Secret,
    parse: typeof parseSecret,
    signal: AbortSignal,
  ): TE.TaskEither<AlaudaError, string> =>
  async () => {
    const given: E.Either<AlaudaError, unknown> =
      typeof secret === 'string' ? E.right(secret) : await callHost(reader, name, secret, signal)()
    if (E.isLeft(given)) return given
    const text = given.right
    return pipe(
      typeof text === 'string' ? parse(text) : E.left(`its function gave ${kindOf(text)}, expected a string`),
      E.mapLeft((fault) => authError(reader.call, `the ${name} cannot be used: ${fault}`)),
    )
  }

const callHost = <A>(
  { clock, timeoutMs, call }: CredentialsReader,
  name: string,
  read: () => A | Promise<A>,
  signal: AbortSignal,
): TE.TaskEither<AlaudaError, A> =>
  TE.tryCatch(
    () => withDeadline(clock, timeoutMs, signal, async () => read()),
    (cause) => (signal.aborted ? abortedError(call, signal.reason) : unreadable(call, name, cause)),
  )

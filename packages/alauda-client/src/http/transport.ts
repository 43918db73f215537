/**
 * The part of `fetch` that this package uses: Node's own, undici's, cross-fetch and a test's stand-in all have it. It rejects
 * when no answer comes, and when `signal` fires. If the error has a text `advice`, the client's error gives that for advice.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient, type FetchLike } from '@alauda-exporter/alauda-client'
 *
 * const fetch: FetchLike = async () => new Response('{"username":"demo"}')
 * const client = createAlaudaClient({ credentials: { token: 'any' }, fetch })
 * assert.deepEqual(await client.profile(), { username: 'demo' })
 * ```
 */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>

/** The options of a request to a {@link FetchLike}. */
export interface FetchInit {
  /** `GET`, or `POST` for a login. */
  readonly method: string
  /** One of them holds the token: keep them out of logs. */
  readonly headers: Record<string, string>
  /** A login's, which holds the password; absent for all other calls. */
  readonly body?: string
  /** Redirects are followed by the client itself, so that the token goes to no other host. */
  readonly redirect: 'manual'
  /** Fires when the request is not wanted any more: its time is over, or the caller gave it up. It is made when it is read. */
  readonly signal: AbortSignal
  /**
   * Calls back once, with the reason, when the signal would fire; the function that it returns calls that off. For transports that
   * need no signal: one with a listener takes a tenth of a request's processor time.
   */
  readonly onAbort: (callback: (reason: unknown) => void) => () => void
}

/**
 * A body that is read as it comes: a web ReadableStream, or what gives chunks of bytes or text, as Node's streams do. Or a list of
 * such chunks, when all of it is there.
 */
export type FetchBody =
  | {
      /** As a web stream's: the reader of its bytes. */
      getReader(): {
        /** The next chunk, or that there is none. */
        read(): Promise<{ readonly done: boolean; readonly value?: unknown }>
        /** Ends the transfer: the rest is not wanted. */
        cancel(): Promise<void>
      }
    }
  | AsyncIterable<unknown>
  | ReadonlyArray<unknown>

/** What a {@link FetchLike} gives: the part of a `Response` that is read. */
export interface FetchResponse {
  /** HTTP's status. */
  readonly status: number
  /** The answer's headers. */
  readonly headers: {
    /** A header's value, whatever the case of its name; null when there is none. */
    get(name: string): string | null
  }
  /**
   * The body after decompression, which is read no further than the client's `maxAnswerBytes`. Without it the body comes from
   * `text()`, and what that holds in memory has no bound.
   */
  readonly body?: FetchBody | null | undefined
  /** The whole body; read only where there is no `body`. Rejects when the connection breaks before it has come. */
  text(): Promise<string>
}

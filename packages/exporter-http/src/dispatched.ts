import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

/** An answer whose body is read as it comes. Reading rejects when the connection breaks, or the signal fires. */
export interface Dispatched {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: AsyncIterable<Uint8Array>
}

// Some chunks may come at once; the rest waits in the connection until they are read.
const mostChunksUnread = 16

/**
 * Sends one request, and resolves with the head of its answer. As undici's own `request`, without the stream that this makes of each
 * body, which takes half as long as all the rest.
 *
 * @example
 * const { status, body } = await dispatched(agent, { origin: 'http://localhost', path: '/', method: 'GET' }, signal)
 */
export const dispatched = (
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<Dispatched> =>
  new Promise((resolve, reject) => {
    let connection: Dispatcher.DispatchController | undefined
    const body = createBody({
      pause: () => connection?.pause(),
      resume: () => connection?.resume(),
      leave: () => connection?.abort(new Error('the rest of the body is not wanted')),
    })
    const fail = (reason: Error): void => {
      signal.removeEventListener('abort', giveUp)
      body.fail(reason)
      reject(reason)
    }
    const giveUp = () => {
      connection?.abort(signal.reason)
      fail(signal.reason)
    }
    if (signal.aborted) return giveUp()
    signal.addEventListener('abort', giveUp)
    dispatcher.dispatch(request, {
      onRequestStart: (controller) => {
        connection = controller
        // It waited for a connection meanwhile.
        if (signal.aborted) controller.abort(signal.reason)
      },
      onResponseStart: (_, status, headers) => {
        // What is below announces the answer to come.
        if (status >= 200) resolve({ status, headers, body: body.chunks })
      },
      onResponseData: (_, chunk) => body.add(chunk),
      onResponseEnd: () => {
        signal.removeEventListener('abort', giveUp)
        body.end()
      },
      onResponseError: (_, error) => fail(error),
    })
  })

interface Flow {
  readonly pause: () => void
  readonly resume: () => void
  /** Ends the connection: the rest is not read. */
  readonly leave: () => void
}

type Next = IteratorResult<Uint8Array, undefined>

const ended: Next = { done: true, value: undefined }

/** Chunks from where they come to the one reader that takes them. */
const createBody = ({ pause, resume, leave }: Flow) => {
  const unread: Uint8Array[] = []
  let end: (() => Promise<Next>) | undefined
  let isPaused = false
  let waiting: { readonly resolve: (next: Next | Promise<Next>) => void } | undefined

  const endWith = (last: () => Promise<Next>): void => {
    end ??= last
    waiting?.resolve(end())
    waiting = undefined
  }

  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next: () => {
      const chunk = unread.shift()
      if (chunk === undefined) return end?.() ?? new Promise((resolve) => (waiting = { resolve }))
      if (isPaused && unread.length === 0) {
        isPaused = false
        resume()
      }
      return Promise.resolve({ done: false, value: chunk })
    },
    return: async () => {
      if (end === undefined) leave()
      return ended
    },
  }

  return {
    chunks: { [Symbol.asyncIterator]: () => iterator },
    add: (chunk: Uint8Array): void => {
      if (waiting === undefined) {
        unread.push(chunk)
        if (!isPaused && unread.length >= mostChunksUnread) {
          isPaused = true
          pause()
        }
        return
      }
      waiting.resolve({ done: false, value: chunk })
      waiting = undefined
    },
    end: () => endWith(async () => ended),
    fail: (reason: Error) => endWith(() => Promise.reject(reason)),
  }
}

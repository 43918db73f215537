import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { onAbort } from '../http/deadline.js'

/**
 * What `readAll` hands out in batches, one by one; its failure comes last. A caller that leaves the loop early cancels the rest.
 */
export async function* streamOf<L, A>(
  readAll: (onBatch: (batch: ReadonlyArray<A>) => void, signal: AbortSignal) => TaskEither<L, ReadonlyArray<A>>,
  outer?: AbortSignal,
): AsyncGenerator<E.Either<L, A>> {
  const controller = new AbortController()
  const unfollow = onAbort(outer, (reason) => controller.abort(reason))

  const waiting: A[] = []
  let wake = () => {}
  const end = readAll((batch) => {
    for (const item of batch) waiting.push(item)
    wake()
  }, controller.signal)()
  let result: E.Either<L, unknown> | undefined
  const ended = end.then((value) => {
    result = value
    wake()
  })
  try {
    while (result === undefined || waiting.length > 0) {
      for (const item of waiting.splice(0)) yield E.right(item)
      if (result === undefined && waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    if (E.isLeft(result)) yield result
  } finally {
    controller.abort()
    unfollow()
    await ended
  }
}

import { setMaxListeners } from 'node:events'

/** Runs the task when its turn has come. When the signal fires first it is run at once, to say what it says then. */
export type InTurn = <A>(signal: AbortSignal | undefined, task: () => Promise<A>) => Promise<A>

/**
 * Gives turns to so many tasks at a time, in the order they came.
 *
 * @example
 * const inTurn = createTurns(2)
 * await Promise.all([inTurn(signal, first), inTurn(signal, second), inTurn(signal, third)]) // the third waits for one of them
 */
export const createTurns = (most: number): InTurn => {
  let free = most
  const waiting = new Set<(hasTurn: boolean) => void>()

  const take = (signal: AbortSignal | undefined): Promise<boolean> => {
    if (signal?.aborted) return Promise.resolve(false)
    if (free > 0) {
      free -= 1
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const giveUp = () => settle(false)
      const settle = (hasTurn: boolean) => {
        waiting.delete(settle)
        signal?.removeEventListener('abort', giveUp)
        resolve(hasTurn)
      }
      waiting.add(settle)
      if (signal === undefined) return
      // One signal may end any number of tasks; Node would take more than ten listeners for a leak.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  const release = (): void => {
    const [next] = waiting
    if (next === undefined) free += 1
    else next(true)
  }

  return async (signal, task) => {
    const hasTurn = await take(signal)
    try {
      return await task()
    } finally {
      if (hasTurn) release()
    }
  }
}

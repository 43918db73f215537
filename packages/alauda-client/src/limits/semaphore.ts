import { onAbort } from '../http/deadline.js'

/** A number of slots that tasks take and give back. */
export type Semaphore = ReturnType<typeof createSemaphore>

/**
 * @example
 * const { run } = createSemaphore(2)
 * await Promise.all([run(signal, first), run(signal, second), run(signal, third)]) // the third waits for one of them
 */
export const createSemaphore = (slots: number) => {
  let free = slots
  const waiting = new Set<() => void>()

  const take = (signal: AbortSignal | undefined): Promise<boolean> => {
    if (signal?.aborted) return Promise.resolve(false)
    if (free > 0) {
      free -= 1
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const begin = () => {
        unfollow()
        resolve(true)
      }
      const unfollow = onAbort(signal, () => {
        waiting.delete(begin)
        resolve(false)
      })
      waiting.add(begin)
    })
  }

  const release = (): void => {
    const [next] = waiting
    if (next === undefined) {
      free += 1
      return
    }
    waiting.delete(next)
    next()
  }

  return {
    /**
     * Runs the task with a slot, in the order of the calls, and says so. When the signal fires first, the task leaves the queue
     * at once, with all it holds, and runs without a slot: to say what it says then.
     */
    run: async <A>(signal: AbortSignal | undefined, task: (hasSlot: boolean) => Promise<A>): Promise<A> => {
      const hasSlot = await take(signal)
      try {
        return await task(hasSlot)
      } finally {
        if (hasSlot) release()
      }
    },
  }
}

// Long enough to be worth a turn, short enough for what else waits: a scrape, a health check, a timer.
const stepMs = 5

let lastTurn: Promise<void> = Promise.resolve()

/**
 * Lets what else the program does go on. Callers of all clients take turns: of those who wait, one goes on in each turn of the
 * event loop.
 */
export const nextTurn = (): Promise<void> => {
  lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)))
  return lastTurn
}

/**
 * Calls `each` for all items in order, in steps of some milliseconds with a turn of the event loop between them: a list of a
 * million must not stop the program.
 *
 * @example
 * await inTurns([1, 2], (item, index) => console.log(index, item))
 */
export const inTurns = async <A>(items: ReadonlyArray<A>, each: (item: A, index: number) => void): Promise<void> => {
  let start = performance.now()
  for (const [index, item] of items.entries()) {
    if (performance.now() - start > stepMs) {
      await nextTurn()
      start = performance.now()
    }
    each(item, index)
  }
}

/** Resolves to the task's result when its turn has come, or to undefined if there was no room for it. */
export type FairQueue = <A>(group: string, task: () => Promise<A>) => Promise<A | undefined>

/**
 * Runs one task at a time, and takes one of each group in turn: a group with many tasks does not delay the others. Beyond
 * `maxWaiting`, the group with the most tasks loses its newest.
 *
 * @example
 * const run = createFairQueue(32)
 * await run('192.0.2.1', () => compare(password, hash))
 */
export const createFairQueue = (maxWaiting: number): FairQueue => {
  type Begin = (hasTurn: boolean) => void
  const groups = new Map<string, Begin[]>()
  let count = 0
  let isBusy = false

  const next = (): void => {
    const [first] = groups
    isBusy = first !== undefined
    if (first === undefined) return
    const [group, waiting] = first
    const begin = waiting.shift()
    count -= 1
    // To the end: it is the turn of the others.
    groups.delete(group)
    if (waiting.length > 0) groups.set(group, waiting)
    begin?.(true)
  }

  const dropNewest = (newcomer: Begin[]): void => {
    // The newcomer leaves only if its group is longer than all others.
    const longest = [...groups.values()].reduce(
      (most, waiting) => (waiting !== newcomer && waiting.length >= most.length ? waiting : most),
      newcomer,
    )
    longest.pop()?.(false)
    count -= 1
    for (const [group, { length }] of groups) if (length === 0) groups.delete(group)
  }

  const turn = (group: string): Promise<boolean> =>
    new Promise((resolve) => {
      if (!isBusy) {
        isBusy = true
        resolve(true)
        return
      }
      const waiting = groups.get(group) ?? []
      groups.set(group, waiting)
      waiting.push(resolve)
      count += 1
      if (count > maxWaiting) dropNewest(waiting)
    })

  return async (group, task) => {
    if (!(await turn(group))) return undefined
    try {
      return await task()
    } finally {
      next()
    }
  }
}

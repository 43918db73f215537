/** Tasks that wait for one worker. */
export interface FairQueue {
  /** Resolves with what the task gives when its turn has come, or with nothing where there was no room for it. */
  readonly run: <A>(group: string, task: () => Promise<A>) => Promise<A | undefined>
}

interface Waiting {
  readonly begin: () => void
  readonly drop: () => void
}

/**
 * Runs one task at a time, and takes one of each group in turn: whoever brings many tasks waits, and others do not wait for
 * them. When `maxWaiting` wait, the group that has most loses its newest.
 *
 * @example
 * const { run } = createFairQueue(32)
 * await run('192.0.2.1', () => compare(password, hash))
 */
export const createFairQueue = (maxWaiting: number): FairQueue => {
  const groups = new Map<string, Waiting[]>()
  let count = 0
  let isBusy = false

  const longest = (): readonly [string, Waiting[]] =>
    [...groups].reduce((most, group) => (group[1].length > most[1].length ? group : most), ['', []])

  const next = (): void => {
    const [first] = groups
    isBusy = first !== undefined
    if (first === undefined) return
    const [name, waiting] = first
    const task = waiting.shift()
    count -= 1
    groups.delete(name)
    if (waiting.length > 0) groups.set(name, waiting)
    task?.begin()
  }

  /** Makes room for one of this group, unless no other has more than it. */
  const makeRoom = (group: string): boolean => {
    const [name, waiting] = longest()
    if (waiting.length <= (groups.get(group)?.length ?? 0)) return false
    waiting.pop()?.drop()
    count -= 1
    if (waiting.length === 0) groups.delete(name)
    return true
  }

  const turn = (group: string): Promise<boolean> => {
    if (!isBusy) {
      isBusy = true
      return Promise.resolve(true)
    }
    if (count >= maxWaiting && !makeRoom(group)) return Promise.resolve(false)
    return new Promise((resolve) => {
      const waiting = groups.get(group) ?? []
      groups.set(group, waiting)
      waiting.push({ begin: () => resolve(true), drop: () => resolve(false) })
      count += 1
    })
  }

  return {
    run: async (group, task) => {
      if (!(await turn(group))) return undefined
      try {
        return await task()
      } finally {
        next()
      }
    },
  }
}

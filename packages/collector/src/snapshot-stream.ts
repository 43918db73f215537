import type { Snapshot } from './snapshot.js'

/** Hands snapshots to any number of readers. */
export interface SnapshotStream {
  readonly push: (snapshot: Snapshot) => void
  /** Ends every reader that there is. */
  readonly end: () => void
  /** A new reader, of what comes from now on. */
  readonly iterate: () => AsyncIterator<Snapshot, undefined>
}

interface Reader {
  readonly take: (snapshot: Snapshot) => void
  readonly end: () => void
}

/** A reader that is slower than the collections gets the newest snapshot of each namespace: nothing piles up behind it. */
export const createSnapshotStream = (): SnapshotStream => {
  const readers = new Set<Reader>()

  const iterate = (): AsyncIterator<Snapshot, undefined> => {
    const waiting = new Map<string, Snapshot>()
    const asked: Array<(result: IteratorResult<Snapshot, undefined>) => void> = []
    let isEnded = false
    const reader: Reader = {
      take: (snapshot) => {
        const answer = asked.shift()
        if (answer !== undefined) answer({ done: false, value: snapshot })
        else waiting.set(snapshot.namespace, snapshot)
      },
      end: () => {
        isEnded = true
        readers.delete(reader)
        for (const answer of asked.splice(0)) answer(ended)
      },
    }
    readers.add(reader)
    return {
      next: async () => {
        const [oldest] = waiting
        if (oldest !== undefined) {
          waiting.delete(oldest[0])
          return { done: false, value: oldest[1] }
        }
        return isEnded ? ended : new Promise((resolve) => asked.push(resolve))
      },
      return: async () => {
        waiting.clear()
        reader.end()
        return ended
      },
    }
  }

  return {
    push: (snapshot) => {
      for (const reader of readers) reader.take(snapshot)
    },
    end: () => {
      for (const reader of readers) reader.end()
    },
    iterate,
  }
}

const ended = { done: true, value: undefined } as const

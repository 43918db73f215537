import type { Snapshot } from './snapshot.js'

interface Reader {
  readonly take: (snapshot: Snapshot) => void
  readonly end: () => void
}

/**
 * Hands snapshots to any number of readers, each from when it begins to iterate. A reader that is slower than the collections gets
 * the newest snapshot of each namespace: nothing piles up behind it.
 */
export const createSnapshotStream = () => {
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
    push: (snapshot: Snapshot): void => {
      for (const reader of readers) reader.take(snapshot)
    },
    end: (): void => {
      for (const reader of readers) reader.end()
    },
    iterate,
  }
}

const ended = { done: true, value: undefined } as const

import type { Clock } from '@alauda-exporter/alauda-client'
import type { Poller } from './poller.js'
import { isDoneWithin } from './waiting.js'

/** What several pollers know. */
export const createReadings = <A>(
  pollers: ReadonlyArray<Poller<A>>,
  { clock, isAtScrape }: { readonly clock: Clock; readonly isAtScrape: boolean },
) => {
  // A collection that another scrape has just begun is not among them.
  let unfinished: ReadonlySet<Poller<A>> = new Set()
  const soFar = (poller: Poller<A>): A | undefined =>
    unfinished.has(poller) && (isAtScrape || poller.latest() === undefined) ? poller.underWay()?.soFar() : undefined
  const known = () =>
    pollers.map((poller) => soFar(poller) ?? poller.latest()).filter((reading) => reading !== undefined)

  const isFirstDone = async (poller: Poller<A>, waitMs: number): Promise<boolean> => {
    const first = poller.latest() === undefined ? poller.underWay() : undefined
    if (first === undefined) return true
    // A namespace that hangs must not delay each scrape of all the others.
    const patienceMs = first.begun + longestFirstWaitMs - clock.now()
    return isDoneWithin(clock, Math.min(waitMs, patienceMs), first.done)
  }

  return {
    /** What the last collection of each gave. */
    latest: () => pollers.map((poller) => poller.latest()).filter((reading) => reading !== undefined),
    /** The same, and how far a collection has come for which the last scrape could not wait. */
    known,
    /**
     * What is known after a scrape has waited for at most `waitMs` milliseconds. With an interval it waits for first collections
     * only: a first page a little late is better than an empty one. Without an interval it collects.
     */
    scrape: async (waitMs: number) => {
      const areDone = await Promise.all(
        pollers.map((poller) =>
          isAtScrape ? isDoneWithin(clock, waitMs, poller.collect()) : isFirstDone(poller, waitMs),
        ),
      )
      unfinished = new Set(pollers.filter((_, index) => !areDone[index]))
      return known()
    },
  }
}

// As long as Prometheus waits for a scrape by default.
const longestFirstWaitMs = 10_000

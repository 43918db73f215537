import { known } from '@alauda-exporter/alauda-client/options'
import { inShortSteps } from '@alauda-exporter/alauda-client/turns'
import { carryOver } from './carry-over.js'
import { atOnce, type Steps } from './family.js'
import { inOrderOfLabels } from './service-labels.js'
import type { Snapshot } from './snapshot.js'
import { brokeOff, type Collection, type CollectOptions, type Seen, type Source, unfinished } from './sources/source.js'

/**
 * One collection of a namespace. `done` never rejects: a failure stands in the snapshot, and the rest of it holds. What is not
 * known yet counts as failed. `intervalSeconds` is absent when there is a collection at each scrape. The last snapshot is made in steps,
 * since thousands of instances are compared with those of the one before.
 */
export const collect = (source: Source, options: CollectOptions, intervalSeconds?: number) => {
  const { clock, previous, namespace, maxAgeSeconds } = options
  const startTime = clock.now() / 1000
  function* toSnapshot(seen: Seen): Steps<Snapshot> {
    const { services, readTime, failure = readTime === undefined ? unfinished : undefined, doors } = seen
    const lastSuccessTime = failure === undefined ? readTime : previous?.lastSuccessTime
    const fresh: Snapshot = {
      namespace,
      startTime,
      durationSeconds: Math.round(clock.now() - startTime * 1000) / 1000,
      ...known({ intervalSeconds, lastSuccessTime, failure, doors }),
      services: yield* inOrderOfLabels(services),
      duplicates: seen.duplicates ?? 0,
      leftOut: seen.leftOut ?? {},
      unreadableValues: seen.unreadableValues ?? {},
      futurePoints: seen.futurePoints ?? 0,
      failures: failuresUntil(previous, seen),
    }
    return yield* carryOver(previous, fresh, maxAgeSeconds)
  }
  let begun: Collection | undefined
  const seenSoFar = () => begun?.soFar() ?? { services: [] }
  const read = async (): Promise<Seen> => {
    begun = source.collect(options)
    return begun.done
  }
  return {
    done: read()
      .catch((cause): Seen => ({ ...seenSoFar(), failure: brokeOff(cause) }))
      .then((seen) => inShortSteps(toSnapshot(seen))),
    soFar: () => atOnce(toSnapshot(seenSoFar())),
  }
}

// A list that is still being read has not failed.
const failuresUntil = (previous: Snapshot | undefined, { failure }: Seen): Snapshot['failures'] => {
  const before = previous?.failures ?? {}
  return failure === undefined ? before : { ...before, [failure.reason]: (before[failure.reason] ?? 0) + 1 }
}

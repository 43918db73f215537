import type { Fault } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { outcomesOf } from './page.js'
import { startTime, type WatchOptions, watchCloud } from './watch-cloud.js'

/** The article's cloud, unless another is given, and a collector that collects on request. */
export const collectUnderFaults = async (t: ExecutionContext, options: WatchOptions = {}) => {
  const watched = await watchCloud(options)
  t.teardown(watched.close)
  const { clock, cloud, collector, inTime } = watched
  const collectAfter = async (seconds: number, ...faults: ReadonlyArray<Fault>) => {
    cloud.faults.set(faults)
    clock.advance(seconds * 1000)
    await inTime(collector.collect())
  }
  return {
    ...watched,
    collectAfter,
    /** Lets a minute pass, and collects. */
    collectUnder: (...faults: ReadonlyArray<Fault>) => collectAfter(60, ...faults),
    outcomes: () => outcomesOf(collector.expose()),
    /** How many seconds after the start requests came whose paths match. */
    requestTimes: (path: RegExp) =>
      cloud.requests.flatMap((request) => (path.test(request.path) ? request.receivedAt / 1000 - startTime : [])),
  }
}

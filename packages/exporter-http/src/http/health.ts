import type { Clock } from '@alauda-exporter/alauda-client'
import type { Collector, Snapshot } from '@alauda-exporter/collector'
import { plainText, type Route } from './route.js'

/** The process is alive. */
export const healthyRoute: Route = () => plainText(200, 'The exporter is healthy.')

/** Every namespace has been collected, and the last success of each is not too long ago. */
export const readyRoute =
  (collector: Collector, namespaces: ReadonlyArray<string>, maxAgeSeconds: number, clock: Clock): Route =>
  () => {
    const snapshots = collector.snapshots()
    const isFresh = ({ lastSuccessTime = Number.NEGATIVE_INFINITY }: Snapshot) =>
      clock.now() / 1000 - lastSuccessTime <= maxAgeSeconds
    const missing = namespaces.filter(
      (name) => !snapshots.some((snapshot) => snapshot.namespace === name && isFresh(snapshot)),
    )
    return missing.length === 0
      ? plainText(200, 'The exporter is ready.')
      : plainText(
          503,
          `Not ready: the services of ${missing.join(', ')} have not been read in the last ${maxAgeSeconds} s.`,
        )
  }

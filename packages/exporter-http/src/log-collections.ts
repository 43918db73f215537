import type { Snapshot } from '@alauda-exporter/collector'
import type { Log } from './log.js'

/** Tells the log how collections go: each one on level debug, and above that only what has changed since the last. */
export const logCollections =
  (log: Log) =>
  (snapshot: Snapshot, previous: Snapshot | undefined): void => {
    const { namespace, failure, services } = snapshot
    const counts = { services: services.length, instances: services.flatMap(({ instances }) => instances).length }
    const durationSeconds = Number(snapshot.durationSeconds.toFixed(3))
    log.debug('collected', { namespace, ...counts, durationSeconds })

    if (failure === undefined && (previous === undefined || previous.failure !== undefined)) {
      log.info('the service list was read', { namespace, ...counts, durationSeconds })
    }
    if (failure !== undefined && failure.message !== previous?.failure?.message) {
      log.warn('the service list could not be read', { namespace, error: failure.message })
    }

    const [failed, failedBefore] = [failuresIn(snapshot), previous === undefined ? [] : failuresIn(previous)]
    if (failed.length > 0 && failedBefore.length === 0) {
      log.warn('metrics of some instances could not be read', {
        namespace,
        failed: failed.length,
        first: failed[0] ?? '',
      })
    }
    if (failed.length === 0 && failedBefore.length > 0) {
      log.info('metrics of all instances can be read again', { namespace })
    }
  }

/** What failed below the service list, in words. */
export const failuresIn = ({ services }: Snapshot): ReadonlyArray<string> =>
  services.flatMap(({ instances, instancesFailure }) => [
    ...(instancesFailure === undefined ? [] : [instancesFailure.message]),
    ...instances.flatMap((reading) => (reading.outcome === 'failed' ? [reading.failure.message] : [])),
  ])

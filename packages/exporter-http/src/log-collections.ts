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

    const [unreadable, unreadableBefore] = [
      unreadableIn(snapshot),
      previous === undefined ? '' : unreadableIn(previous),
    ]
    if (unreadable !== '' && unreadable !== unreadableBefore) {
      log.warn('fields of services are not as the API has them, and were left out', { namespace, fields: unreadable })
    }

    if (snapshot.leftOut > 0 && !previous?.leftOut) {
      log.warn('there are more instances than --collect.max-instances', { namespace, leftOut: snapshot.leftOut })
    }

    // While the list cannot be read, that is the failure; its instances need not be told one by one.
    const toldOf = (told: Snapshot | undefined) => (told === undefined || told.failure ? [] : failuresIn(told))
    const [failed, failedBefore] = [toldOf(snapshot), toldOf(previous)]
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

/** The names of fields that services have in a shape that nobody knows. */
const unreadableIn = ({ services }: Snapshot): string =>
  [...new Set(services.flatMap(({ service }) => service.unreadable ?? []))].sort().join(' ')

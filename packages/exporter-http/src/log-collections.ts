import type { Failure, Snapshot } from '@alauda-exporter/collector'
import type { Log } from './log.js'
import type { Account } from './settings/settings.js'
import { namespaceOf } from './watch.js'

/**
 * Tells the log how collections go: each one on level debug, and above that only what has changed since the last. During an outage each reason is told once, however often it comes.
 */
export const logCollections = (
  log: Log,
): ((account: Pick<Account, 'name'>, snapshot: Snapshot, previous: Snapshot | undefined) => void) => {
  const reasonsByNamespace = new Map<string, Set<string>>()
  const withFailedInstances = new Set<string>()

  return (account, snapshot, previous) => {
    const { namespace, failure, services } = snapshot
    const key = namespaceOf(account, namespace)
    const which = { ...(account.name === undefined ? {} : { account: account.name }), namespace }
    const counts = { services: services.length, instances: services.flatMap(({ instances }) => instances).length }
    const durationSeconds = Number(snapshot.durationSeconds.toFixed(3))
    log.debug('collected', { ...which, ...counts, durationSeconds })

    const reasons = reasonsByNamespace.get(key) ?? new Set()
    reasonsByNamespace.set(key, reasons)
    if (failure === undefined) {
      reasons.clear()
      if (previous === undefined || previous.failure !== undefined) {
        log.info('the service list was read', { ...which, ...counts, durationSeconds })
      }
    } else if (!reasons.has(kindOf(failure))) {
      reasons.add(kindOf(failure))
      log.warn('the service list could not be read', { ...which, error: failure.message })
    }

    const [unreadable, unreadableBefore] = [
      unreadableIn(snapshot),
      previous === undefined ? '' : unreadableIn(previous),
    ]
    if (unreadable !== '' && unreadable !== unreadableBefore) {
      log.warn('fields of services are not as the API has them, and were left out', { ...which, fields: unreadable })
    }

    if (snapshot.leftOut > 0 && !previous?.leftOut) {
      log.warn('there are more instances than --collect.max-instances', { ...which, leftOut: snapshot.leftOut })
    }

    const [duplicates, duplicatesBefore] = [duplicatesIn(snapshot), previous === undefined ? 0 : duplicatesIn(previous)]
    if (duplicates > 0 && duplicatesBefore === 0) {
      log.warn('several objects bear the same labels; only the newest of them is shown', {
        ...which,
        leftOut: duplicates,
      })
    }

    // While the list cannot be read, that is the failure; its instances need not be told one by one.
    if (failure !== undefined) return
    const failed = failuresIn(snapshot)
    if (failed.length > 0 && !withFailedInstances.has(key)) {
      withFailedInstances.add(key)
      log.warn('metrics of some instances could not be read', {
        ...which,
        failed: failed.length,
        first: failed[0] ?? '',
      })
    }
    if (failed.length === 0 && withFailedInstances.delete(key)) {
      log.info('metrics of all instances can be read again', which)
    }
  }
}

// The messages of one failure differ in times and pages.
const kindOf = (failure: Failure): string =>
  'status' in failure && failure.status !== undefined ? `${failure._tag} ${failure.status}` : failure._tag

const duplicatesIn = ({ services, duplicates }: Snapshot): number =>
  services.reduce((sum, service) => sum + service.duplicates, duplicates)

/** What failed below the service list, in words. */
export const failuresIn = ({ services }: Snapshot): ReadonlyArray<string> =>
  services.flatMap(({ instances, instancesFailure }) => [
    ...(instancesFailure === undefined ? [] : [instancesFailure.message]),
    ...instances.flatMap((reading) => (reading.outcome === 'failed' ? [reading.failure.message] : [])),
  ])

/** The names of fields that services have in a shape that nobody knows. */
const unreadableIn = ({ services }: Snapshot): string =>
  [...new Set(services.flatMap(({ service }) => service.unreadable ?? []))].sort().join(' ')

import type { Labels } from './family.js'
import { limitsOf, type Sizes } from './limits.js'
import { type CollectionBound, collectionBounds, type Failure, type Snapshot } from './snapshot.js'

/**
 * Takes fields and a message, as pino does.
 *
 * @inline
 */
type Write = (fields: Readonly<Record<string, string | number>>, message: string) => void

/** What is logged with: pino's loggers have this shape, and so do Fastify's and `console`. */
export interface Logger {
  /** Each collection. */
  readonly debug: Write
  /** That something works, for the first time or again. */
  readonly info: Write
  /** That something does not work as it should; the rest does. */
  readonly warn: Write
  /** That nothing can be shown. */
  readonly error: Write
}

/**
 * Tells the log how collections go: each one on level debug, and above that only what has changed since the last. During an
 * outage each reason is told once, however often it comes. The labels tell one collector from another.
 */
export const logCollections = (
  logger: Logger,
  labels: Labels = {},
  sizes: Sizes = {},
): ((snapshot: Snapshot, previous: Snapshot | undefined) => void) => {
  const reasonsByNamespace = new Map<string, Set<string>>()
  const withFailedInstances = new Set<string>()
  const sizesLogged = new Set<string>()

  return (snapshot, previous) => {
    const { namespace, failure, services } = snapshot
    const which = { ...labels, namespace }
    const counts = { services: services.length, instances: services.flatMap(({ instances }) => instances).length }
    const durationSeconds = Number(snapshot.durationSeconds.toFixed(3))
    logger.debug({ ...which, ...counts, durationSeconds }, 'collected')

    const reasons = reasonsByNamespace.get(namespace) ?? new Set()
    reasonsByNamespace.set(namespace, reasons)
    if (failure === undefined) {
      reasons.clear()
      if (previous === undefined || previous.failure !== undefined) {
        logger.info({ ...which, ...counts, durationSeconds }, 'the service list was read')
      }
    } else if (!reasons.has(kindOf(failure))) {
      reasons.add(kindOf(failure))
      logger.warn({ ...which, error: failure.message }, 'the service list could not be read')
    }

    const [unreadable, unreadableBefore] = [
      unreadableIn(snapshot),
      previous === undefined ? '' : unreadableIn(previous),
    ]
    if (unreadable !== '' && unreadable !== unreadableBefore) {
      logger.warn({ ...which, fields: unreadable }, 'fields of services are not as the API has them, and were left out')
    }

    for (const bound of collectionBounds) {
      const leftOut = snapshot.leftOut[bound] ?? 0
      if (leftOut > 0 && !previous?.leftOut[bound]) logger.warn({ ...which, leftOut }, leftOutBecause[bound])
    }

    const unknown = unknownSizesIn(snapshot, sizes).filter((size) => !sizesLogged.has(size))
    const named = unknown.slice(0, mostSizesLogged - sizesLogged.size)
    for (const size of named) sizesLogged.add(size)
    if (named.length > 0) {
      logger.warn(
        { ...which, sizes: named.join(' ') },
        'the CPU limit of these instance sizes is unknown, so that CPU near the limit cannot be detected; add them to sizes in the settings file, or to the option sizes',
      )
    }

    const [duplicates, duplicatesBefore] = [duplicatesIn(snapshot), previous === undefined ? 0 : duplicatesIn(previous)]
    if (duplicates > 0 && duplicatesBefore === 0) {
      logger.warn(
        { ...which, leftOut: duplicates },
        'several objects bear the same labels; only the newest of them is shown',
      )
    }

    // While the list cannot be read, that is the failure; its instances need not be told one by one.
    if (failure !== undefined) return
    const failed = failuresIn(snapshot)
    if (failed.length > 0 && !withFailedInstances.has(namespace)) {
      withFailedInstances.add(namespace)
      logger.warn(
        { ...which, failed: failed.length, first: failed[0] ?? '' },
        'metrics of some instances could not be read',
      )
    }
    if (failed.length === 0 && withFailedInstances.delete(namespace)) {
      logger.info(which, 'metrics of all instances can be read again')
    }
  }
}

const leftOutBecause: Readonly<Record<CollectionBound, string>> = {
  instances: 'there are more instances than may be read at the most',
  'name-length': 'names or other label values are too long; what they belong to was left out',
}

// The messages of one failure differ in times and pages.
const kindOf = (failure: Failure): string =>
  'status' in failure && failure.status !== undefined ? `${failure._tag} ${failure.status}` : failure._tag

const duplicatesIn = ({ services, duplicates }: Snapshot): number =>
  services.reduce((sum, service) => sum + service.duplicates, duplicates)

/**
 * What failed below the service list, in words: one line for each service whose instances, and each instance whose values
 * could not be read. Empty when all could.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaPromiseClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, failuresIn } from '@alauda-exporter/collector'
 *
 * const client = createAlaudaPromiseClient({
 *   endpoint: process.env.ALAUDA_ENDPOINT,
 *   credentials: { username: 'demo', password: 'demo' },
 * })
 * const collector = createCollector({ client, namespaces: ['demo'] })
 * const snapshots = await collector.collect()
 * assert.deepEqual(snapshots.flatMap(failuresIn), [])
 * ```
 */
export const failuresIn = ({ services }: Snapshot): ReadonlyArray<string> =>
  services.flatMap(({ instances, instancesFailure }) => [
    ...(instancesFailure === undefined ? [] : [instancesFailure.message]),
    ...instances.flatMap((reading) => (reading.outcome === 'failed' ? [reading.failure.message] : [])),
  ])

// Each size is logged once. Names come from the cloud, so that memory for them must be bounded.
const mostSizesLogged = 50
const longestSizeName = 64

/** The sizes of services whose CPU limit is unknown; sizes without a name cannot be added to the settings. */
const unknownSizesIn = ({ services }: Snapshot, sizes: Sizes): ReadonlyArray<string> => {
  const unknown = services.flatMap(({ service }) =>
    limitsOf(service, sizes).cpu === undefined && service.instance_size ? [service.instance_size] : [],
  )
  return [...new Set(unknown)].filter((size) => size.length <= longestSizeName).sort()
}

/** The names of fields that services have in a shape that nobody knows. */
const unreadableIn = ({ services }: Snapshot): string =>
  [...new Set(services.flatMap(({ service }) => service.unreadable ?? []))].sort().join(' ')

import type { Labels } from './family.js'
import { limitsOf, type Sizes } from './limits.js'
import {
  type CollectionBound,
  collectionBounds,
  duplicatesIn,
  type Failure,
  type Snapshot,
  servicesIn,
} from './snapshot.js'

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
 * Logs each collection on level debug, and on higher levels only changes since the last. During an outage each reason is logged
 * once. The labels distinguish collectors.
 */
export const logCollections = (
  logger: Logger,
  labels: Labels = {},
  sizes: Sizes = {},
): ((snapshot: Snapshot, previous: Snapshot | undefined) => void) => {
  const sizesLogged = new Set<string>()
  const withFailedInstances = new Set<string>()
  const known = new Map<string, ReadonlySet<string>>()
  /** The names that are new since there were none: a name that comes and goes is logged once. */
  const newAmong = (what: string, names: ReadonlyArray<string>): ReadonlyArray<string> => {
    const before = known.get(what) ?? new Set()
    known.set(what, new Set(names.length === 0 ? [] : [...before, ...names]))
    return names.filter((name) => !before.has(name))
  }

  return (snapshot, previous) => {
    const { namespace, failure } = snapshot
    const services = servicesIn(snapshot)
    const which = { ...labels, namespace }
    const counts = { services: services.length, instances: instancesIn(snapshot) }
    const durationSeconds = Number(snapshot.durationSeconds.toFixed(3))
    logger.debug({ ...which, ...counts, durationSeconds }, 'collected')
    /** How many there are, once there are some. */
    const begun = (count: (one: Snapshot) => number): number =>
      previous !== undefined && count(previous) > 0 ? 0 : count(snapshot)

    const reasons = newAmong(`list of ${namespace}`, failure === undefined ? [] : [kindOf(failure)])
    if (failure === undefined && (previous === undefined || previous.failure !== undefined)) {
      logger.info({ ...which, ...counts, durationSeconds }, 'the service list was read')
    }
    if (failure !== undefined && reasons.length > 0) {
      logger.warn({ ...which, error: failure.message }, 'the service list could not be read')
    }

    const fields = newAmong(`values of ${namespace}`, Object.keys(snapshot.unreadableValues))
    if (fields.length > 0) {
      const values = Object.values(snapshot.unreadableValues).reduce((sum, count) => sum + count, 0)
      logger.warn(
        { ...which, values, fields: fields.join(' ') },
        'values are not as the API has them, and were left out',
      )
    }

    const points = begun(({ futurePoints }) => futurePoints)
    if (points > 0) {
      logger.warn(
        { ...which, points },
        'points of metrics are of a time that has not come, and were left out; compare the clocks of the cloud and of this machine',
      )
    }

    if (begun(goneOnly) > 0) {
      logger.warn(
        which,
        'no instance of the list is found when its metrics are asked for; does the endpoint have this call?',
      )
    }

    for (const bound of collectionBounds) {
      const leftOut = begun((one) => one.leftOut[bound] ?? 0)
      if (leftOut > 0) logger.warn({ ...which, leftOut }, leftOutBecause[bound])
    }

    const unknown = unknownSizesIn(snapshot, sizes).filter((size) => !sizesLogged.has(size))
    const named = unknown.slice(0, mostSizesLogged - sizesLogged.size)
    for (const size of named) sizesLogged.add(size)
    if (named.length > 0) {
      logger.info(
        { ...which, sizes: named.join(' ') },
        'the CPU limit of these instance sizes is unknown, so that CPU near the limit cannot be detected; add them to sizes in the settings file, or to the option sizes',
      )
    }

    const leftOut = begun(duplicatesIn)
    if (leftOut > 0) {
      logger.warn({ ...which, leftOut }, 'several objects have the same labels; only the newest of them is shown')
    }

    // While the list is unreadable, that is the failure: its instances are not logged one by one.
    if (failure !== undefined) return
    const failed = failuresIn(snapshot)
    const [first] = failed
    if (first === undefined) {
      if (withFailedInstances.delete(namespace)) logger.info(which, 'metrics of all instances can be read again')
    } else if (!withFailedInstances.has(namespace)) {
      withFailedInstances.add(namespace)
      logger.warn({ ...which, failed: failed.length, first }, 'metrics of some instances could not be read')
    }
  }
}

const leftOutBecause: Readonly<Record<CollectionBound, string>> = {
  instances: 'there are more instances than the limit',
  'name-length': 'names or other label values are too long; what they belong to was left out',
}

// The messages of one failure differ in times and pages.
const kindOf = (failure: Failure): string =>
  failure.status === undefined ? failure.kind : `${failure.kind} ${failure.status}`

/**
 * What failed below the service list, in words: one line for each service whose instances, and each instance whose values
 * could not be read. Empty when all could.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createAlaudaClient } from '@alauda-exporter/alauda-client'
 * import { createCollector, failuresIn } from '@alauda-exporter/collector'
 *
 * const credentials = { username: 'demo', password: 'demo' }
 * const client = createAlaudaClient({ endpoint: process.env.ALAUDA_ENDPOINT, credentials })
 * const collector = createCollector({ client, namespaces: ['demo'] })
 * const snapshots = await collector.collect()
 * assert.deepEqual(snapshots.flatMap(failuresIn), [])
 * ```
 */
export const failuresIn = (snapshot: Snapshot): ReadonlyArray<string> => {
  const messages: string[] = []
  for (const { instances, instancesFailure } of servicesIn(snapshot)) {
    if (instancesFailure !== undefined) messages.push(instancesFailure.message)
    for (const reading of instances) if (reading.outcome === 'failed') messages.push(reading.failure.message)
  }
  return messages
}

// Each size is logged once. Names come from the cloud, so that memory for them must be bounded.
const mostSizesLogged = 50
const longestSizeName = 64

/** The sizes of services whose CPU limit is unknown; sizes without a name cannot be added to the settings. */
const unknownSizesIn = (snapshot: Snapshot, sizes: Sizes): ReadonlyArray<string> => {
  const unknown = new Set<string>()
  for (const { service } of servicesIn(snapshot)) {
    const { size = '' } = service
    if (size !== '' && !unknown.has(size) && limitsOf(service, sizes).cpu === undefined) unknown.add(size)
  }
  return [...unknown].filter((size) => size.length <= longestSizeName).sort()
}

/** How many instances there are, when all have ended. One may have ended meanwhile, and be all that there were. */
const goneOnly = (snapshot: Snapshot): number => {
  const count = instancesIn(snapshot)
  const areGone = servicesIn(snapshot).every(({ instances }) => instances.every(({ outcome }) => outcome === 'gone'))
  return count > 1 && areGone ? count : 0
}

const instancesIn = (snapshot: Snapshot): number =>
  servicesIn(snapshot).reduce((sum, { instances }) => sum + instances.length, 0)

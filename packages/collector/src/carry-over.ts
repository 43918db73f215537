import type { Service } from './model.js'
import { inOrderOfLabels, labelsKey } from './service-labels.js'
import {
  type Failure,
  type InstanceReading,
  lastMeasured,
  lastPoint,
  type ServiceReading,
  type Snapshot,
  servicesIn,
  withServices,
} from './snapshot.js'

/**
 * A namespace's snapshot with the earlier values of what could not be read this time. They keep their own time, so that they
 * expire:
 *
 * - An instance whose metrics failed keeps its last point.
 * - A service whose instances could not be listed keeps them, as failed.
 * - Services that are missing because the list could not be read whole are kept, their instances as failed, until they were
 *   last listed longer than `maxAgeSeconds` ago.
 *
 * A point that is older than the one already known does not replace it: the cloud may store points late and out of order,
 * and counters must not fall for it.
 */
export const carryOver = (previous: Snapshot | undefined, fresh: Snapshot, maxAgeSeconds: number): Snapshot => {
  if (previous === undefined) return fresh
  const before = new Map(servicesIn(previous).map((reading) => [labelsKey(reading.service), reading]))
  const oldest = fresh.startTime - maxAgeSeconds
  const services = servicesIn(fresh).map((reading) =>
    carryService(before.get(labelsKey(reading.service)), reading, oldest),
  )
  const { failure } = fresh
  if (failure === undefined) return withServices(fresh, services)
  const kept = missingIn(servicesIn(fresh), previous, oldest).map((reading) => asFailed(reading, failure, oldest))
  return withServices(fresh, inOrderOfLabels([...services, ...kept]))
}

/** The services of an earlier snapshot that are not among those listed, and were listed after `oldest`. */
export const missingIn = (
  services: ReadonlyArray<{ readonly service: Service }>,
  previous: Snapshot | undefined,
  oldest: number,
): ReadonlyArray<ServiceReading> => {
  const listed = new Set(services.map(({ service }) => labelsKey(service)))
  const before = previous === undefined ? [] : servicesIn(previous)
  return before.filter(({ service, listedTime }) => !listed.has(labelsKey(service)) && listedTime >= oldest)
}

const carryService = (before: ServiceReading | undefined, reading: ServiceReading, oldest: number): ServiceReading => {
  if (before === undefined) return reading
  if (reading.instancesFailure !== undefined) {
    return { ...reading, instances: asFailed(before, reading.instancesFailure, oldest).instances }
  }
  const instancesBefore = new Map(before.instances.map((instance) => [instance.instance.uuid, instance]))
  return {
    ...reading,
    instances: reading.instances.map((instance) =>
      carryInstance(instancesBefore.get(instance.instance.uuid), instance, oldest),
    ),
  }
}

/** `oldest`: from when on what is known may still be shown, in seconds since the epoch. */
const carryInstance = (
  before: InstanceReading | undefined,
  reading: InstanceReading,
  oldest: number,
): InstanceReading => {
  const known = lastMeasured(before)
  if (before === undefined || known === undefined) return reading
  const { instance, outcome } = reading
  if (outcome === 'ok') {
    // The same point again does not get any younger.
    if (reading.point.time === known.point.time) return { instance, outcome, ...known, point: reading.point }
    const isOlder = reading.point.time < known.point.time
    // What may not be shown any more must not stand in the way: the cloud's clock may have been set back.
    const isShown = (known.ageFrom ?? known.point.time) >= oldest
    return isOlder && isShown ? { instance, outcome, ...known } : reading
  }
  if (outcome !== 'failed') return { instance, outcome, before: known }
  const { failure } = reading
  return lastPoint(before) === undefined
    ? { instance, outcome, failure, before: known }
    : { instance, outcome, failure, ...known }
}

const asFailed = (reading: ServiceReading, failure: Failure, oldest: number): ServiceReading => ({
  ...reading,
  instances: reading.instances.map((before) => {
    const { instance, outcome } = before
    return outcome === 'gone' ? before : carryInstance(before, { instance, outcome: 'failed', failure }, oldest)
  }),
})

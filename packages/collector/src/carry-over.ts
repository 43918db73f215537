import type { Steps } from './family.js'
import type { Instance, Service } from './model.js'
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
export function* carryOver(previous: Snapshot | undefined, fresh: Snapshot, maxAgeSeconds: number): Steps<Snapshot> {
  if (previous === undefined) return fresh
  const before = new Map<string, ServiceReading>()
  for (const reading of servicesIn(previous)) {
    before.set(labelsKey(reading.service), reading)
    yield
  }
  const oldest = fresh.startTime - maxAgeSeconds
  const services: ServiceReading[] = []
  for (const reading of servicesIn(fresh)) {
    services.push(carryService(before.get(labelsKey(reading.service)), reading, oldest))
    yield
  }
  const { failure } = fresh
  if (failure === undefined) return withServices(fresh, services)
  for (const reading of yield* missingIn(servicesIn(fresh), previous, oldest)) {
    services.push(asFailed(reading, failure, oldest))
    yield
  }
  return withServices(fresh, yield* inOrderOfLabels(services))
}

/** The services of an earlier snapshot that are not among those listed, and were listed after `oldest`. */
export function* missingIn(
  services: ReadonlyArray<{ readonly service: Service }>,
  previous: Snapshot | undefined,
  oldest: number,
): Steps<ReadonlyArray<ServiceReading>> {
  if (previous === undefined) return []
  const listed = new Set<string>()
  for (const { service } of services) {
    listed.add(labelsKey(service))
    yield
  }
  const missing: ServiceReading[] = []
  for (const reading of servicesIn(previous)) {
    if (reading.listedTime >= oldest && !listed.has(labelsKey(reading.service))) missing.push(reading)
    yield
  }
  return missing
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
  if (before === undefined) return reading
  const { outcome } = reading
  const instance = sameInstance(before.instance, reading.instance)
  const known = lastMeasured(before)
  if (known === undefined) return { ...reading, instance }
  if (outcome === 'ok') {
    // The same point again does not get any younger.
    if (reading.point.time === known.point.time) return { instance, outcome, ...known, point: reading.point }
    const isOlder = reading.point.time < known.point.time
    // What may not be shown any more must not stand in the way: the cloud's clock may have been set back.
    const isShown = (known.ageFrom ?? known.point.time) >= oldest
    return isOlder && isShown ? { instance, outcome, ...known } : { ...reading, instance }
  }
  if (outcome !== 'failed') return { instance, outcome, before: known }
  const { failure } = reading
  return lastPoint(before) === undefined
    ? { instance, outcome, failure, before: known }
    : { instance, outcome, failure, ...known }
}

// Snapshots, and the labels of series, have the texts of an instance that stays the same once.
const sameInstance = (before: Instance, now: Instance): Instance =>
  before.name === now.name &&
  before.uuid === now.uuid &&
  before.startTime === now.startTime &&
  before.restarts === now.restarts
    ? before
    : now

const asFailed = (reading: ServiceReading, failure: Failure, oldest: number): ServiceReading => ({
  ...reading,
  instances: reading.instances.map((before) => {
    const { instance, outcome } = before
    return outcome === 'gone' ? before : carryInstance(before, { instance, outcome: 'failed', failure }, oldest)
  }),
})

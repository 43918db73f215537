import { byLabels, labelsKey } from './service-labels.js'
import { type Failure, type InstanceReading, lastPoint, type ServiceReading, type Snapshot } from './snapshot.js'

/**
 * What a namespace's snapshot tells after the one before it. What could not be read this time is kept from then, with the
 * time for which it was true, so that it can be left out when it is too old:
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
  const before = new Map(previous.services.map((reading) => [labelsKey(reading.service), reading]))
  const services = fresh.services.map((reading) => carryService(before.get(labelsKey(reading.service)), reading))
  const { failure } = fresh
  if (failure === undefined) return { ...fresh, services }
  const listed = new Set(fresh.services.map(({ service }) => labelsKey(service)))
  const missing = previous.services.filter(
    ({ service, listedTime }) => !listed.has(labelsKey(service)) && fresh.startTime - listedTime <= maxAgeSeconds,
  )
  return { ...fresh, services: [...services, ...missing.map((reading) => asFailed(reading, failure))].sort(byLabels) }
}

const carryService = (before: ServiceReading | undefined, reading: ServiceReading): ServiceReading => {
  if (before === undefined) return reading
  if (reading.instancesFailure !== undefined) {
    return { ...reading, instances: asFailed(before, reading.instancesFailure).instances }
  }
  const instancesBefore = new Map(before.instances.map((instance) => [instance.instance.uuid, instance]))
  return {
    ...reading,
    instances: reading.instances.map((instance) =>
      carryInstance(instancesBefore.get(instance.instance.uuid), instance),
    ),
  }
}

const carryInstance = (before: InstanceReading | undefined, reading: InstanceReading): InstanceReading => {
  const known = lastPoint(before)
  if (known === undefined) return reading
  if (reading.outcome === 'failed') return { ...reading, point: known }
  return reading.outcome === 'ok' && reading.point.time < known.time ? { ...reading, point: known } : reading
}

const asFailed = (reading: ServiceReading, failure: Failure): ServiceReading => ({
  ...reading,
  instances: reading.instances
    .filter(({ outcome }) => outcome !== 'gone')
    .map((instance) => carryInstance(instance, { instance: instance.instance, outcome: 'failed', failure })),
})

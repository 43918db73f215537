import { type Instance, type InstanceMetricsPoint, metricColumns, type Service } from '@alauda-exporter/alauda-client'
import fc from 'fast-check'
import type { InstanceReading, Measured, ServiceReading, Snapshot } from '../../src/snapshot.js'
import { toInstance, toPoint, toService } from '../../src/sources/cloud/to-model.js'
import { someFailure } from './snapshots.js'

const value = fc.double({ noNaN: true, noDefaultInfinity: true })
const text = fc.string({ unit: 'binary', minLength: 1 })
const fewNames = (...names: string[]) => fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, text)
const list = <A>(one: fc.Arbitrary<A>, key: (object: A) => string) =>
  fc.uniqueArray(one, { selector: key, maxLength: 4 })

export const points: fc.Arbitrary<InstanceMetricsPoint> = fc.record(
  { time: value, ...Object.fromEntries(metricColumns.map((column) => [column, value])) },
  { requiredKeys: ['time'] },
)

/** Few names, many uuids: as during redeploys. */
export const instances: fc.Arbitrary<Instance> = fc.record(
  { uuid: text, instance_name: fewNames('web.0', 'web.1', 'web.10'), started_at: fc.nat(3) },
  { requiredKeys: ['uuid', 'instance_name'] },
)

export const services: fc.Arbitrary<Service> = fc.record(
  {
    service_name: fewNames('web', 'kibana'),
    project_name: fewNames('a', 'b'),
    space_name: fewNames('a', 'b'),
    uuid: text,
    image_name: text,
    scaling_mode: fewNames('AUTO', 'MANUAL'),
    current_status: fewNames('Running', 'Stopped', 'Scaling'),
    target_num_instances: value,
    started_at: fc.nat(3),
    labels: fc.array(fc.record({ key: fc.constantFrom('a', 'b'), value: text }, { requiredKeys: ['key'] })),
  },
  { requiredKeys: ['service_name'] },
)

const measured: fc.Arbitrary<Measured> = fc.record(
  { point: points.map(toPoint), ageFrom: value },
  { requiredKeys: ['point'] },
)
const notShown = fc.record({ before: measured }, { requiredKeys: [] })
const outcome = <Outcome extends InstanceReading['outcome']>(is: Outcome) =>
  fc.record({ instance: instances.map(toInstance), outcome: fc.constant(is) })
const failed = fc.record({
  instance: instances.map(toInstance),
  outcome: fc.constant('failed' as const),
  failure: fc.constant(someFailure),
})
const both = <A, B>(one: fc.Arbitrary<A>, other: fc.Arbitrary<B>) =>
  fc.tuple(one, other).map(([a, b]) => ({ ...a, ...b }))

const instanceReadings: fc.Arbitrary<InstanceReading> = fc.oneof(
  both(outcome('ok'), measured),
  both(outcome('empty'), notShown),
  outcome('gone'),
  both(failed, measured),
  both(failed, notShown),
)

const serviceReadings: fc.Arbitrary<ServiceReading> = fc.record(
  {
    service: services.map(toService),
    listedTime: value,
    instances: list(instanceReadings, ({ instance }) => instance.name),
    duplicates: fc.nat(),
    instancesFailure: fc.constant(someFailure),
  },
  { requiredKeys: ['service', 'listedTime', 'instances', 'duplicates'] },
)

/** Snapshots of several namespaces, as a collector may hold them at one time. */
export const snapshotLists: fc.Arbitrary<ReadonlyArray<Snapshot>> = list(
  fc.record(
    {
      namespace: fewNames('demo', 'team'),
      startTime: value,
      durationSeconds: value,
      intervalSeconds: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      lastSuccessTime: value,
      failure: fc.constant(someFailure),
      services: list(serviceReadings, ({ service }) => JSON.stringify([service.project, service.space, service.name])),
      duplicates: fc.nat(),
      leftOut: fc.record({ instances: fc.nat(), 'name-length': fc.nat() }, { requiredKeys: [] }),
      unreadableValues: fc.dictionary(text, fc.nat(), { maxKeys: 3 }),
      futurePoints: fc.nat(),
      failures: fc.record({ auth: fc.nat(), limit: fc.nat() }, { requiredKeys: [] }),
    },
    {
      requiredKeys: [
        'namespace',
        'startTime',
        'durationSeconds',
        'services',
        'duplicates',
        'leftOut',
        'unreadableValues',
        'futurePoints',
        'failures',
      ],
    },
  ),
  ({ namespace }) => namespace,
)

import type { Call } from './call.js'
import type { AnswerFault, ContentsFault, FaultFields } from './fault.js'
import type { MetricPoint } from './metric-point.js'
import { measured } from './read-calls.js'
import { type InstanceState, instanceCounts, type ServiceState } from './service.js'
import type { World } from './world.js'

type Duplicate = Extract<ContentsFault, { readonly startedAfter: number }>

/** The call with the contents and the time that it sees under these faults. Churn changes the world itself. */
export const callUnder = (
  contents: ReadonlyArray<ContentsFault>,
  answer: AnswerFault | undefined,
  call: Call,
): Call => {
  const { now } = call
  let { world } = call
  for (const fault of contents) {
    if (fault.kind === 'churn') churn(fault, world, now)
    else world = withDuplicates(world, fault)
  }
  if (answer?.kind !== 'wrong-clock') return { ...call, world }
  return { ...call, world: withClockAhead(world, answer.seconds), now: now + answer.seconds }
}

/** Skips services that are deleted or created already, so it happens once. */
const churn = ({ deletes = [], creates = [] }: FaultFields['churn'], world: World, now: number): void => {
  for (const service of deletes) {
    if (world.serviceAt(service, now) !== undefined) world.change({ at: now, action: 'delete', service })
  }
  for (const service_name of creates) {
    if (world.serviceAt(service_name, now) !== undefined) continue
    world.change({ at: now, action: 'create', service: { service_name, image_name: 'index.alauda.cn/demo/churn' } })
  }
}

/** The world with all its times `seconds` later. */
const withClockAhead = (world: World, seconds: number): World => ({
  ...world,
  stateAt: (t) => world.stateAt(t - seconds),
  serviceAt: (service, t) => world.serviceAt(service, t - seconds),
  points: (query) =>
    world
      .points({ ...query, start: query.start - seconds, end: query.end - seconds })
      .map((point) => ({ ...point, time: point.time + seconds })),
  change: (change) => world.change({ ...change, at: change.at - seconds }),
})

// The world's uuids have version 5: another version digit gives an unused uuid that leads back to the original.
const versionAt = 14
const withVersion = (uuid: string, version: string): string =>
  uuid.slice(0, versionAt) + version + uuid.slice(versionAt + 1)
const originalUuid = (uuid: string): string => withVersion(uuid, '5')
const isTwin = (uuid: string): boolean => uuid.charAt(versionAt) !== '5'

const isNamed = (asked: string | undefined, ...names: ReadonlyArray<string>): boolean =>
  asked === undefined || names.includes(asked)

/** The list with a twin after each selected original that has none yet. */
const withTwins = <Item extends { readonly uuid: string }>(
  items: ReadonlyArray<Item>,
  isSelected: (item: Item) => boolean,
  twinOf: (item: Item) => Item,
): ReadonlyArray<Item> => {
  const uuids = new Set(items.map(({ uuid }) => uuid))
  return items.flatMap((item) => {
    const twin = twinOf(item)
    return isTwin(item.uuid) || uuids.has(twin.uuid) || !isSelected(item) ? [item] : [item, twin]
  })
}

const withDuplicates = (world: World, fault: Duplicate): World => {
  const { kind, startedAfter } = fault
  // An instance's own duplicate differs from the one in its service's duplicate.
  const twinUuid = (uuid: string): string => withVersion(uuid, kind === 'duplicate-service' ? '4' : '3')
  const twinInstance = (instance: InstanceState): InstanceState => ({
    ...instance,
    uuid: twinUuid(instance.uuid),
    started_at: instance.started_at + startedAfter,
  })
  const twinService = (service: ServiceState): ServiceState => ({
    ...service,
    uuid: twinUuid(service.uuid),
    created_at: service.created_at + startedAfter,
    started_at: service.started_at === null ? null : service.started_at + startedAfter,
    instances: service.instances.filter(({ uuid }) => !isTwin(uuid)).map(twinInstance),
  })
  const isSelected = ({ uuid, service_name }: ServiceState): boolean => isNamed(fault.service, uuid, service_name)
  const withTwinInstances = (service: ServiceState): ServiceState => {
    if (isTwin(service.uuid) || !isSelected(service)) return service
    const isWanted = ({ uuid, instance_name }: InstanceState) => isNamed(fault.instance, uuid, instance_name)
    const instances = withTwins(service.instances, isWanted, twinInstance)
    return { ...service, ...instanceCounts(instances.length), instances }
  }
  const stateAt: World['stateAt'] = (t) => {
    const { services } = world.stateAt(t)
    if (kind === 'duplicate-instance') return { services: services.map(withTwinInstances) }
    return { services: withTwins(services, isSelected, twinService) }
  }
  return {
    ...world,
    stateAt,
    // An original stands before its twin, so its name finds the original.
    serviceAt: (asked, t) => stateAt(t).services.find(({ uuid, service_name }) => [uuid, service_name].includes(asked)),
    points: (query) => {
      const original = { ...query, service: originalUuid(query.service), instance: originalUuid(query.instance) }
      // Without the original's uuids, nested duplicates of one object would each add 1.
      return isTwin(query.instance) ? world.points(original).map(plusOne) : world.points(query)
    },
  }
}

const plusOne = (point: MetricPoint): MetricPoint => {
  const twin: { -readonly [Column in keyof MetricPoint]: number } = { ...point }
  for (const column of measured) twin[column] += 1
  return twin
}

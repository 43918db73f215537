import type * as api from '@alauda-exporter/alauda-client'
import { newestPoint } from '@alauda-exporter/alauda-client'
import { inShortSteps } from '@alauda-exporter/alauda-client/turns'
import * as E from 'fp-ts/lib/Either.js'
import { missingIn } from '../../carry-over.js'
import { atOnce, type Steps } from '../../family.js'
import type { Instance } from '../../model.js'
import { isServiceTooLong, labelsKey } from '../../service-labels.js'
import type { Failure, InstanceReading, ServiceReading } from '../../snapshot.js'
import type { CollectOptions, Source } from '../source.js'
import { type AlaudaCalls, type Attempt, createAttempt, eachInTurn, inTurn } from './calls.js'
import {
  addUnreadable,
  ambiguousNames,
  beginService,
  createProgress,
  forgetAllBut,
  keyOf,
  newestOfLabels,
  noteInstances,
  notePrevious,
  type Progress,
  type ServiceProgress,
  seenIn,
} from './progress.js'
import { toInstance, toPoint, toService } from './to-model.js'

export interface CloudOptions {
  /** How far back to look for an instance's newest point, in milliseconds. */
  readonly windowMs: number
  /** Distance between the points that the API is asked for. */
  readonly period: api.Period
}

/** API v1: services page by page, and the metrics of each instance as soon as its service is known. */
export const cloudSource = (
  client: AlaudaCalls & Partial<Pick<api.AlaudaTaskClient, 'statistics'>>,
  cloud: CloudOptions,
): Source => ({
  collect: (options) => {
    const progress = createProgress(options)
    const { signal } = options
    const reading = {
      ...options,
      ...cloud,
      progress,
      attempt: createAttempt(client, signal),
      queue: client.createWorkQueue?.(signal) ?? { add: (work: () => void) => work() },
      within: { signal, timeoutMs },
    }
    return {
      done: readNamespace(reading).then(() => inShortSteps(seenIn(progress))),
      soFar: () => atOnce(seenIn(progress)),
    }
  },
  statistics: () => client.statistics?.(),
})

// None: the collection's signal ends its calls. In a long queue a call may well wait longer than a deadline of its own.
const timeoutMs = 0

interface Reading extends CollectOptions, CloudOptions {
  readonly attempt: Attempt
  /** Of the calls for each service and each instance: there may be very many. */
  readonly queue: api.WorkQueue
  readonly progress: Progress
  /** What ends each call. */
  readonly within: { readonly signal: AbortSignal; readonly timeoutMs: number }
}

/** A service of the API, and what is shown of it. */
const listedOf = (told: api.Service) => {
  const service = toService(told)
  return { key: keyOf(service), service, told }
}

type Listed = ReturnType<typeof listedOf>

const readNamespace = async (reading: Reading): Promise<void> => {
  const { attempt, progress, namespace, clock, within, previous } = reading
  const known = new Set<string>()
  const reads = new Map<Listed, Promise<void>>()
  function* begin(services: ReadonlyArray<Listed>): Steps<void> {
    for (const listed of services) {
      if (known.has(listed.key)) continue
      known.add(listed.key)
      if (!isToRead(reading, listed)) continue
      const isRead = readService(reading, listed, listed.service.name)
      // It is awaited only when the whole list is there.
      isRead.catch(() => {})
      reads.set(listed, isRead)
      yield
    }
  }
  // A client need not give the same objects on pages and in the list; ours does.
  const onPages = new Map<api.Service, Listed>()
  let begun = inShortSteps(notePrevious(progress, previous, reading.maxInstances))
  const list = await attempt('listServices', (calls) =>
    calls.listServices(namespace, {
      ...within,
      onPage: (services) => {
        const page = services.map(listedOf)
        for (const listed of page) onPages.set(listed.told, listed)
        begun = begun.then(() => inShortSteps(begin(page)))
      },
      onUnreadable: (places) => addUnreadable(progress.unreadable, places),
    }),
  )
  const readTime = clock.now() / 1000
  await begun
  function* listedIn(told: ReadonlyArray<api.Service>): Steps<ReadonlyArray<Listed>> {
    const services: Listed[] = []
    for (const one of told) {
      services.push(onPages.get(one) ?? listedOf(one))
      yield
    }
    yield* begin(services)
    return services
  }
  const services = E.isRight(list) ? await inShortSteps(listedIn(list.right)) : []
  progress.list = E.isLeft(list) ? { failure: list.left.failure } : { readTime }
  // Without those that were deleted while the list was read.
  if (E.isRight(list)) forgetAllBut(progress, new Set(services.map(({ key }) => key)))
  const ambiguous = ambiguousNames(progress)
  const newest = await inShortSteps(newestOfLabels([...progress.services.values()]))
  const shown = new Set(newest.kept.map(({ service }) => service))
  const oldest = clock.now() / 1000 - reading.maxAgeSeconds
  const missing = E.isLeft(list) ? [] : await inShortSteps(missingIn(services, previous, oldest))
  await Promise.all([
    ...[...reads].map(async ([listed, isRead]) => {
      if (!progress.services.has(listed.key)) return
      await isRead
      if (shown.has(listed.service)) await settle(reading, listed, ambiguous)
    }),
    ...missing.map((before) => readMissing(reading, before, ambiguous)),
  ])
}

// Where several services have one name, a call by that name may be answered for another one of them: a list of instances may be
// that one's, and an instance may not be found though it is there. These are read again by their uuids.
const settle = async (reading: Reading, listed: Listed, ambiguous: ReadonlySet<string>): Promise<void> => {
  const { progress } = reading
  const { uuid, name } = listed.service
  const isDoubtful = ambiguous.has(name) && mayBeOfAnother(progress, listed)
  if (uuid !== undefined && isDoubtful) await readService(reading, listed, uuid)
  progress.settled.add(listed.key)
}

const mayBeOfAnother = ({ services }: Progress, { key, told }: Listed): boolean => {
  if (told.instances === undefined) return true
  const outcomes = [...(services.get(key)?.readings.values() ?? [])].map(({ outcome }) => outcome)
  return outcomes.includes('gone') && outcomes.every((outcome) => outcome === 'gone' || outcome === 'failed')
}

// A list that changes while its pages are read may lack a service that is still there: it has moved to a page that was read
// before. So what is missing is asked for by itself before it is taken for gone.
const readMissing = async (reading: Reading, before: ServiceReading, ambiguous: ReadonlySet<string>): Promise<void> => {
  const { attempt, progress, namespace, within } = reading
  const { service, listedTime } = before
  const missing = beginService(progress, service, listedTime)
  const answer = await attempt('getService', (calls) =>
    calls.getService({ namespace, service: service.uuid ?? service.name }, within),
  )
  if (E.isLeft(answer) && !answer.left.isNotFound) {
    missing.instancesFailure = answer.left.failure
    progress.settled.add(keyOf(service))
    return
  }
  progress.services.delete(keyOf(service))
  if (E.isLeft(answer)) return
  const found = listedOf(answer.right)
  if (labelsKey(found.service) !== labelsKey(service) || !isToRead(reading, found)) return
  await readService(reading, found, found.service.name)
  await settle(reading, found, ambiguous)
}

/** Whether a service is wanted, and is not left out because of a name. */
const isToRead = ({ filter, maxNameLength, labelKeys, progress }: Reading, { key, service }: Listed): boolean => {
  if (!filter(service)) return false
  if (!isServiceTooLong(service, maxNameLength, labelKeys)) return true
  progress.tooLong.add(key)
  return false
}

/** `address` is what calls name the service by: its name or its uuid. */
const readService = async (reading: Reading, { service, told }: Listed, address: string): Promise<void> => {
  const { progress, clock, queue } = reading
  const begun = beginService(progress, service, clock.now() / 1000)
  addUnreadable(begun.unreadable, told.unreadableFields ?? [])
  const wanted = noteInstances(progress, begun, await listInstances(reading, told, address, begun))
  await eachInTurn(queue, wanted, async (instance) => {
    begun.readings.set(instance.name, await readInstance(reading, address, instance, begun))
  })
}

const listInstances = async (
  { attempt, queue, namespace, within }: Reading,
  told: api.Service,
  address: string,
  { unreadable }: ServiceProgress,
): Promise<E.Either<Failure, ReadonlyArray<Instance>>> => {
  if (told.instances !== undefined) return E.right(told.instances.map(toInstance))
  const onUnreadable = (places: ReadonlyArray<string>) => addUnreadable(unreadable, ['instances'], places.length)
  const listed = await inTurn(queue, () =>
    attempt('listInstances', (calls) =>
      calls.listInstances({ namespace, service: address }, { ...within, onUnreadable }),
    ),
  )
  if (E.isLeft(listed)) return listed.left.isNotFound ? E.right([]) : E.left(listed.left.failure)
  const fields = listed.right.flatMap((instance) => instance.unreadableFields ?? [])
  addUnreadable(
    unreadable,
    fields.map((field) => `instances.${field}`),
  )
  return E.right(listed.right.map(toInstance))
}

const readInstance = async (
  { attempt, namespace, windowMs, period, clock, signal }: Reading,
  address: string,
  instance: Instance,
  service: ServiceProgress,
): Promise<InstanceReading> => {
  const end = clock.now() / 1000
  const start = end - windowMs / 1000
  const metrics = await attempt('getInstanceMetrics', (calls) =>
    calls.getInstanceMetrics(
      { namespace, service: address, instance: instance.uuid },
      { signal, timeoutMs, start, end, period },
    ),
  )
  if (E.isLeft(metrics)) {
    const { isNotFound, failure } = metrics.left
    return isNotFound ? { instance, outcome: 'gone' } : { instance, outcome: 'failed', failure }
  }
  const { points, unreadableValues } = metrics.right
  for (const column in unreadableValues) addUnreadable(service.unreadable, [column], unreadableValues[column])
  // A time that has not come is a fault of the cloud's: shown, it would stand in the way of every true one.
  const isFuture = ({ time }: api.InstanceMetricsPoint) => time > end + clockSlackSeconds
  const isUsable = (point: api.InstanceMetricsPoint) => point.time >= 0 && !isFuture(point)
  const isEachUsable = points.every(isUsable)
  const future = isEachUsable ? 0 : points.filter(isFuture).length
  service.futurePoints += future
  const newest = newestPoint({ points: isEachUsable ? points : points.filter(isUsable) })
  if (newest === undefined) {
    const failure = unusablePoints(instance, Object.keys(unreadableValues ?? {}), future)
    return failure === undefined ? { instance, outcome: 'empty' } : { instance, outcome: 'failed', failure }
  }
  const reading = { instance, outcome: 'ok', point: toPoint(newest) } as const
  const isOfAskedTime = newest.time >= start - clockSlackSeconds
  return isOfAskedTime ? reading : { ...reading, ageFrom: end }
}

/** Why there is nothing to show though something came; absent when nothing came. */
const unusablePoints = ({ name }: Instance, columns: ReadonlyArray<string>, future: number): Failure | undefined => {
  const faults: string[] = []
  if (columns.length > 0) faults.push(`values cannot be read (${columns.join(', ')})`)
  if (future > 0) {
    faults.push(`the time of ${future} has not come; compare the clocks of the cloud and of this machine`)
  }
  if (faults.length === 0) return undefined
  const where = `metrics of instance ${JSON.stringify(name)}`
  const message = `${where}: points came, none of them can be used: ${faults.join(', ')}`
  return { kind: 'UnusablePointsError', reason: 'decode', message }
}

// How far the cloud's clock may be from ours.
const clockSlackSeconds = 60

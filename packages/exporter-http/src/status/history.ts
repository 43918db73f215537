import { known } from '@alauda-exporter/alauda-client/options'
import { type Point, type Service, type ServiceReading, type Snapshot, servicesIn } from '@alauda-exporter/collector'
import { nameKey } from './arrangement.js'
import { type HistoryStatus, mostPlotted } from './model.js'
import { sumOf } from './units.js'

/** Work in steps, each of which is soon done. */
type Steps<A> = Generator<undefined, A>

/** Which account's namespace. */
export interface Place {
  readonly account?: string | undefined
  readonly namespace: string
}

/** The collections of the last hour, as far as the page shows them. In memory, and bounded. */
export interface History {
  /** Adds a snapshot in steps, of which nothing is shown before the last one. One snapshot must follow the other. */
  readonly add: (account: { readonly name?: string }, snapshot: Snapshot) => Steps<void>
  /** Absent when there is none: before the first collection, and for services beyond the bound. */
  readonly ofService: (place: Place, service: Service, now: number) => HistoryStatus | undefined
  /** How fast an instance uses CPU time, sends and receives; absent before its counters were read twice. */
  readonly ratesOf: (place: Place, uuid: string) => Rates
  /** How often it has changed. */
  readonly changes: () => number
}

interface NamespaceHistory {
  readonly series: ReadonlyMap<string, Series>
  readonly flows: Flows
  readonly lastTime: number
}

const keptSeconds = 3600

/** Whether a point of this time is of the last hour. */
export const isPointKept = (time: number, now: number): boolean => time >= now - keptSeconds

/**
 * An empty history, for at most `maxServices` services of all namespaces together: with 120 points of 3 numbers each, a
 * thousand take 3 MB.
 *
 * @example
 * const history = createHistory()
 * await inSteps(history.add({}, snapshot))
 */
export const createHistory = (maxServices = mostPlotted): History => {
  const namespaces = new Map<string, NamespaceHistory>()
  let changes = 0

  function* add({ name }: { readonly name?: string }, snapshot: Snapshot): Steps<void> {
    const { namespace, startTime: lastTime } = snapshot
    const key = placeKey({ account: name, namespace })
    const before = namespaces.get(key)
    const others = [...namespaces].filter(([other]) => other !== key)
    const room = others.reduce((left, [, { series }]) => left - series.size, maxServices)
    const flows = yield* flowsAfter(before?.flows ?? new Map(), snapshot)
    const series = yield* seriesAfter(before?.series ?? new Map(), snapshot, flows, room)
    namespaces.set(key, { flows, series, lastTime })
    // Accounts and namespaces that the exporter no longer watches are never collected again.
    for (const [other, { lastTime: last }] of namespaces) if (last < lastTime - keptSeconds) namespaces.delete(other)
    changes += 1
  }

  return {
    add,
    ofService: (place, service, now) => {
      const series = namespaces.get(placeKey(place))?.series.get(keyOf(service))
      return series && shownOf(series, now)
    },
    ratesOf: (place, uuid) => ratesOf(namespaces.get(placeKey(place))?.flows.get(uuid)),
    changes: () => changes,
  }
}

const placeKey = ({ account, namespace }: Place): string => JSON.stringify([account, namespace])

const keyOf = ({ name, project, space }: Service): string => nameKey({ namespace: '', project, space, service: name })

/** Services that are gone are dropped; the others of before keep their places. */
function* seriesAfter(
  before: ReadonlyMap<string, Series>,
  snapshot: Snapshot,
  flows: Flows,
  room: number,
): Steps<ReadonlyMap<string, Series>> {
  const { startTime } = snapshot
  const readings = new Map<string, ServiceReading>()
  for (const reading of servicesIn(snapshot)) {
    readings.set(keyOf(reading.service), reading)
    yield
  }
  const after = new Map([...before].filter(([key]) => readings.has(key)))
  for (const [key, reading] of readings) {
    const series = after.get(key) ?? (after.size < room ? noSeries : undefined)
    if (series === undefined) continue
    after.set(key, withPoint(series, startTime, pointOf(reading, flows)))
    yield
  }
  return after
}

/**
 * An instance that could not be read counts with its previous values, or the sum would fall; but if none could be read, nothing was
 * measured.
 */
const pointOf = ({ instances }: ServiceReading, flows: Flows): Measured => {
  const isMeasured = instances.some(({ outcome }) => outcome === 'ok')
  const shown = isMeasured ? instances.filter(({ point }) => point !== undefined) : []
  return {
    cores: sumOf(shown.map(({ instance }) => rateOf(flows.get(instance.uuid), 'cpuUsageSeconds'))),
    memory: sumOf(shown.map(({ point }) => point?.memoryUsageBytes)),
  }
}

/** What is plotted of a service; `memory` in bytes. */
type Measured = Readonly<Record<'cores' | 'memory', number | undefined>>

/** The last points of one service, at most {@link capacity} of them. */
interface Series extends Points {
  /** How far apart they are at least, once there were too many. */
  readonly apartSeconds: number
}

/** Lists of numbers alone take 8 bytes for each: an unmeasured value is NaN. */
type Points = Readonly<Record<'times' | 'cores' | 'memory', ReadonlyArray<number>>>

export const capacity = 120

export const noSeries: Series = { times: [], cores: [], memory: [], apartSeconds: 0 }

/**
 * A series and a point more, at a time in seconds since the epoch. It has the points of the last `keptSeconds`. A full one drops every
 * second of them, and from then on points that come faster replace the newest: the whole time is covered at any interval, and the newest
 * value is there.
 *
 * @example
 * shownOf(withPoint(noSeries, 60, { cores: 0.12, memory: undefined }), 70)
 * // { times: [60], cpuUsageCores: [0.12], memoryUsageBytes: [null] }
 */
export const withPoint = (series: Series, time: number, { cores, memory }: Measured): Series => {
  // A clock may be set back: later points would be in the future.
  let points = pointsWhere(series, (before) => before < time && before >= time - keptSeconds)
  let { apartSeconds } = series
  const [first = 0, secondLast = 0, last = 0] = [points.times[0], points.times.at(-2), points.times.at(-1)]
  if (points.times.length > 1 && last - secondLast < apartSeconds) {
    points = pointsWhere(points, (before) => before !== last)
  }
  if (points.times.length === capacity) {
    apartSeconds = (2 * (last - first)) / (capacity - 1)
    points = pointsWhere(points, (_, index) => index % 2 === 1)
  }
  return {
    times: [...points.times, time],
    cores: [...points.cores, cores ?? Number.NaN],
    memory: [...points.memory, memory ?? Number.NaN],
    apartSeconds,
  }
}

/** The points of a series that are not too old at this time. */
export const shownOf = (series: Series, now: number): HistoryStatus => {
  const { times, cores, memory } = pointsWhere(series, (time) => isPointKept(time, now))
  return { times, cpuUsageCores: cores.map(orNull), memoryUsageBytes: memory.map(orNull) }
}

const pointsWhere = (points: Points, isKept: (time: number, index: number) => boolean): Points => {
  const { times, cores, memory } = points
  if (times.every(isKept)) return points
  const kept = times.map(isKept)
  const of = (column: ReadonlyArray<number>) => column.filter((_, index) => kept[index])
  return { times: of(times), cores: of(cores), memory: of(memory) }
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** How fast the counters of an instance grow: cores in use, bytes received and sent per second. */
type Rates = Readonly<Partial<Record<'cores' | 'receive' | 'transmit', number>>>

/** The newest reading of an instance's counters, and the one before it that its rates are counted from. */
interface Flow {
  readonly point: Point
  readonly before?: Point
}

/** By the uuids of the instances of one namespace. */
export type Flows = ReadonlyMap<string, Flow>

/** Forgets the instances that are missing from the snapshot. */
export function* flowsAfter(before: Flows, snapshot: Snapshot): Steps<Flows> {
  const after = new Map<string, Flow>()
  for (const { instances } of servicesIn(snapshot)) {
    for (const { instance, point } of instances) {
      const last = before.get(instance.uuid)
      const flow = point === undefined ? last : flowAfter(last, point)
      if (flow !== undefined) after.set(instance.uuid, flow)
    }
    yield
  }
  return after
}

const flowAfter = (last: Flow | undefined, point: Point): Flow => {
  const seconds = last === undefined ? -1 : point.time - last.point.time
  // The same point again, or an older one after the cloud's clock was set back.
  if (last === undefined || seconds < 0) return { point }
  return seconds === 0 ? last : { point, before: last.point }
}

/**
 * Rates from two readings of an instance's counters that follow each other, by the times at which the cloud measured them. A uuid is
 * one container, so that its counters do not start again; one that falls all the same has no rate.
 */
export const ratesOf = (flow: Flow | undefined): Rates =>
  known({
    cores: rateOf(flow, 'cpuUsageSeconds'),
    receive: rateOf(flow, 'networkReceiveBytes'),
    transmit: rateOf(flow, 'networkTransmitBytes'),
  })

const rateOf = (flow: Flow | undefined, counter: keyof Point): number | undefined => {
  const [first, last] = [flow?.before?.[counter], flow?.point[counter]]
  if (flow?.before === undefined || first === undefined || last === undefined || last < first) return undefined
  return (last - first) / (flow.point.time - flow.before.time)
}

import { type Point, type Service, type ServiceReading, type Snapshot, servicesIn } from '@alauda-exporter/collector'
import { nameKey } from './arrangement.js'
import { type HistoryStatus, mostPlotted } from './model.js'
import { sumOf } from './units.js'

/** Which account's namespace. */
export interface Place {
  readonly account?: string | undefined
  readonly namespace: string
}

/** The collections of the last hour, as far as the page shows them. In memory, and bounded. */
export interface History {
  readonly add: (account: { readonly name?: string }, snapshot: Snapshot) => void
  /** Absent when there is none: before the first collection, and for services beyond the bound. */
  readonly ofService: (place: Place, service: Service, now: number) => HistoryStatus | undefined
  /** How fast an instance uses CPU time, sends and receives; absent before its counters were read twice. */
  readonly ratesOf: (place: Place, uuid: string) => Rates
}

interface NamespaceHistory {
  readonly series: ReadonlyMap<string, Series>
  readonly flows: Flows
  readonly lastTime: number
}

const keptSeconds = 3600

/**
 * An empty history, for at most `maxServices` services of all namespaces together: with 120 points of 3 numbers each, a
 * thousand take 3 MB.
 *
 * @example
 * const history = createHistory()
 * startWatch(settings, { onCollected: history.add })
 */
export const createHistory = (maxServices = mostPlotted): History => {
  const namespaces = new Map<string, NamespaceHistory>()

  return {
    add: ({ name }, snapshot) => {
      const { namespace, startTime: lastTime } = snapshot
      const key = placeKey({ account: name, namespace })
      const { series: before = new Map(), flows = createFlows() } = namespaces.get(key) ?? {}
      flows.add(snapshot)
      namespaces.delete(key)
      const room = [...namespaces.values()].reduce((left, { series }) => left - series.size, maxServices)
      namespaces.set(key, { flows, lastTime, series: seriesAfter(before, snapshot, flows, room) })
      // Accounts and namespaces that the exporter no longer watches are never collected again.
      for (const [other, { lastTime: last }] of namespaces) if (last < lastTime - keptSeconds) namespaces.delete(other)
    },
    ofService: (place, service, now) => namespaces.get(placeKey(place))?.series.get(keyOf(service))?.read(now),
    ratesOf: (place, uuid) => namespaces.get(placeKey(place))?.flows.ratesOf(uuid) ?? {},
  }
}

const placeKey = ({ account, namespace }: Place): string => JSON.stringify([account, namespace])

const keyOf = ({ name, project, space }: Service): string => nameKey({ namespace: '', project, space, service: name })

/** Services that are gone are dropped; the others of before keep their places. */
const seriesAfter = (
  before: ReadonlyMap<string, Series>,
  snapshot: Snapshot,
  flows: Flows,
  room: number,
): ReadonlyMap<string, Series> => {
  const { startTime } = snapshot
  const readings = new Map(servicesIn(snapshot).map((reading) => [keyOf(reading.service), reading]))
  const after = new Map([...before].filter(([key]) => readings.has(key)))
  for (const [key, reading] of readings) {
    const series = after.get(key) ?? (after.size < room ? createSeries(keptSeconds) : undefined)
    if (series === undefined) continue
    series.add(startTime, pointOf(reading, flows))
    after.set(key, series)
  }
  return after
}

/**
 * An instance that could not be read counts with its previous values, or the sum would fall; but if none could be read, nothing was
 * measured.
 */
const pointOf = ({ instances }: ServiceReading, flows: Flows) => {
  const isMeasured = instances.some(({ outcome }) => outcome === 'ok')
  const shown = isMeasured ? instances.filter(({ point }) => point !== undefined) : []
  return {
    cores: sumOf(shown.map(({ instance }) => flows.ratesOf(instance.uuid).cores)),
    memory: sumOf(shown.map(({ point }) => point?.memoryUsageBytes)),
  }
}

/** The last points of one service, at most {@link capacity} of them. */
interface Series {
  /** `memory` in bytes; `time` in seconds since the epoch. */
  readonly add: (
    time: number,
    values: { readonly cores: number | undefined; readonly memory: number | undefined },
  ) => void
  /** Those that are not too old at this time. */
  readonly read: (now: number) => HistoryStatus
}

export const capacity = 120

/**
 * The points of the last `keptSeconds`. A full series drops every second one, and from then on points that come faster replace the
 * newest: the whole time is covered at any interval, and the newest value is there.
 *
 * @example
 * const series = createSeries(3600)
 * series.add(60, { cores: 0.12, memory: undefined })
 * series.read(70) // { times: [60], cpuUsageCores: [0.12], memoryUsageBytes: [null] }
 */
export const createSeries = (keptSeconds: number): Series => {
  let points: Points = { times: [], cores: [], memory: [] }
  let apartSeconds = 0
  return {
    add: (time, values) => {
      // A clock may be set back: later points would be in the future.
      points = pointsWhere(points, (before) => before < time && before >= time - keptSeconds)
      const [first = 0, secondLast = 0, last = 0] = [points.times[0], points.times.at(-2), points.times.at(-1)]
      if (points.times.length > 1 && last - secondLast < apartSeconds) {
        points = pointsWhere(points, (before) => before !== last)
      }
      if (points.times.length === capacity) {
        apartSeconds = (2 * (last - first)) / (capacity - 1)
        points = pointsWhere(points, (_, index) => index % 2 === 1)
      }
      points = {
        times: [...points.times, time],
        cores: [...points.cores, values.cores ?? Number.NaN],
        memory: [...points.memory, values.memory ?? Number.NaN],
      }
    },
    read: (now) => {
      const { times, cores, memory } = pointsWhere(points, (time) => time >= now - keptSeconds)
      return { times, cpuUsageCores: cores.map(orNull), memoryUsageBytes: memory.map(orNull) }
    },
  }
}

/** Lists of numbers alone take 8 bytes for each: an unmeasured value is NaN. */
type Points = Readonly<Record<'times' | 'cores' | 'memory', ReadonlyArray<number>>>

const pointsWhere = ({ times, cores, memory }: Points, isKept: (time: number, index: number) => boolean): Points => {
  const kept = times.map(isKept)
  const of = (column: ReadonlyArray<number>) => column.filter((_, index) => kept[index])
  return { times: of(times), cores: of(cores), memory: of(memory) }
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** How fast the counters of an instance grow: cores in use, bytes received and sent per second. */
type Rates = Readonly<Partial<Record<'cores' | 'receive' | 'transmit', number>>>

/** The rates of the instances of one namespace. */
interface Flows {
  /** Forgets the instances that are missing from the snapshot. */
  readonly add: (snapshot: Snapshot) => void
  readonly ratesOf: (uuid: string) => Rates
}

interface Flow {
  readonly point: Point
  readonly rates: Rates
}

/**
 * Rates from two readings of an instance's counters that follow each other, by the times at which the cloud measured them.
 * A uuid is one container, so that its counters do not start again; one that falls all the same has no rate.
 */
export const createFlows = (): Flows => {
  let flows: ReadonlyMap<string, Flow> = new Map()
  return {
    add: (snapshot) => {
      const next = new Map<string, Flow>()
      for (const { instances } of servicesIn(snapshot)) {
        for (const reading of instances) {
          const { uuid } = reading.instance
          const before = flows.get(uuid)
          const flow = reading.point === undefined ? before : flowAfter(before, reading.point)
          if (flow !== undefined) next.set(uuid, flow)
        }
      }
      flows = next
    },
    ratesOf: (uuid) => flows.get(uuid)?.rates ?? {},
  }
}

const flowAfter = (before: Flow | undefined, point: Point): Flow => {
  if (before === undefined) return { point, rates: {} }
  const seconds = point.time - before.point.time
  // The same point again, or an older one after the cloud's clock was set back.
  if (seconds === 0) return before
  if (seconds < 0) return { point, rates: {} }
  const rateOf = (name: keyof Rates, counter: keyof Point): Rates => {
    const [first, last] = [before.point[counter], point[counter]]
    return first === undefined || last === undefined || last < first ? {} : { [name]: (last - first) / seconds }
  }
  const rates = {
    ...rateOf('cores', 'cpuUsageSeconds'),
    ...rateOf('receive', 'networkReceiveBytes'),
    ...rateOf('transmit', 'networkTransmitBytes'),
  }
  return { point, rates }
}

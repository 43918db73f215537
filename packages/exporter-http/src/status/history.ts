import { type Service, type ServiceReading, type Snapshot, servicesIn } from '@alauda-exporter/collector'
import { nameKey } from './arrangement.js'
import { createFlows, type Flows, type Rates } from './flows.js'
import { type HistoryStatus, mostPlotted } from './model.js'
import { createSeries, type Series } from './series.js'
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

import { type Service, type ServiceReading, type Snapshot, servicesIn } from '@alauda-exporter/collector'
import { nameKey } from './arrangement.js'
import { createFlows, type Flows, type Rates } from './flows.js'
import type { HistoryStatus } from './model.js'
import { mostPlotted } from './plot.js'
import { createSeries, type Series } from './series.js'
import { sumOf } from './totals.js'

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

  // Accounts and namespaces that are not watched any more are never collected again.
  const dropOld = (now: number): void => {
    for (const [key, { lastTime }] of namespaces) if (lastTime < now - keptSeconds) namespaces.delete(key)
  }

  const countOthers = (key: string): number => {
    let count = 0
    for (const [other, { series }] of namespaces) if (other !== key) count += series.size
    return count
  }

  return {
    add: ({ name }, snapshot) => {
      const key = placeKey({ account: name, namespace: snapshot.namespace })
      const before = namespaces.get(key)
      const flows = before?.flows ?? createFlows()
      flows.add(snapshot)
      const room = maxServices - countOthers(key)
      namespaces.set(key, {
        flows,
        lastTime: snapshot.startTime,
        series: seriesAfter(before?.series, snapshot, flows, room),
      })
      dropOld(snapshot.startTime)
    },
    ofService: (place, service, now) => namespaces.get(placeKey(place))?.series.get(keyOf(service))?.read(now),
    ratesOf: (place, uuid) => namespaces.get(placeKey(place))?.flows.ratesOf(uuid) ?? {},
  }
}

const placeKey = ({ account, namespace }: Place): string => JSON.stringify([account, namespace])

const keyOf = ({ name, project, space }: Service): string => nameKey({ namespace: '', project, space, service: name })

/** Services that are gone are dropped; those that were there before have their places. */
const seriesAfter = (
  before: ReadonlyMap<string, Series> | undefined,
  snapshot: Snapshot,
  flows: Flows,
  room: number,
): ReadonlyMap<string, Series> => {
  const { startTime } = snapshot
  const readings = new Map(servicesIn(snapshot).map((reading) => [keyOf(reading.service), reading]))
  const after = new Map([...(before ?? [])].filter(([key]) => readings.has(key)))
  for (const [key, reading] of readings) {
    const series = after.get(key) ?? (after.size < room ? createSeries(keptSeconds) : undefined)
    if (series === undefined) continue
    series.add(startTime, pointOf(reading, flows))
    after.set(key, series)
  }
  return after
}

/**
 * What could not be read this time counts as it was before, or a sum would fall by it; but where nothing at all was read,
 * nothing was measured.
 */
const pointOf = ({ instances }: ServiceReading, flows: Flows) => {
  const isMeasured = instances.some(({ outcome }) => outcome === 'ok')
  const shown = isMeasured ? instances.filter(({ point }) => point !== undefined) : []
  return {
    cores: sumOf(shown.map(({ instance }) => flows.ratesOf(instance.uuid).cores)),
    memory: sumOf(shown.map(({ point }) => point?.memoryUsageBytes)),
  }
}

import type { HistoryStatus } from './model.js'

/** The last points of one service, at most {@link capacity} of them. */
export interface Series {
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

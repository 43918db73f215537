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
 * Points of the last `keptSeconds`. When there is no room for more, every second one is dropped, and from then on points that
 * come faster replace the newest one: however short the interval is, the whole time is covered and the newest value is there.
 *
 * @example
 * const series = createSeries(3600)
 * series.add(60, { cores: 0.12, memory: undefined })
 * series.read(70) // { times: [60], cpuUsageCores: [0.12], memoryUsageBytes: [null] }
 */
export const createSeries = (keptSeconds: number): Series => {
  const times = new Float64Array(capacity)
  const cores = new Float64Array(capacity)
  const memory = new Float64Array(capacity)
  const columns = [times, cores, memory]
  let apartSeconds = 0
  let length = 0

  const drop = (count: number): void => {
    if (count === 0) return
    for (const column of columns) column.copyWithin(0, count, length)
    length -= count
  }

  const halve = (): void => {
    apartSeconds = (2 * ((times[length - 1] ?? 0) - (times[0] ?? 0))) / (length - 1)
    const half = Math.floor(length / 2)
    for (const column of columns) {
      for (let index = 0; index < half; index += 1) column[index] = column[2 * index + 1] ?? Number.NaN
    }
    length = half
  }

  /** How many there are before the first one that is not too old. */
  const countOld = (now: number): number => {
    const first = times.subarray(0, length).findIndex((kept) => kept >= now - keptSeconds)
    return first < 0 ? length : first
  }

  const listOf = (column: Float64Array): ReadonlyArray<number | null> =>
    Array.from(column, (value) => (Number.isNaN(value) ? null : value))

  return {
    add: (time, values) => {
      // A clock that was set back: what it said before would stand in the future.
      while (length > 0 && (times[length - 1] ?? 0) >= time) length -= 1
      const isCrowded = length > 1 && (times[length - 1] ?? 0) - (times[length - 2] ?? 0) < apartSeconds
      if (isCrowded) length -= 1
      drop(countOld(time))
      if (length === capacity) halve()
      times[length] = time
      cores[length] = values.cores ?? Number.NaN
      memory[length] = values.memory ?? Number.NaN
      length += 1
    },
    read: (now) => {
      const old = countOld(now)
      return {
        times: Array.from(times.subarray(old, length)),
        cpuUsageCores: listOf(cores.subarray(old, length)),
        memoryUsageBytes: listOf(memory.subarray(old, length)),
      }
    },
  }
}

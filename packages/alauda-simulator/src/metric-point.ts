import { workBetween } from './autoscaling.js'
import type { Phase } from './history.js'
import type { Life } from './instance-life.js'
import { integral, makeCurve, memoryLoad, serverLoad, valueAt } from './load-curve.js'
import { between, fraction, type Key } from './random.js'
import type { ServiceLoad } from './service-definition.js'

/**
 * Meaning of the column `cpu_utilization`: `mean` is the mean since the container's start in percent of one core, as in the
 * vendor's documented sample; `momentary` is the mean of the last second in percent of the instance's CPU limit.
 */
export type CpuUtilization = 'mean' | 'momentary'

/** Measurements of an instance at one time, with the API's names and units. */
export interface MetricPoint {
  /** Seconds since the epoch. */
  readonly time: number
  /** Nanoseconds of CPU time since the container started. */
  readonly cpu_cumulative_usage: number
  /** Percent; see {@link CpuUtilization}. */
  readonly cpu_utilization: number
  /** Bytes. */
  readonly memory_usage: number
  /** Percent of the instance's memory limit. */
  readonly memory_utilization: number
  /** Bytes received since the container started. */
  readonly rx_bytes: number
  /** Packets received in error since the container started. */
  readonly rx_errors: number
  /** Bytes sent since the container started. */
  readonly tx_bytes: number
  /** Packets sent in error since the container started. */
  readonly tx_errors: number
}

/** The load of the instance of an ordinal, which its next container continues. */
export type OrdinalLoad = ReturnType<typeof ordinalLoad>

/** `key` decides how the instance's load differs from that of others. */
export const ordinalLoad = (load: ServiceLoad, origin: number, key: Key) => ({
  cpu: makeCurve(origin, load.cpu * between(0.9, 1.05, [...key, 'cpu']), serverLoad, [...key, 'cpu']),
  memory: makeCurve(origin, load.memory * between(0.95, 1.02, [...key, 'memory']), memoryLoad, [...key, 'memory']),
  /** Its weight in a demand shared by all instances. */
  weight: between(0.95, 1.05, [...key, 'weight']),
  receiveBytesPerCpuSecond: load.receiveBytesPerCpuSecond * between(0.9, 1.1, [...key, 'receive']),
  transmitBytesPerCpuSecond: load.transmitBytesPerCpuSecond * between(0.9, 1.1, [...key, 'transmit']),
  receiveErrorInterval: errorInterval([...key, 'receive errors']),
  transmitErrorInterval: errorInterval([...key, 'transmit errors']),
})

/** Seconds between packets in error; infinite for most instances. */
const errorInterval = (key: Key): number =>
  fraction([...key, 'prone']) < 0.25 ? between(6 * 3600, 48 * 3600, [...key, 'interval']) : Number.POSITIVE_INFINITY

const mebibyte = 1_048_576
const nanoseconds = 1e9

/** Time constant, in seconds, in which a container's memory grows from half to all of its load. */
const warmUp = 90

/** The point at `t`, a time within the life. */
export const metricPoint = (
  life: Life,
  load: OrdinalLoad,
  phases: ReadonlyArray<Phase>,
  t: number,
  cpuUtilization: CpuUtilization,
): MetricPoint => {
  const { startedAt, size } = life
  const age = t - startedAt
  const work = busySeconds(load, phases, startedAt, t)
  const limit = size.mem * mebibyte
  const memory = Math.round(limit * valueAt(load.memory, t) * (1 - 0.5 * Math.exp(-age / warmUp)))
  const cpuTime = Math.round(work * size.cpu * nanoseconds)
  const lastSecond = Math.min(1, age)
  const momentary = () => ratio(busySeconds(load, phases, t - lastSecond, t), lastSecond)
  return {
    time: t,
    cpu_cumulative_usage: cpuTime,
    cpu_utilization: 100 * (cpuUtilization === 'mean' ? ratio(cpuTime / nanoseconds, age) : momentary()),
    memory_usage: memory,
    memory_utilization: (memory / limit) * 100,
    rx_bytes: Math.floor(work * size.cpu * load.receiveBytesPerCpuSecond),
    rx_errors: Math.floor(age / load.receiveErrorInterval),
    tx_bytes: Math.floor(work * size.cpu * load.transmitBytesPerCpuSecond),
    tx_errors: Math.floor(age / load.transmitErrorInterval),
  }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** The instance's work between two times, in seconds of a fully busy instance. */
const busySeconds = (load: OrdinalLoad, phases: ReadonlyArray<Phase>, from: number, to: number): number => {
  let done = 0
  for (const phase of phases) {
    const start = Math.max(from, phase.from)
    const end = Math.min(to, phase.until)
    if (end <= start) continue
    done +=
      phase.autoscaled === undefined
        ? integral(load.cpu, start, end)
        : load.weight * workBetween(phase.autoscaled, start, end)
  }
  return done
}

import { type Point, type Snapshot, servicesIn } from '@alauda-exporter/collector'

/** How fast the counters of an instance grow. */
export interface Rates {
  /** Cores in use. */
  readonly cores?: number
  /** Bytes a second, as the next. */
  readonly receive?: number
  readonly transmit?: number
}

/** How fast the instances of one namespace use CPU time, send and receive. */
export interface Flows {
  /** Instances that are not in it are forgotten. */
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
  const cores = rateOf(before.point.cpuUsageSeconds, point.cpuUsageSeconds, seconds)
  const receive = rateOf(before.point.networkReceiveBytes, point.networkReceiveBytes, seconds)
  const transmit = rateOf(before.point.networkTransmitBytes, point.networkTransmitBytes, seconds)
  return {
    point,
    rates: {
      ...(cores === undefined ? {} : { cores }),
      ...(receive === undefined ? {} : { receive }),
      ...(transmit === undefined ? {} : { transmit }),
    },
  }
}

const rateOf = (before: number | undefined, after: number | undefined, seconds: number): number | undefined =>
  before === undefined || after === undefined || after < before ? undefined : (after - before) / seconds

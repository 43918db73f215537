import { type Point, type Snapshot, servicesIn } from '@alauda-exporter/collector'

/** How fast the counters of an instance grow: cores in use, bytes received and sent per second. */
export type Rates = Readonly<Partial<Record<'cores' | 'receive' | 'transmit', number>>>

/** The rates of the instances of one namespace. */
export interface Flows {
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

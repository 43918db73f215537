/** The calls of one collection, and how they may be made. */
export interface Workload {
  /** How many calls of each endpoint a collection makes. */
  readonly calls: ReadonlyArray<{ readonly endpoint: string; readonly count: number }>
  /** How long a call takes. */
  readonly secondsPerCall: number
  readonly maxConcurrency: number
  /** 0 for no limit. */
  readonly maxRequestsPerSecond: number
  /** 0 for a collection at each scrape. */
  readonly intervalSeconds: number
}

export interface Cost {
  readonly callsPerCollection: number
  /** How long a collection takes at the limits. */
  readonly seconds: number
  /** Share of the interval; absent without one. */
  readonly intervalRatio?: number
  /** Each by itself keeps a collection within the interval, or within a scrape; empty when it is anyway. */
  readonly advice: ReadonlyArray<string>
}

// Prometheus' default scrape timeout.
const scrapeSeconds = 10

/**
 * What a collection costs.
 *
 * @example
 * costOf({ calls: [{ endpoint: 'getInstanceMetrics', count: 900 }], secondsPerCall: 0.1, maxConcurrency: 10, maxRequestsPerSecond: 0, intervalSeconds: 60 })
 * // { callsPerCollection: 900, seconds: 9, intervalRatio: 0.15, advice: [] }
 */
export const costOf = (workload: Workload): Cost => {
  const { calls, secondsPerCall, maxConcurrency, maxRequestsPerSecond, intervalSeconds } = workload
  const callsPerCollection = calls.reduce((sum, { count }) => sum + count, 0)
  const atConcurrency = Math.ceil(callsPerCollection / maxConcurrency) * secondsPerCall
  const atRate = maxRequestsPerSecond === 0 ? 0 : callsPerCollection / maxRequestsPerSecond
  const seconds = Math.max(atConcurrency, atRate)
  const available = intervalSeconds === 0 ? scrapeSeconds : intervalSeconds
  const limits = [
    ...(atRate <= available ? [] : [`--alauda.max-requests-per-second=${Math.ceil(callsPerCollection / available)}`]),
    ...(atConcurrency <= available ? [] : [concurrencyFor(callsPerCollection, Math.floor(available / secondsPerCall))]),
  ]
  const advice = [
    `--collect.interval=${roundedUp(seconds)}${intervalSeconds === 0 ? ', which collects in the background' : ''}`,
    // A call that takes longer than there is time is not helped by others beside it.
    ...(secondsPerCall > available ? [] : [`${limits.join(' with ')}, if the cloud allows as much`]),
    'fewer services, by --collect.include-services or --collect.exclude-services',
  ]
  return {
    callsPerCollection,
    seconds,
    ...(intervalSeconds === 0 ? {} : { intervalRatio: seconds / intervalSeconds }),
    advice: seconds <= available ? [] : advice,
  }
}

/** So that one call after another can be made `rounds` times, and no more. */
const concurrencyFor = (calls: number, rounds: number): string =>
  `--alauda.max-concurrency=${Math.ceil(calls / rounds)}`

/** To whole half minutes, as one would set it. */
const roundedUp = (seconds: number): string => {
  const halfMinutes = Math.ceil(seconds / 30)
  return halfMinutes % 2 === 0 ? `${halfMinutes / 2}m` : `${halfMinutes * 30}s`
}

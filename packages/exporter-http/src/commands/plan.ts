import { type AlaudaClient, AlaudaException, createAlaudaClient, type Instance } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { clientCredentials } from '../settings/accounts.js'
import type { Account, Settings } from '../settings/settings.js'
import { createTransport } from '../transport.js'
import { isWantedBy } from '../watch.js'
import type { Io } from './io.js'

/**
 * Logs in, lists what there is, and writes what a collection will cost with these settings. 1 when that cannot be read. It
 * takes no longer than a collection may: a cloud can ask to be left alone for an hour.
 */
export const plan = async (settings: Settings, io: Io): Promise<number> => {
  const { accounts, collect } = settings
  const deadline = AbortSignal.timeout(collect.timeoutMs)
  const planAccount = async (account: Account): Promise<E.Either<string, string>> => {
    try {
      return E.right(planText(account, settings, await countAccount(account, collect, deadline)))
    } catch (error) {
      if (!AlaudaException.is(error)) throw error
      const which = account.name === undefined ? '' : `${account.name}: `
      const givenUp = `; given up after ${rounded(collect.timeoutMs / 1000)} s, like a collection (--collect.timeout)`
      return E.left(`exporter-http: ${which}${error.message}${deadline.aborted ? givenUp : ''}\n`)
    }
  }
  const planned = await Promise.all(accounts.map(planAccount))
  for (const each of planned) {
    if (E.isRight(each)) io.stdout(each.right)
    else io.stderr(each.left)
  }
  return planned.some(E.isLeft) ? 1 : 0
}

interface Counted {
  readonly namespaces: ReadonlyArray<{ readonly name: string; readonly services: number; readonly instances: number }>
  /** Of one collection. */
  readonly calls: Workload['calls']
  /** How long a call took on average. */
  readonly secondsPerCall: number
}

/** Makes the calls of a collection but those for metrics, of which there is one an instance. */
const countAccount = async (account: Account, collect: Settings['collect'], signal: AbortSignal): Promise<Counted> => {
  const { endpoint, credentials, namespaces, client } = account
  const api = createAlaudaClient({
    endpoint,
    credentials: clientCredentials(credentials),
    fetch: createTransport(account),
    ...client,
  })
  const counted: { name: string; services: number; instances: number }[] = []
  for (const name of namespaces) {
    const services = await api.listServices(name, { signal })
    const wanted = services.filter(({ service_name }) => isWantedBy(collect)({ name: service_name }))
    const instances = await Promise.all(
      wanted.map((service) => service.instances ?? listInstances(api, name, service.service_name, signal)),
    )
    counted.push({
      name,
      services: wanted.length,
      instances: Math.min(instances.flat().length, collect.maxInstances),
    })
  }
  const metricsCalls = counted.reduce((sum, { instances }) => sum + instances, 0)
  return {
    namespaces: counted,
    calls: [...listingCalls(api), { endpoint: 'getInstanceMetrics', count: metricsCalls }],
    secondsPerCall: meanSeconds(api),
  }
}

/** A service that was deleted meanwhile has none. */
const listInstances = async (
  api: AlaudaClient,
  namespace: string,
  service: string,
  signal: AbortSignal,
): Promise<ReadonlyArray<Instance>> => {
  try {
    return await api.listInstances({ namespace, service }, { signal })
  } catch (error) {
    if (AlaudaException.is(error) && error.status === 404) return []
    throw error
  }
}

const listingCalls = (api: AlaudaClient): Counted['calls'] =>
  api
    .statistics()
    .requests.filter(({ endpoint, code }) => endpoint !== 'login' && code === '200')
    .map(({ endpoint, count }) => ({ endpoint, count }))

const meanSeconds = (api: AlaudaClient): number => {
  const listings = api.statistics().durations.filter(({ endpoint }) => endpoint !== 'login')
  const count = listings.reduce((sum, listing) => sum + listing.count, 0)
  return listings.reduce((sum, { sumSeconds }) => sum + sumSeconds, 0) / Math.max(count, 1)
}

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

interface Cost {
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

const planText = (account: Account, { collect }: Settings, { namespaces, calls, secondsPerCall }: Counted): string => {
  const { maxConcurrency, maxRequestsPerSecond } = account.client
  const intervalSeconds = collect.intervalMs / 1000
  const { callsPerCollection, seconds, intervalRatio, advice } = costOf({
    calls,
    secondsPerCall,
    maxConcurrency,
    maxRequestsPerSecond,
    intervalSeconds,
  })
  const perMinute = (count: number) => (intervalSeconds === 0 ? '-' : rounded((count * 60) / intervalSeconds))
  const perDay = (count: number) => (intervalSeconds === 0 ? '-' : rounded((count * 86_400) / intervalSeconds))
  const pace = maxRequestsPerSecond === 0 ? '' : `, and ${maxRequestsPerSecond} begin in a second`
  return [
    `${account.name === undefined ? '' : `Account ${account.name} at `}${account.endpoint}`,
    '',
    columns([
      ['namespace', 'services', 'instances'],
      ...namespaces.map(({ name, services, instances }) => [name, String(services), String(instances)]),
    ]),
    columns([
      ['calls', intervalSeconds === 0 ? 'per scrape' : 'per collection', 'per minute', 'per day'],
      ...[...calls, { endpoint: 'total', count: callsPerCollection }].map(({ endpoint, count }) => [
        endpoint,
        String(count),
        perMinute(count),
        perDay(count),
      ]),
    ]),
    `A collection takes about ${rounded(seconds)} s: calls took ${rounded(secondsPerCall * 1000)} ms just now; ${maxConcurrency} may be under way at a time${pace}.`,
    intervalRatio === undefined
      ? 'There is one at each scrape; scrapes at the same time share it.'
      : `That is ${rounded(intervalRatio * 100)} % of the interval of ${rounded(intervalSeconds)} s.`,
    ...(advice.length === 0 ? [] : [`${tooLong(intervalSeconds)} One of these changes it:`]),
    ...advice.map((line) => `  ${line}`),
    '',
    '',
  ].join('\n')
}

const tooLong = (intervalSeconds: number): string =>
  intervalSeconds === 0 ? 'That is longer than Prometheus usually waits for a scrape.' : 'That is too long.'

const rounded = (value: number): string =>
  String(Number(value.toPrecision(value >= 100 ? Math.ceil(Math.log10(value + 1)) : 2)))

/** Columns of equal width, the first one flush left. */
const columns = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = rows.reduce<ReadonlyArray<number>>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  )
  const line = (row: ReadonlyArray<string>) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  return `${rows.map((row) => line(row)).join('\n')}\n`
}

import { rowsOf } from './arrangement.js'
import type {
  AccountChanges,
  Changes,
  HistoryChange,
  HistoryStatus,
  NamespaceChanges,
  ServiceChange,
  ServiceStatus,
  Status,
} from './model.js'

/** The namespaces of each account with what has changed, in steps; with all of their services if nothing is known of before. */
export function* changedNamespaces(
  before: Status | undefined,
  after: Status,
): Generator<undefined, ReadonlyArray<ReadonlyArray<NamespaceChanges>>> {
  const places = new Map<string, Place>()
  for (const [from, { key, service }] of (before === undefined ? [] : rowsOf(before)).entries()) {
    places.set(key, { from, service })
  }
  const rows = rowsOf(after).values()
  const accounts: Array<ReadonlyArray<NamespaceChanges>> = []
  for (const { namespaces } of after.accounts) {
    const changed: NamespaceChanges[] = []
    for (const namespace of namespaces) {
      const changes: ServiceChange[] = []
      for (const service of namespace.services) {
        changes.push(changeOf(places.get(rows.next().value?.key ?? ''), service))
        yield
      }
      changed.push({ ...namespace, services: [], changes: joined(changes) })
    }
    accounts.push(changed)
  }
  return accounts
}

/** A service of before. */
interface Place {
  readonly from: number
  readonly service: ServiceStatus
}

const changeOf = (before: Place | undefined, service: ServiceStatus): ServiceChange => {
  if (before === undefined || (before.service.history === undefined) !== (service.history === undefined)) {
    return { service }
  }
  const { from } = before
  const { history, listedTime } = service
  if (before.service === service) return { from, count: 1 }
  const change =
    history === undefined || before.service.history === undefined
      ? undefined
      : historyChangeOf(before.service.history, history)
  const isAsBefore = change?.count === before.service.history?.times.length && change?.times.length === 0
  const histories = change === undefined || isAsBefore ? {} : { histories: [change] }
  if (restOf(before.service) !== restOf(service)) {
    const { history: _, ...rest } = service
    return change === undefined ? { service } : { service: rest, from, count: 1, histories: [change] }
  }
  return { from, count: 1, ...(listedTime === before.service.listedTime ? {} : { listedTime }), ...histories }
}

/** All but what nearly every collection changes. */
const restOf = ({ listedTime: _, history: __, ...rest }: ServiceStatus): string => JSON.stringify(rest)

const historyChangeOf = (before: HistoryStatus, after: HistoryStatus): HistoryChange => {
  const from = Math.max(0, before.times.indexOf(after.times[0] ?? Number.NaN))
  const isSame = (place: number) =>
    from + place < before.times.length &&
    before.times[from + place] === after.times[place] &&
    before.cpuUsageCores[from + place] === after.cpuUsageCores[place] &&
    before.memoryUsageBytes[from + place] === after.memoryUsageBytes[place]
  let count = 0
  while (count < after.times.length && isSame(count)) count += 1
  return {
    from,
    count,
    times: after.times.slice(count),
    cpuUsageCores: after.cpuUsageCores.slice(count),
    memoryUsageBytes: after.memoryUsageBytes.slice(count),
  }
}

/** Services that follow each other, before and now, as one change. */
const joined = (changes: ReadonlyArray<ServiceChange>): ReadonlyArray<ServiceChange> => {
  const runs: ServiceChange[][] = []
  for (const change of changes) {
    const run = runs.at(-1)
    const [first] = run ?? []
    if (run !== undefined && first !== undefined && isNext(first, run.length, change)) run.push(change)
    else runs.push([change])
  }
  return runs.map((run) => {
    const histories = run.flatMap((change) => change.histories ?? [])
    return {
      ...run[0],
      ...(run.length === 1 ? {} : { count: run.length }),
      ...(histories.length === 0 ? {} : { histories }),
    }
  })
}

const isNext = (first: ServiceChange, count: number, next: ServiceChange): boolean =>
  first.from !== undefined &&
  next.from === first.from + count &&
  first.service === undefined &&
  next.service === undefined &&
  next.listedTime === first.listedTime &&
  (next.histories === undefined) === (first.histories === undefined)

/**
 * The status that a client shows after these changes. What has not changed is the same object as before.
 *
 * @example
 * status = changed(status, await (await fetch(`api/v1/services?since=${state}`)).json())
 */
export const changed = (before: Status | undefined, { state: _, since: __, accounts, ...rest }: Changes): Status => {
  const earlier = before === undefined ? [] : rowsOf(before).map(({ service }) => service)
  return { ...rest, accounts: accounts.map((account) => changedAccount(earlier, account)) }
}

const changedAccount = (
  earlier: ReadonlyArray<ServiceStatus>,
  { namespaces, ...account }: AccountChanges,
): Status['accounts'][number] => ({
  ...account,
  namespaces: namespaces.map(({ changes, ...namespace }) => ({
    ...namespace,
    services: changes.flatMap((change) => servicesOf(earlier, change)),
  })),
})

const servicesOf = (
  earlier: ReadonlyArray<ServiceStatus>,
  { service, from = 0, count = 0, listedTime, histories }: ServiceChange,
): ReadonlyArray<ServiceStatus> => {
  const before = earlier.slice(from, from + count)
  if (service !== undefined) {
    const history = changedHistory(before[0]?.history, histories?.[0])
    return [history === undefined ? service : { ...service, history }]
  }
  if (listedTime === undefined && histories === undefined) return before
  return before.map((one, index) => {
    const history = changedHistory(one.history, histories?.[index])
    return {
      ...one,
      ...(listedTime === undefined ? {} : { listedTime }),
      ...(history === undefined ? {} : { history }),
    }
  })
}

const changedHistory = (
  before: HistoryStatus | undefined,
  change: HistoryChange | undefined,
): HistoryStatus | undefined => {
  if (before === undefined || change === undefined) return undefined
  const { from, count } = change
  return {
    times: [...before.times.slice(from, from + count), ...change.times],
    cpuUsageCores: [...before.cpuUsageCores.slice(from, from + count), ...change.cpuUsageCores],
    memoryUsageBytes: [...before.memoryUsageBytes.slice(from, from + count), ...change.memoryUsageBytes],
  }
}

import type { ServiceStatus, Status } from './model.js'
import { sumOf } from './units.js'

/** The columns of the table of services, each with what it is sorted by. */
const sortKeys = {
  name: ({ service }) => service,
  status: ({ status }) => status,
  region: ({ region }) => region,
  instances: ({ runningInstances }) => runningInstances,
  cpu: ({ cpuUsageCores }) => cpuUsageCores,
  memory: ({ memoryUsageBytes }) => memoryUsageBytes,
  network: (service) => sumOf([service.networkReceiveBytesPerSecond, service.networkTransmitBytesPerSecond]),
} satisfies Readonly<Record<string, (service: ServiceStatus) => string | number | undefined>>

export type Column = keyof typeof sortKeys

const isColumn = (text: string | null): text is Column => text !== null && Object.hasOwn(sortKeys, text)

export const columns: ReadonlyArray<Column> = Object.keys(sortKeys).filter(isColumn)

/** Which services a reader wants to see, in which order, and which of them are open. It stands in the page's address. */
export interface Arrangement {
  /** Part of the name, in either case. */
  readonly name: string
  /** Empty for any. */
  readonly status: string
  /** Empty for any. */
  readonly region: string
  readonly sort: Column
  readonly isDescending: boolean
  /** Which page of them, from 1. */
  readonly page: number
  /** Which page of the instances of each service that has several, from 1. */
  readonly instances: number
  /** Keys of services. */
  readonly open: ReadonlySet<string>
}

/** @example arrangementOf(new URLSearchParams('name=web&sort=cpu&order=desc')) */
export const arrangementOf = (query: URLSearchParams): Arrangement => {
  const text = (name: string) => query.get(name) ?? ''
  // The first page if the parameter is invalid.
  const page = (name: string) => (/^[1-9]\d{0,8}$/.test(text(name)) ? Number(text(name)) : 1)
  const sort = query.get('sort')
  return {
    name: text('name'),
    status: text('status'),
    region: text('region'),
    sort: isColumn(sort) ? sort : 'name',
    isDescending: text('order') === 'desc',
    page: page('page'),
    instances: page('instances'),
    open: new Set(query.getAll('open')),
  }
}

/** The other way round, without the defaults. `lang` is kept, like everything that the address asks for. */
export const queryOf = (arrangement: Arrangement, lang: string | null): URLSearchParams => {
  const { name, status, region, sort, isDescending, page, instances, open } = arrangement
  const given = {
    lang: lang ?? '',
    name,
    status,
    region,
    sort: sort === 'name' ? '' : sort,
    order: isDescending ? 'desc' : '',
    page: page === 1 ? '' : String(page),
    instances: instances === 1 ? '' : String(instances),
  }
  const query = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ''))
  for (const key of open) query.append('open', key)
  return query
}

/** The page's own address, for this arrangement. */
export const hrefOf = (arrangement: Arrangement, lang: string | null): string => {
  const query = queryOf(arrangement, lang).toString()
  return query === '' ? './' : `./?${query}`
}

/** Sorted by this column; the other way round if it already is. Numbers begin with the greatest. */
export const sortedBy = (arrangement: Arrangement, sort: Column): Arrangement => ({
  ...arrangement,
  sort,
  isDescending: arrangement.sort === sort ? !arrangement.isDescending : !['name', 'status', 'region'].includes(sort),
})

/** With this service opened, or closed if it is open. */
export const toggled = (arrangement: Arrangement, key: string): Arrangement => {
  const open = new Set(arrangement.open)
  if (!open.delete(key)) open.add(key)
  return { ...arrangement, open }
}

/** The identity of a service among all accounts. */
export interface ServiceName {
  readonly account?: string | undefined
  readonly namespace: string
  readonly project?: string | undefined
  readonly space?: string | undefined
  readonly service: string
}

/**
 * A service's name in the page's address, which lists the open services. Missing parts at the end are left out, so that most keys
 * are short.
 *
 * @example
 * nameKey({ namespace: 'demo', service: 'kibana' }) // 'demo/kibana'
 */
export const nameKey = ({ account, namespace, project, space, service }: ServiceName): string =>
  [namespace, service, project ?? '', space ?? '', account ?? '']
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
    .replace(/\/+$/, '')

/** A service, and where it belongs. */
export interface ServiceRow {
  readonly key: string
  readonly account?: string | undefined
  readonly namespace: string
  readonly service: ServiceStatus
}

export const rowsOf = ({ accounts }: Status): ReadonlyArray<ServiceRow> =>
  accounts.flatMap(({ account, namespaces }) =>
    namespaces.flatMap(({ namespace, services }) =>
      services.map((service) => ({ key: nameKey({ account, namespace, ...service }), account, namespace, service })),
    ),
  )

/** The values to choose from, in order. */
export const choicesOf = (rows: ReadonlyArray<ServiceRow>, of: 'status' | 'region'): ReadonlyArray<string> =>
  [...new Set(rows.flatMap(({ service }) => service[of] ?? []))].sort()

export const isMatch = (
  wanted: Pick<Arrangement, 'name' | 'status' | 'region'>,
  {
    service,
    status,
    region,
  }: Pick<ServiceStatus, 'service'> & Partial<Record<'status' | 'region', string | undefined>>,
): boolean =>
  service.toLowerCase().includes(wanted.name.toLowerCase()) &&
  (wanted.status === '' || wanted.status === status) &&
  (wanted.region === '' || wanted.region === region)

// Made when it is first needed: that takes a few milliseconds of the exporter's start.
let collator: Intl.Collator | undefined

const compare = (x: string, y: string): number => {
  collator ??= new Intl.Collator('en', { numeric: true })
  return collator.compare(x, y)
}

/** The rows that match, in the wanted order, equal ones by their names. Unknown values come last either way. */
export const arranged = (rows: ReadonlyArray<ServiceRow>, arrangement: Arrangement): ReadonlyArray<ServiceRow> => {
  const sign = arrangement.isDescending ? -1 : 1
  return rows
    .filter(({ service }) => isMatch(arrangement, service))
    .map((row) => ({ row, value: sortKeys[arrangement.sort](row.service) }))
    .sort(({ row: a, value: x }, { row: b, value: y }) => {
      if ((x === undefined) !== (y === undefined)) return x === undefined ? 1 : -1
      return sign * compareValues(x, y) || compare(a.service.service, b.service.service) || compare(a.key, b.key)
    })
    .map(({ row }) => row)
}

const compareValues = (x: string | number | undefined, y: string | number | undefined): number =>
  typeof x === 'number' && typeof y === 'number' ? x - y : compare(String(x), String(y))

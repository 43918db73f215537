import type { ServiceStatus, Status } from './model.js'

export const columns = ['name', 'status', 'region', 'instances', 'cpu', 'memory', 'network'] as const
export type Column = (typeof columns)[number]

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

/** The identity of a service among all accounts. */
export interface ServiceName {
  readonly account?: string | undefined
  readonly namespace: string
  readonly project?: string | undefined
  readonly space?: string | undefined
  readonly service: string
}

/**
 * A service's name in the page's own address, where it says that the service is open. What the service does not have is left
 * out at the end, so that most keys are short.
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
  /** Another service of the namespace has the same name, in another project or space. */
  readonly isNamesake: boolean
}

const isColumn = (text: string | null): text is Column => columns.some((column) => column === text)

/** @example arrangementOf(new URLSearchParams('name=web&sort=cpu&order=desc')) */
export const arrangementOf = (query: URLSearchParams): Arrangement => {
  const sort = query.get('sort')
  return {
    name: query.get('name') ?? '',
    status: query.get('status') ?? '',
    region: query.get('region') ?? '',
    sort: isColumn(sort) ? sort : 'name',
    isDescending: query.get('order') === 'desc',
    page: pageIn(query, 'page'),
    instances: pageIn(query, 'instances'),
    open: new Set(query.getAll('open')),
  }
}

/** The requested page; the first one if the parameter is invalid. */
const pageIn = (query: URLSearchParams, name: string): number => {
  const page = query.get(name) ?? ''
  return /^[1-9]\d{0,8}$/.test(page) ? Number(page) : 1
}

/** The other way round, without what is usual. `lang` is kept, as everything of the address that is given. */
export const queryOf = (
  { name, status, region, sort, isDescending, page, instances, open }: Arrangement,
  lang: string | null,
): URLSearchParams => {
  const query = new URLSearchParams()
  const set = (key: string, value: string, usual = '') => {
    if (value !== usual) query.set(key, value)
  }
  set('lang', lang ?? '')
  set('name', name)
  set('status', status)
  set('region', region)
  set('sort', sort, 'name')
  set('order', isDescending ? 'desc' : 'asc', 'asc')
  set('page', String(page), '1')
  set('instances', String(instances), '1')
  for (const key of open) query.append('open', key)
  return query
}

/** Sorted by this column; the other way round when it is already. Numbers begin with the greatest. */
export const sortedBy = (arrangement: Arrangement, sort: Column): Arrangement => ({
  ...arrangement,
  sort,
  isDescending: arrangement.sort === sort ? !arrangement.isDescending : isNumeric(sort),
})

const isNumeric = (column: Column): boolean => !['name', 'status', 'region'].includes(column)

/** With this service opened, or closed if it is open. */
export const toggled = (arrangement: Arrangement, key: string): Arrangement => {
  const open = new Set(arrangement.open)
  if (!open.delete(key)) open.add(key)
  return { ...arrangement, open }
}

export const rowsOf = ({ accounts }: Status): ReadonlyArray<ServiceRow> =>
  accounts.flatMap(({ account, namespaces }) =>
    namespaces.flatMap(({ namespace, services }) =>
      services.map((service) => ({
        key: nameKey({ ...service, account, namespace }),
        account,
        namespace,
        service,
        isNamesake: service.isNamesake === true,
      })),
    ),
  )

/** What there is to choose from, in order. */
export const choicesOf = (rows: ReadonlyArray<ServiceRow>, of: 'status' | 'region'): ReadonlyArray<string> =>
  [...new Set(rows.flatMap(({ service }) => service[of] ?? []))].sort()

export const isMatch =
  (wanted: Pick<Arrangement, 'name' | 'status' | 'region'>) =>
  ({ service: { service, status, region } }: ServiceRow): boolean =>
    service.toLowerCase().includes(wanted.name.toLowerCase()) &&
    (wanted.status === '' || wanted.status === status) &&
    (wanted.region === '' || wanted.region === region)

const { compare } = new Intl.Collator('en', { numeric: true })

const sortValue = ({ service }: ServiceRow, column: Column): string | number | undefined => {
  switch (column) {
    case 'name':
      return service.service
    case 'status':
      return service.status
    case 'region':
      return service.region
    case 'instances':
      return service.runningInstances
    case 'cpu':
      return service.cpuUsageCores
    case 'memory':
      return service.memoryUsageBytes
    case 'network': {
      const { networkReceiveBytesPerSecond: receive, networkTransmitBytesPerSecond: transmit } = service
      return receive === undefined && transmit === undefined ? undefined : (receive ?? 0) + (transmit ?? 0)
    }
  }
}

/** In the wanted order, equal ones by their names. What is not known comes last either way. */
export const sorted = (
  rows: ReadonlyArray<ServiceRow>,
  { sort, isDescending }: Pick<Arrangement, 'sort' | 'isDescending'>,
): ReadonlyArray<ServiceRow> => {
  const sign = isDescending ? -1 : 1
  return rows
    .map((row) => ({ row, value: sortValue(row, sort) }))
    .sort(({ row: a, value: x }, { row: b, value: y }) => {
      if ((x === undefined) !== (y === undefined)) return x === undefined ? 1 : -1
      return sign * compareValues(x, y) || compare(a.service.service, b.service.service) || compare(a.key, b.key)
    })
    .map(({ row }) => row)
}

const compareValues = (x: string | number | undefined, y: string | number | undefined): number =>
  typeof x === 'number' && typeof y === 'number' ? x - y : compare(String(x), String(y))

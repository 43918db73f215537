import type { Account } from './account.js'
import type { Route } from './routes.js'
import type { InstanceState, ServiceState } from './service.js'
import { refuse } from './wire.js'
import type { World } from './world.js'

/** A request to the API, with everything needed to answer it. */
export interface Call {
  readonly world: World
  readonly account: Account
  readonly route: Route
  /** The requested URL, with the query. */
  readonly url: URL
  /** The header. */
  readonly authorization: string | undefined
  readonly contentType: string
  readonly body: Buffer
  /** Seconds since the epoch. */
  readonly now: number
  /** The most services of a page that `page_size` may request; absent where it is ignored. */
  readonly maxPageSize: number | undefined
}

/** The service in the call's path. */
export const serviceOf = ({ world, route, now }: Call): ServiceState => {
  const service = route.service === undefined ? undefined : world.serviceAt(route.service, now)
  if (service === undefined) throw refuse(404, `There is no service ${route.service}.`)
  return service
}

/** The instance in the call's path; 404 after it has ended. */
export const instanceOf = (call: Call): InstanceState => {
  const { service_name, instances } = serviceOf(call)
  const instance = instances.find(({ uuid }) => uuid === call.route.instance)
  if (instance !== undefined) return instance
  throw refuse(404, `The service ${service_name} has no instance ${call.route.instance}.`)
}

/** The query's window, in seconds since the epoch. */
export const windowOf = ({ url }: Call): { start: number; end: number } => {
  const start = secondsIn(url, 'start_time')
  const end = secondsIn(url, 'end_time')
  if (end < start) throw refuse(400, 'end_time must not be before start_time.')
  return { start, end }
}

const secondsIn = (url: URL, name: string): number => {
  const given = url.searchParams.get(name)
  if (given === null || !/^\d+(\.\d+)?$/.test(given)) throw refuse(400, `${name} must be seconds since the epoch.`)
  return Number(given)
}

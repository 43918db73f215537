import type { ExecutionContext } from 'ava'
import {
  type ApiServer,
  type Handler,
  type Reply,
  startApiServer,
} from '../../../alauda-client/test/helpers/api-server.js'

/** What a cloud answers, by path with its query or else without. */
export type Answers = Readonly<Record<string, Reply | Handler>>

export interface Cloud extends ApiServer {
  /** An environment with an account of this cloud. */
  readonly environment: Readonly<Record<string, string>>
}

export const secrets = { password: 'hunter2-pässword', token: 'c0ffee'.repeat(7).slice(0, 40) }

/** A local server that logs everyone in, gives these answers to who shows the token, and 404 for all other paths. */
export const startCloud = async (t: ExecutionContext, answers: Answers, token = secrets.token): Promise<Cloud> => {
  const all: Answers = { 'generate-api-token/': { body: { token } }, ...answers }
  const server = await startApiServer(t, (request, response) => {
    const isLogin = request.path.startsWith('generate-api-token')
    if (!isLogin && request.headers.authorization !== `Token ${token}`) return { status: 401 }
    // A list that has failed is read without the length of its pages.
    const usual = request.path.replace('?page=', '?page_size=100&page=')
    const answer = all[usual] ?? all[request.path.split('?')[0] ?? ''] ?? { status: 404 }
    return typeof answer === 'function' ? answer(request, response) : answer
  })
  const environment = {
    ALAUDA_ENDPOINT: server.endpoint,
    ALAUDA_USERNAME: 'demo',
    ALAUDA_PASSWORD: secrets.password,
  }
  return { ...server, environment }
}

/** A list that is all on one page. */
export const onePage = (...results: ReadonlyArray<unknown>): Reply => ({
  body: { count: results.length, previous: null, next: null, results },
})

/** A service that runs, with an instance for each uuid: `web.0`, `web.1`, … */
export const service = (service_name: string, ...uuids: ReadonlyArray<string>) => ({
  service_name,
  instances: uuids.map((uuid, index) => ({ uuid, instance_name: `${service_name}.${index}` })),
})

/** One point with a memory_usage, measured at 60 s. */
export const memory = (bytes: number): Reply => ({
  body: { columns: ['time', 'memory_usage'], points: [[60, bytes]] },
})

/** A service `web` in each namespace, with one instance whose memory_usage is this. */
export const webIn = (bytes: number, ...namespaces: ReadonlyArray<string>): Answers =>
  Object.fromEntries(
    namespaces.flatMap((namespace) => [
      [`services/${namespace}/?page_size=100&page=1`, onePage(service('web', 'u'))],
      [`services/${namespace}/web/instances/u/metrics`, memory(bytes)],
    ]),
  )

/** What was sent to log in, in order. */
export const loginsAt = ({ requests }: Pick<ApiServer, 'requests'>): ReadonlyArray<string> =>
  requests.filter(({ path }) => path.startsWith('generate-api-token')).map(({ body }) => body)

/** How often a path was asked for, its query aside. */
export const callsAt = ({ requests }: Pick<ApiServer, 'requests'>, path: string): number =>
  requests.filter((request) => request.path.split('?')[0] === path).length

/** An answer that never comes. */
export const hangs: Handler = () => new Promise(() => {})

/** Something that happens later: `wait` ends when `happen` is called. */
export const event = () => {
  let happen = () => {}
  const wait = new Promise<void>((resolve) => {
    happen = resolve
  })
  return { wait, happen: () => happen() }
}

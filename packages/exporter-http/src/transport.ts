import { text } from 'node:stream/consumers'
import {
  type Clock,
  type FetchInit,
  type FetchLike,
  type FetchResponse,
  systemClock,
} from '@alauda-exporter/alauda-client'
import { acceptedCodings, decodedBody } from '@alauda-exporter/alauda-client/http/decoded-body'
import { known } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import type { Agent, Dispatcher } from 'undici'
import { type Dispatched, dispatched } from './dispatched.js'
import { version } from './own-metrics.js'
import { connectionFiles, type NamedProxy, type Route, routeTo } from './settings/proxy.js'
import type { Account } from './settings/settings.js'
import { codeOf, readTextFile } from './toolkit/config/files.js'

/** How often names are resolved and files are read again. */
const connectionsLiveMs = 60_000

const userAgent = `alauda-exporter/${version}`

export interface TransportOptions {
  readonly clock?: Clock
  /** Receives the reason why a file cannot be used: what it held before stays in use. */
  readonly onUnreadable?: (file: string, reason: string) => void
}

/**
 * How an account's calls are sent: by undici, at a third of the processor time of the client's default, and through a proxy where
 * one is set.
 *
 * @example
 * createAlaudaClient({ endpoint, credentials, ...client, fetch: createTransport(account) })
 */
export const createTransport = (
  account: { readonly client: Pick<Account['client'], 'maxConcurrency' | 'timeoutMs'> } & Pick<Account, 'connection'>,
  { clock = systemClock, onUnreadable = () => {} }: TransportOptions = {},
): FetchLike => {
  const read = createFileReader(account.connection, onUnreadable)
  const current = renewed(connectionsLiveMs, clock, async () => openConnections(account, await read()))
  return (url, init) => {
    const connections = current()
    return connections instanceof Promise
      ? connections.then((opened) => send(opened, url, init))
      : send(connections, url, init)
  }
}

const send = (connections: Connections, url: string, { method, headers, body, onAbort }: FetchInit) => {
  const { origin, path } = partsOf(url)
  const way = connections.to(origin)
  const request = {
    origin: way.origin,
    path: `${way.pathPrefix}${path}`,
    method: method === 'POST' ? 'POST' : 'GET',
    headers: headersOf(headers, way),
    body: body ?? null,
  } as const
  return dispatched(way.dispatcher, request, onAbort).then(toResponse, (error) => {
    throw withAdvice(error, way.route)
  })
}

/** Names and values in turn: to merge two objects takes seven times as long. Those of the way replace the request's. */
const headersOf = (headers: FetchInit['headers'], way: Way): string[] => {
  const list: string[] = []
  for (const [name, value] of way.headers) list.push(name, value)
  for (const name in headers) if (!way.headers.has(name)) list.push(name, headers[name] ?? '')
  return list
}

const toResponse = ({ status, headers, body }: Dispatched): FetchResponse => {
  const headerOf = (name: string): string | null => {
    const value = headers[name.toLowerCase()]
    return typeof value === 'string' ? value : (value?.join(', ') ?? null)
  }
  const coding = headerOf('content-encoding')
  const decoded = coding === null ? body : decodedBody(chunksOf(body), coding)
  return { status, headers: { get: headerOf }, body: decoded, text: () => text(chunksOf(decoded)) }
}

async function* chunksOf(body: Dispatched['body']): AsyncGenerator<Uint8Array> {
  yield* body
}

/** What the files of an account hold. */
interface FileTexts {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly proxyCredentials?: string
}

/** Reads the files; of one that cannot be used the text before stays in use. */
const createFileReader = (
  connection: Account['connection'],
  onUnreadable: NonNullable<TransportOptions['onUnreadable']>,
): (() => Promise<FileTexts>) => {
  const last = new Map<string, string>()
  const files = connectionFiles(connection)
  const { clientCertFile, clientKeyFile } = connection
  const read = async ({ file, parse }: (typeof files)[keyof typeof files]) => {
    if (file === undefined) return undefined
    const found = await readTextFile(file).then(parse, (error: unknown) => E.left(codeOf(error)))
    if (E.isRight(found)) last.set(file, found.right)
    else onUnreadable(file, found.left)
    const usable = last.get(file)
    if (usable === undefined && E.isLeft(found)) throw new Error(`${file}: cannot be used (${found.left})`)
    return usable
  }
  return async () => {
    if (clientKeyFile !== undefined && clientCertFile === undefined) throw new Error('a client key without certificate')
    const [ca, cert, key, proxyCredentials] = await Promise.all([
      read(files.ca),
      read(files.cert),
      read(files.key),
      read(files.proxyCredentials),
    ])
    return known({ ca, cert, key, proxyCredentials })
  }
}

/** How requests to an origin are sent. */
interface Way {
  readonly route: Route
  readonly dispatcher: Dispatcher
  /** Of the server that is asked: the API's or a proxy's. */
  readonly origin: string
  /** What comes before the path: a proxy is asked for a whole address. */
  readonly pathPrefix: string
  /** Beside those of the request. */
  readonly headers: ReadonlyMap<string, string>
}

interface Connections {
  readonly to: (origin: string) => Way
  /** Ends with the last answer. */
  readonly close: () => Promise<unknown>
}

const openConnections = async (
  { client: { maxConcurrency, timeoutMs }, connection: { proxies } }: Parameters<typeof createTransport>[0],
  { proxyCredentials, ...tls }: FileTexts,
): Promise<Connections> => {
  // Commands that call nothing do without. All of undici, with fetch, WebSockets and caches, takes 180 ms to load, its agent alone 50.
  const { default: Agent } = await import('undici/lib/dispatcher/agent.js')
  // A tunnel uses the methods that undici as a whole adds to its parts.
  const forTunnels = proxies.http === undefined && proxies.https === undefined ? undefined : await import('undici')
  // Less than for a call, so that the failed connection is what is reported, not the call's deadline.
  const connect = { ...tls, timeout: Math.ceil(timeoutMs * 0.8) }
  const options: Agent.Options = {
    // A login waits for no turn: it must not wait for a connection either.
    connections: maxConcurrency + 1,
    connect,
    // The client has its own deadline for each call.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  const direct = new Agent(options)
  const tunnels = new Map<string, Dispatcher>()
  const tunnelThrough = ({ url }: NamedProxy, { Pool, ProxyAgent }: NonNullable<typeof forTunnels>): Dispatcher => {
    const tunnel =
      tunnels.get(url) ??
      new ProxyAgent({
        ...options,
        uri: new URL(url).origin,
        ...known({ token: authorizationFor(url, proxyCredentials) }),
        requestTls: connect,
        proxyTls: connect,
        clientFactory: (origin, more) => new Pool(origin, { ...more, headersTimeout: connect.timeout }),
      })
    tunnels.set(url, tunnel)
    return tunnel
  }
  const wayTo = (origin: string): Way => {
    const target = new URL(origin)
    const route = routeTo(target, proxies)
    const headers = { 'user-agent': userAgent, 'accept-encoding': acceptedCodings }
    const straight = { route, origin, pathPrefix: '', headers: new Map(Object.entries(headers)) }
    if (!('proxy' in route)) return { ...straight, dispatcher: direct }
    const { proxy } = route
    if (target.protocol === 'https:' && forTunnels !== undefined)
      return { ...straight, dispatcher: tunnelThrough(proxy, forTunnels) }
    // Many proxies open tunnels to port 443 only: a request for http names the whole address.
    const authorization = authorizationFor(proxy.url, proxyCredentials)
    return {
      route,
      dispatcher: direct,
      origin: new URL(proxy.url).origin,
      pathPrefix: origin,
      headers: new Map(Object.entries(known({ ...headers, host: target.host, 'proxy-authorization': authorization }))),
    }
  }
  const ways = new Map<string, Way>()
  return {
    to: (origin) => {
      const before = ways.get(origin)
      if (before !== undefined) return before
      const way = wayTo(origin)
      ways.set(origin, way)
      return way
    },
    close: () => Promise.all([direct, ...tunnels.values()].map((dispatcher) => dispatcher.close())),
  }
}

/** What the proxy's URL says of user name and password, else the file. */
const authorizationFor = (proxyUrl: string, fromFile: string | undefined): string | undefined => {
  const { username, password } = new URL(proxyUrl)
  const inUrl = username === '' ? undefined : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const credentials = inUrl ?? fromFile
  return credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`
}

const unknownAuthorities = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** The error of a connection that failed, with what to check. Of a proxy's URL it names the host alone. */
const withAdvice = (error: Error, route: Route): Error => {
  const [, refusal] = /^Proxy response \((\d{3})\)/.exec(error.message) ?? []
  const code = refusal === undefined ? codeOf(error) : `PROXY_STATUS_${refusal}`
  const advice = adviceFor(code, route)
  return Object.assign(error, refusal === undefined ? {} : { code }, advice === undefined ? {} : { advice })
}

const adviceFor = (code: string, route: Route): string | undefined => {
  if (unknownAuthorities.has(code))
    return 'its certificate is of an unknown authority; --alauda.ca-file names a private one'
  if (!('proxy' in route)) return route.unused && `check the endpoint and the network; ${route.unused}`
  const proxy = `the proxy ${new URL(route.proxy.url).host} of ${route.proxy.name}`
  // Some answer 401 to a wrong password.
  if (code === 'PROXY_STATUS_407' || code === 'PROXY_STATUS_401')
    return `${proxy} does not know the user name and password for it`
  return code.startsWith('PROXY_') ? `${proxy} refuses the connection` : `check ${proxy}`
}

interface Opened {
  readonly at: number
  readonly promise: Promise<Connections>
  /** Once they are there: not to wait for each request. */
  connections?: Connections
}

/** Gives what is open; when it is too old, a new one takes over, and the old one ends with its last answer. */
const renewed = (liveMs: number, clock: Clock, open: () => Promise<Connections>) => {
  let opened: Opened | undefined
  return (): Connections | Promise<Connections> => {
    const now = clock.now()
    // A clock that is set back must not keep it for longer.
    if (opened === undefined || now < opened.at || now >= opened.at + liveMs) {
      opened?.promise.then(
        (old) => old.close(),
        () => {}, // every call that waited for it has failed with the reason
      )
      const opening: Opened = { at: now, promise: open() }
      opening.promise.then(
        (connections) => (opening.connections = connections),
        () => {},
      )
      opened = opening
    }
    return opened.connections ?? opened.promise
  }
}

/**
 * Of a URL in its normal form, as the client has them. `new URL` would take longer than all else that a request needs here.
 *
 * @example
 * partsOf('http://localhost:8080/v1/?page=1#top') // { origin: 'http://localhost:8080', path: '/v1/?page=1' }
 */
const partsOf = (url: string) => {
  const pathAt = url.indexOf('/', url.indexOf('://') + 3)
  const hashAt = url.indexOf('#', pathAt)
  return { origin: url.slice(0, pathAt), path: hashAt < 0 ? url.slice(pathAt) : url.slice(pathAt, hashAt) }
}

import { text } from 'node:stream/consumers'
import { type Clock, type FetchLike, systemClock } from '@alauda-exporter/alauda-client'
import { acceptedCodings, decodedBody } from '@alauda-exporter/alauda-client/http/decoded-body'
import { known } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import type { Agent, Dispatcher } from 'undici'
import packageJson from '../package.json' with { type: 'json' }
import { dispatched } from './dispatched.js'
import { type NamedProxy, proxyCredentialsOf, type Route, routeTo } from './settings/proxy.js'
import type { Account } from './settings/settings.js'
import { codeOf, readTextFile } from './toolkit/config/files.js'
import { certificatesOf, privateKeyOf } from './toolkit/web-config/certificates.js'

/** How often names are resolved and files are read again. */
const connectionsLiveMs = 60_000

const userAgent = `alauda-exporter/${packageJson.version}`

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
  const { proxies } = account.connection
  const read = createFileReader(account.connection, onUnreadable)
  const current = renewed(connectionsLiveMs, clock, async () => openConnections(account, await read()))
  return async (url, { method, headers, body, signal }) => {
    const target = new URL(url)
    const route = routeTo(target, proxies)
    const { dispatcher, origin, path, proxyHeaders } = (await current()).through(route, target)
    const more = { ...headers, 'user-agent': userAgent, 'accept-encoding': acceptedCodings, ...proxyHeaders }
    const verb = method === 'POST' ? 'POST' : 'GET'
    const request = { origin, path, method: verb, headers: more, body: body ?? null } as const
    const answer = await dispatched(dispatcher, request, signal).catch((error) => {
      throw signal.aborted ? error : withAdvice(error, route)
    })
    const headerOf = (name: string): string | null => {
      const value = answer.headers[name.toLowerCase()]
      return typeof value === 'string' ? value : (value?.join(', ') ?? null)
    }
    const decoded = decodedBody(answer.body, headerOf('content-encoding'))
    return { status: answer.status, headers: { get: headerOf }, body: decoded, text: () => text(decoded) }
  }
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
  { caFile, clientCertFile, clientKeyFile, proxyCredentialsFile }: Account['connection'],
  onUnreadable: NonNullable<TransportOptions['onUnreadable']>,
): (() => Promise<FileTexts>) => {
  const last = new Map<string, string>()
  const read = async (file: string | undefined, parse: (text: string) => E.Either<string, string>) => {
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
      read(caFile, unchanged(certificatesOf)),
      read(clientCertFile, unchanged(certificatesOf)),
      read(clientKeyFile ?? clientCertFile, unchanged(privateKeyOf)),
      read(proxyCredentialsFile, proxyCredentialsOf),
    ])
    return known({ ca, cert, key, proxyCredentials })
  }
}

/** A text, if the check finds nothing wrong with it. */
const unchanged = (check: (text: string) => E.Either<string, unknown>) => (text: string) =>
  E.map(() => text)(check(text))

interface Connections {
  /** What a request for the target is sent to. */
  readonly through: (
    route: Route,
    target: URL,
  ) => {
    readonly dispatcher: Dispatcher
    readonly origin: string
    readonly path: string
    readonly proxyHeaders: Readonly<Record<string, string>>
  }
  /** Ends with the last answer. */
  readonly close: () => Promise<unknown>
}

const openConnections = async (
  { client: { maxConcurrency, timeoutMs } }: Parameters<typeof createTransport>[0],
  { proxyCredentials, ...tls }: FileTexts,
): Promise<Connections> => {
  // It takes a tenth of a second to load, which commands that call nothing need not wait for.
  const { Agent, Pool, ProxyAgent } = await import('undici')
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
  const tunnelThrough = ({ url }: NamedProxy): Dispatcher => {
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
  return {
    through: (route, target) => {
      const { origin, protocol, pathname, search, host, href } = target
      const path = `${pathname}${search}`
      if (!('proxy' in route)) return { dispatcher: direct, origin, path, proxyHeaders: {} }
      const { proxy } = route
      if (protocol === 'https:') return { dispatcher: tunnelThrough(proxy), origin, path, proxyHeaders: {} }
      // Many proxies open tunnels to port 443 only: a request for http names the whole address.
      const proxyHeaders = { host, ...known({ 'proxy-authorization': authorizationFor(proxy.url, proxyCredentials) }) }
      return { dispatcher: direct, origin: new URL(proxy.url).origin, path: href, proxyHeaders }
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

/** Gives what is open; when it is too old, a new one takes over, and the old one ends with its last answer. */
const renewed = (liveMs: number, clock: Clock, open: () => Promise<Connections>): (() => Promise<Connections>) => {
  let opened: { readonly at: number; readonly connections: Promise<Connections> } | undefined
  return () => {
    const now = clock.now()
    // A clock that is set back must not keep it for longer.
    if (opened === undefined || now < opened.at || now >= opened.at + liveMs) {
      opened?.connections.then(
        (old) => old.close(),
        () => {}, // every call that waited for it has failed with the reason
      )
      opened = { at: now, connections: open() }
    }
    return opened.connections
  }
}

import type { IncomingHttpHeaders } from 'node:http'

/** How clients reach the exporter. */
export interface Exposed {
  /** Whether the exporter itself serves TLS. Default: no. */
  readonly isOverTls?: boolean
  /** The exporter's URL outside, including its path. Default: the same as here. */
  readonly externalUrl?: string | undefined
  /** Before the path of each route. Default: nothing. */
  readonly routePrefix?: string
}

/** How the client of a request has reached the exporter. */
export interface Reached {
  /** Host and port. */
  readonly address: string
  /** Absent where the scheme of the scrape configuration holds: TLS may end at a proxy before this exporter. */
  readonly scheme?: 'http' | 'https' | undefined
  /** Before the path of each route; empty for none. */
  readonly prefix: string
}

// A name, an IPv4 or an IPv6 address, and the port unless it is the scheme's default.
const hostPattern = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/**
 * Through the proxy of the external URL, or without it; undefined without a valid `Host`. `X-Forwarded-Host` is ignored: any client
 * can send it, and Prometheus may not reach that address.
 */
export const reachedBy = (
  { host: address = '' }: IncomingHttpHeaders,
  { isOverTls = false, externalUrl, routePrefix = '' }: Exposed,
): Reached | undefined => {
  if (!hostPattern.test(address)) return undefined
  const external = externalUrl === undefined ? undefined : new URL(externalUrl)
  if (external !== undefined && isSameHost(external, address)) {
    const scheme = external.protocol === 'https:' ? 'https' : 'http'
    return { address, scheme, prefix: external.pathname.replace(/\/$/, '') }
  }
  return { address, scheme: isOverTls ? 'https' : undefined, prefix: routePrefix }
}

/** Whether the header `Host` names the URL's host. Either may leave out the default port. */
const isSameHost = ({ protocol, host }: URL, other: string): boolean =>
  URL.canParse(`${protocol}//${other}`) && new URL(`${protocol}//${other}`).host === host

/**
 * Whether a browser sends the request for a page of another site. Browsers send `Origin` with every POST, and `null` for a page
 * that hides its own; if a proxy has removed it, `Referer` decides. Other clients send none of these headers.
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 * @see https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
 * @example
 * isForeign({ host: 'localhost:10104', origin: 'https://evil.example' }, undefined) // true
 */
export const isForeign = (headers: IncomingHttpHeaders, externalUrl: string | undefined): boolean => {
  const { host = '', origin, referer, 'sec-fetch-site': site = 'none' } = headers
  if (site !== 'same-origin' && site !== 'none') return true
  const from = origin ?? (referer === undefined ? undefined : originOf(referer))
  if (from === undefined) return false
  if (externalUrl !== undefined && from === new URL(externalUrl).origin) return false
  return !/^https?:\/\/[^/?#@]+$/.test(from) || !URL.canParse(from) || !isSameHost(new URL(from), host)
}

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'null')

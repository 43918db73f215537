import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether `host`, as the header of that name has it, is where the URL leads to. The default port may be left out.
 *
 * @example
 * isSameHost(new URL('https://example.com/exporter'), 'example.com:443') // true
 */
export const isSameHost = ({ protocol, host }: URL, other: string): boolean =>
  URL.canParse(`${protocol}//${other}`) && new URL(`${protocol}//${other}`).host === host

/**
 * Whether a browser sends the request for a page of another site. Browsers send `Origin` with every POST, and `null` for a page
 * that hides its own; a proxy may have removed it, so that without it `Referer` decides. What is no browser sends none of these
 * headers.
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 * @see https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
 * @example
 * isForeign({ host: 'localhost:10104', origin: 'https://evil.example' }, undefined) // true
 */
export const isForeign = (headers: IncomingHttpHeaders, externalUrl: string | undefined): boolean => {
  const { host = '', origin, referer } = headers
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const from = origin ?? (referer === undefined ? undefined : originOf(referer))
  if (from === undefined) return false
  if (externalUrl !== undefined && from === new URL(externalUrl).origin) return false
  return !/^https?:\/\/[^/?#@]+$/.test(from) || !URL.canParse(from) || !isSameHost(new URL(from), host)
}

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'null')

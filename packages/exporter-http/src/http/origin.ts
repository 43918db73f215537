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
 * Whether a browser sends the request for a page of another site. What is no browser sends no such headers.
 *
 * @see https://fetch.spec.whatwg.org/#origin-header
 * @see https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
 * @example
 * isForeign({ host: 'localhost:10104', origin: 'https://evil.example' }, undefined) // true
 */
export const isForeign = (headers: IncomingHttpHeaders, externalUrl: string | undefined): boolean => {
  const { host = '', origin } = headers
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  if (origin === undefined) return false
  if (externalUrl !== undefined && origin === new URL(externalUrl).origin) return false
  // `null` is the origin of pages that hide it.
  return !/^https?:\/\/[^/?#@]+$/.test(origin) || !URL.canParse(origin) || !isSameHost(new URL(origin), host)
}

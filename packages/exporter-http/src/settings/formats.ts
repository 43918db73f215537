import { namePattern, textPattern } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import { ownedPaths } from '../paths.js'
import { anyScalar, chain, type Format, matching, numberUpTo, text } from '../toolkit/config/format.js'
import type { ListenAddress } from '../toolkit/listening.js'

const listenPattern = new RegExp(`^(?:\\[([0-9a-fA-F:.]+(?:%[\\w.~-]+)?)\\]|([^:[\\]\\s]*)):(${numberUpTo(65_535)})$`)

/**
 * `:10104`, `127.0.0.1:10104` or `[::1]:10104`; an address of a link with its interface: `[fe80::1%eth0]:10104`.
 *
 * @example
 * listenAddress.parse('[::1]:80') // right({ host: '::1', port: 80 })
 */
export const listenAddress: Format<ListenAddress> = chain(
  matching('ADDRESS', listenPattern, 'an address like :10104, 127.0.0.1:10104 or [::1]:10104'),
  (given) => {
    const [, ipv6, name, port] = listenPattern.exec(given) ?? []
    const host = ipv6 ?? name
    return E.right({ ...(host ? { host } : {}), port: Number(port) })
  },
)

// Clients resolve . and .. themselves, and take what follows // for a host.
const segment = '(?!\\.{1,2}(?:/|$))[\\w.~-]+'
const prefixPattern = new RegExp(`^(?:/|/?${segment}(?:/${segment})*/?)$`)
const telemetryPattern = new RegExp(`^/(?:${segment}(?:/${segment})*/?)?$`)

// Some proxies take capitals, or a slash at the end, for the same path; patterns of schemas have no flags.
const anyCase = (path: string): string =>
  path.replaceAll(/[a-z.]/g, (letter) => (letter === '.' ? '[.]' : `[${letter}${letter.toUpperCase()}]`))
const ownedPattern = new RegExp(`^(?:${ownedPaths.map((path) => anyCase(path.replace(/\/$/, ''))).join('|')})/?$`)

/** The path of the metrics: not that of another route. */
export const telemetryPath = chain(
  matching('PATH', telemetryPattern, 'a path like /metrics', { not: { type: 'string', pattern: ownedPattern.source } }),
  E.fromPredicate(
    (given) => !ownedPattern.test(given),
    () => `none of ${ownedPaths.join(', ')}`,
  ),
)

/**
 * The prefix of all routes, without a slash at its end: empty for none.
 *
 * @example
 * routePrefix.parse('/exporter/') // right('/exporter')
 */
export const routePrefix = chain(matching('PATH', prefixPattern, 'a path like /exporter, or / for none'), (given) =>
  E.right(`/${given}`.replace(/^\/+/, '/').replace(/\/$/, '')),
)

/** An HTTP URL. */
export const httpUrl = (example: string): Format<string> => {
  const expected = `a URL like ${example}`
  return chain(
    matching('URL', /^[Hh][Tt][Tt][Pp][Ss]?:/, expected),
    E.fromPredicate(URL.canParse, () => expected),
  )
}

/** An HTTP URL to which paths are added. */
export const baseUrl = (example: string): Format<string> =>
  chain(httpUrl(example), (given) => {
    const { username, password } = new URL(given)
    if (username !== '' || password !== '') return E.left('a URL without user name and password')
    return /[?#]/.test(given) ? E.left('a URL that ends with its path: no ? and no #') : E.right(given)
  })

/** The URL of an HTTP proxy, which may have a user name and password. */
export const proxyUrl: Format<string> = chain(httpUrl('http://proxy.example.com:3128'), (given) => {
  const { pathname, search, hash, username, password } = new URL(given)
  if (pathname !== '/' || search !== '' || hash !== '') return E.left('a URL that ends with its host and port')
  const decoded = E.tryCatch(
    () => decodeURIComponent(username + password),
    () => 'a URL whose user name and password are percent-encoded',
  )
  return E.map(() => given)(decoded)
})

/** The URL of an HTTP proxy where other users may see it. */
export const openProxyUrl: Format<string> = chain(
  proxyUrl,
  E.fromPredicate(
    (given) => new URL(given).username === '' && new URL(given).password === '',
    () => 'a URL without user name and password, which a file holds',
  ),
)

/**
 * The URL of the exporter, without a slash at its end.
 *
 * @example
 * externalUrl.parse('https://example.com/exporter/') // right('https://example.com/exporter')
 */
export const externalUrl = chain(baseUrl('https://example.com/exporter'), (given) => {
  const { href, pathname } = new URL(given)
  return prefixPattern.test(pathname)
    ? E.right(href.replace(/\/$/, ''))
    : E.left('a path of letters, digits, _, ., ~ and - only, or none')
})

/**
 * The prefix of all routes, as with Prometheus: the one that is given, else the path of the external URL. Empty for none.
 *
 * @example
 * routePrefixOf({ externalUrl: 'https://example.com/exporter' }) // '/exporter'
 */
export const routePrefixOf = (web: { readonly externalUrl?: string; readonly routePrefix?: string }): string =>
  web.routePrefix ?? (web.externalUrl === undefined ? '' : new URL(web.externalUrl).pathname.replace(/\/$/, ''))

/** A name that can stand in a URL. */
export const urlName = matching(
  'NAME',
  namePattern,
  (given) =>
    given === '.' || given === '..'
      ? 'neither . nor .., which cannot stand in a URL'
      : '1 to 1024 characters, no line breaks or other control characters, no spaces around them',
  { type: anyScalar },
)

/** The value of a label, or the key of a label on the cloud. */
export const labelText: Format<string> = {
  parse: (given) => (textPattern.test(given) ? E.right(given) : E.left('1 to 1024 characters')),
  placeholder: 'KEY',
  schema: { ...text.schema, maxLength: 1024 },
}

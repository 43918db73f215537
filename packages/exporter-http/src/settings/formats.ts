import { namePattern, textPattern } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import { ownedPaths } from '../paths.js'
import { anyScalar, type Format, matching, text, unless } from '../toolkit/config/format.js'
import { numberUpTo } from '../toolkit/config/quantity.js'
import type { ListenAddress } from '../toolkit/listening.js'

const listenPattern = new RegExp(`^(?:\\[([0-9a-fA-F:.]+(?:%[\\w.~-]+)?)\\]|([^:[\\]\\s]*)):(${numberUpTo(65_535)})$`)

/**
 * `:10104`, `127.0.0.1:10104` or `[::1]:10104`; an address of a link with its interface: `[fe80::1%eth0]:10104`.
 *
 * @example
 * listenAddress.parse('[::1]:80') // right({ host: '::1', port: 80 })
 */
export const listenAddress: Format<ListenAddress> = {
  parse: (text) => {
    const [, ipv6, name, digits] = listenPattern.exec(text) ?? []
    const host = ipv6 ?? name
    if (digits === undefined) return E.left('an address like :10104, 127.0.0.1:10104 or [::1]:10104')
    return E.right(host ? { host, port: Number(digits) } : { port: Number(digits) })
  },
  placeholder: 'ADDRESS',
  schema: { type: 'string', pattern: listenPattern.source },
}

// Clients resolve . and .. themselves, and take what follows // for a host.
const segment = '(?!\\.{1,2}(?:/|$))[\\w.~-]+'
const prefixPattern = new RegExp(`^(?:/|/?${segment}(?:/${segment})*/?)$`)
const telemetryPattern = new RegExp(`^/(?:${segment}(?:/${segment})*/?)?$`)

// Some proxies take capitals, or a slash at the end, for the same path; patterns of schemas have no flags.
const anyCase = (path: string): string =>
  path.replaceAll(/[a-z.]/g, (letter) => (letter === '.' ? '[.]' : `[${letter}${letter.toUpperCase()}]`))
const ownedPattern = new RegExp(`^(?:${ownedPaths.map((path) => anyCase(path.replace(/\/$/, ''))).join('|')})/?$`)

/** The path of the metrics: not that of another route. */
export const telemetryPath = unless(
  matching('PATH', telemetryPattern, 'a path like /metrics', { not: { type: 'string', pattern: ownedPattern.source } }),
  (given) => (ownedPattern.test(given) ? `none of ${ownedPaths.join(', ')}` : undefined),
)

/**
 * The prefix of all routes, without a slash at its end: empty for none.
 *
 * @example
 * routePrefix.parse('/exporter/') // right('/exporter')
 */
export const routePrefix: Format<string> = {
  parse: (given) => {
    if (!prefixPattern.test(given)) return E.left('a path like /exporter, or / for none')
    const path = given.replace(/^\/|\/$/g, '')
    return E.right(path === '' ? '' : `/${path}`)
  },
  placeholder: 'PATH',
  schema: { type: 'string', pattern: prefixPattern.source },
}

/** An HTTP URL. */
export const httpUrl = (example: string): Format<string> => {
  const expected = `a URL like ${example}`
  return unless(matching('URL', /^[Hh][Tt][Tt][Pp][Ss]?:/, expected), (given) =>
    URL.canParse(given) ? undefined : expected,
  )
}

/** An HTTP URL to which paths are added. */
export const baseUrl = (example: string): Format<string> =>
  unless(httpUrl(example), (given) => {
    const { username, password } = new URL(given)
    if (username !== '' || password !== '') return 'a URL without user name and password'
    return /[?#]/.test(given) ? 'a URL that ends with its path: no ? and no #' : undefined
  })

const external = unless(baseUrl('https://example.com/exporter'), (given) =>
  prefixPattern.test(new URL(given).pathname) ? undefined : 'a path of letters, digits, _, ., ~ and - only, or none',
)

/**
 * The URL of the exporter, without a slash at its end.
 *
 * @example
 * externalUrl.parse('https://example.com/exporter/') // right('https://example.com/exporter')
 */
export const externalUrl: Format<string> = {
  ...external,
  parse: (given) => E.map((url: string) => new URL(url).href.replace(/\/$/, ''))(external.parse(given)),
}

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

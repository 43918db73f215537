import * as E from 'fp-ts/lib/Either.js'
import { ownedPaths } from '../paths.js'
import { type Format, textUnless } from './format.js'

// Clients resolve . and .. themselves, and take what follows // for a host.
const segment = '(?!\\.{1,2}(?:/|$))[\\w.~-]+'
const prefixPattern = new RegExp(`^(?:/|/?${segment}(?:/${segment})*/?)$`)

const telemetryPattern = new RegExp(`^/(?:${segment}(?:/${segment})*/?)?$`)

// Some proxies take capitals, or a slash at the end, for the same path.
const ownedPattern = new RegExp(`^(?:${ownedPaths.map((path) => anyCase(path.replace(/\/$/, ''))).join('|')})/?$`)

/** Where the metrics are: not where another route is. */
export const telemetryPath = textUnless(
  telemetryPattern,
  (given) => {
    if (!telemetryPattern.test(given)) return 'must be a path like /metrics'
    return ownedPattern.test(given) ? `must not be one of ${ownedPaths.join(', ')}` : undefined
  },
  { not: { type: 'string', pattern: ownedPattern.source } },
)

/**
 * The prefix of all routes, without a slash at its end: empty for none.
 *
 * @example
 * routePrefix.parse('/exporter/') // right('/exporter')
 */
export const routePrefix: Format<string> = {
  parse: (given) => {
    if (!prefixPattern.test(given)) return E.left('must be a path like /exporter, or / for none')
    const path = given.replace(/^\/|\/$/g, '')
    return E.right(path === '' ? '' : `/${path}`)
  },
  schema: { type: 'string', pattern: prefixPattern.source },
}

const expected = 'must be a URL like https://example.com/exporter'

const externalFault = (given: string): string | undefined => {
  if (!/^https?:/i.test(given) || !URL.canParse(given)) return expected
  const { username, password, search, hash, pathname } = new URL(given)
  if (username !== '' || password !== '') return 'must not hold a user name or password'
  if (search !== '' || hash !== '' || /[?#]/.test(given)) return 'must end with its path: no ? and no #'
  return prefixPattern.test(pathname) ? undefined : 'must have a path of letters, digits, _, ., ~ and - only, or none'
}

/**
 * Where people reach the exporter, without a slash at its end.
 *
 * @example
 * externalUrl.parse('https://example.com/exporter/') // right('https://example.com/exporter')
 */
export const externalUrl: Format<string> = {
  ...textUnless(/^[Hh][Tt][Tt][Pp][Ss]?:/, externalFault),
  parse: (given) => {
    const fault = externalFault(given)
    return fault === undefined ? E.right(new URL(given).href.replace(/\/$/, '')) : E.left(fault)
  },
}

/**
 * What all routes begin with, as with Prometheus: the prefix that is given, else the path of the external URL. Empty for none.
 *
 * @example
 * routePrefixOf({ externalUrl: 'https://example.com/exporter' }) // '/exporter'
 */
export const routePrefixOf = (web: { readonly externalUrl?: string; readonly routePrefix?: string }): string =>
  web.routePrefix ?? (web.externalUrl === undefined ? '' : new URL(web.externalUrl).pathname.replace(/\/$/, ''))

// Schemas know no flags of patterns.
function anyCase(path: string): string {
  return path.replaceAll(/[a-z.]/g, (letter) => `[${letter}${letter === '.' ? '' : letter.toUpperCase()}]`)
}
